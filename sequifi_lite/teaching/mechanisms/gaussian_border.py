"""What the figure `gaussian_border` shows: clips of one corpus in the plane of their class means."""

from __future__ import annotations

import numpy as np

from ...data.problem import Problem


def plane_of_means(problem: Problem, corpus: str, seed: int = 0) -> dict:
    """Project clips onto the two directions in which the class means of a corpus differ most.

    Parameters
    ----------
    problem : Problem
    corpus : str, one of the problem's
    seed : of the order in which clips come when they are shuffled

    Returns
    -------
    dict
        ``emotions``; ``train`` and ``test``: ``points`` (n, 2), scaled so that training clips have a mean of
        0 and a mean variance of 1, and ``labels`` (n,); ``shuffled``, an order of the training clips.

    Examples
    --------
    >>> from sequifi_lite import load_problem
    >>> from sequifi_lite.teaching.mechanisms.gaussian_border import plane_of_means
    >>> data = plane_of_means(load_problem(["emodb"], fold=0), "emodb")
    >>> data["train"]["points"].shape[1], len(data["emotions"])
    (2, 4)
    """
    part, X, y = problem.parts[corpus], problem.X.double().numpy(), problem.labels
    means = np.stack([X[part.train][y[part.train] == k].mean(0) for k in range(len(problem.emotions))])
    axes = np.linalg.svd(means - means.mean(0), full_matrices=False)[2][:2]
    axes *= np.sign(axes[np.arange(2), np.abs(axes).argmax(1)])[:, None]  # the same way round everywhere
    train, test = (X[rows] @ axes.T for rows in (part.train, part.test))
    centre, scale = train.mean(0), np.sqrt(train.var(0).mean())
    return {
        "emotions": list(problem.emotions),
        "train": {"points": (train - centre) / scale, "labels": y[part.train]},
        "test": {"points": (test - centre) / scale, "labels": y[part.test]},
        "shuffled": np.random.default_rng(seed).permutation(len(train)),
    }
