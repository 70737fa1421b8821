"""What the figure `confusion` shows of a real corpus: what a linear probe calls each of its clips."""

from __future__ import annotations

import numpy as np

from ...data.problem import load_problem
from ...evaluation.metrics import confusion
from ...evaluation.probe import linear_probe


def probe_matrix(corpus: str, folds: tuple[int, ...] = (0, 1, 2, 3, 4)) -> dict:
    """Count what a linear probe calls the test clips of a corpus, by speakers that it has not heard.

    Parameters
    ----------
    corpus : str
        One of the pack.
    folds : tuple of int
        Each is trained and tested by itself; their counts are added.

    Returns
    -------
    dict
        ``emotions``; ``matrix`` (K, K), clips of each emotion by what they were called.

    Examples
    --------
    >>> from sequifi_lite.teaching.mechanisms.probe_matrix import probe_matrix
    >>> data = probe_matrix("emodb", folds=(0,))
    >>> data["emotions"], data["matrix"].shape
    (['anger', 'happiness', 'neutral', 'sadness'], (4, 4))
    """
    counts, emotions = 0, ()
    for fold in folds:
        problem = load_problem([corpus], fold)
        part, X, emotions = problem.parts[corpus], problem.X.numpy(), problem.emotions
        train = np.concatenate([part.train, part.valid])
        probe = linear_probe().fit(X[train], problem.labels[train])
        counts = counts + confusion(problem.labels[part.test], probe.predict(X[part.test]), len(emotions))
    return {"emotions": list(emotions), "matrix": np.asarray(counts)}
