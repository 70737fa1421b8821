"""What the figure `line_between` shows: scores on the straight line from an old model to a new one."""

from __future__ import annotations

import numpy as np
import torch

from ...data.corpora import CORPORA
from ...data.problem import Problem
from ...evaluation.confusions import evaluate
from ...evaluation.metrics import uar


def line_between(problem: Problem, before, after, points: int = 41) -> dict:
    """Evaluate models on the line between two, as `Interpolation` makes them.

    Parameters
    ----------
    problem : Problem
    before, after : heads of one run, of one shape
    points : places on the line, both ends included

    Returns
    -------
    dict
        ``alphas`` (P,), share of the new weights; ``corpora``, titles; test UAR ``scores`` (P, corpora), in
        %; ``best``, the place with the highest mean UAR on validation clips.

    Examples
    --------
    >>> from sequifi_lite import load_problem, train_sequence, train_source_model
    >>> from sequifi_lite.learning import Vanilla
    >>> from sequifi_lite.teaching.mechanisms.line_between import line_between
    >>> problem = load_problem(("mesd", "emodb"), fold=0)
    >>> before = train_source_model(problem, seed=0)
    >>> *_, last = train_sequence(Vanilla(), problem, before, steps=20, lr=1e-3, seeds=[0])
    >>> line_between(problem, before, last.model, points=3)["scores"].shape  # places, corpora
    (3, 2)
    """
    alphas = np.linspace(0, 1, points)
    between = before.select([0] * points)
    shares = torch.tensor(alphas, dtype=torch.float32)[:, None, None]
    with torch.no_grad():
        for p, old, new in zip(between.parameters(), before.parameters(), after.parameters()):
            p.copy_((1 - shares) * old + shares * new)
    scores, valid = (
        np.stack([100 * uar(matrix) for matrix in evaluate(between, problem, part).values()], axis=1)
        for part in ("test", "valid")
    )
    titles = [CORPORA[name].TITLE for name in problem.corpora]
    return {"alphas": alphas, "corpora": titles, "scores": scores, "best": int(valid.mean(1).argmax())}
