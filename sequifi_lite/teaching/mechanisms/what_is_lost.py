"""What the figure `what_is_lost` shows: recalls of an old and a new corpus while the new one is learnt."""

from __future__ import annotations

import numpy as np

from ...data.corpora import CORPORA
from ...data.problem import Problem
from ...evaluation.confusions import evaluate
from ...evaluation.metrics import recalls, uar
from ...learning.class_order import class_by_class
from ...learning.loop import train
from ...learning.schedule import shuffled

TITLES = {"shuffled": "all emotions mixed", "pass": "one emotion at a time"}


class Recalls:
    """Write down what a head still knows after every `every`-th step; a consolidation for `train`."""

    def __init__(self, problem: Problem, every: int):
        self.problem, self.every = problem, every
        self.steps: list[int] = []
        self.recalls: list[np.ndarray] = []
        self.uars: list[np.ndarray] = []

    def step(self, step: int, head, lr: float) -> None:
        if step % self.every:
            return
        matrices = np.stack([matrix[0] for matrix in evaluate(head, self.problem).values()])
        self.steps.append(step)
        self.recalls.append(100 * recalls(matrices))
        self.uars.append(100 * uar(matrices))

    def stage_end(self, head) -> None:
        """Do nothing more at the end of a stage."""


def what_is_lost(
    problem: Problem, source_model, order=(0, 1, 2, 3), steps: int = 200, lr: float = 1e-3, every: int = 4
) -> dict:
    """Train a source model on a second corpus, twice, and test it on both corpora on the way.

    Once with all emotions mixed, once with one emotion at a time.

    Parameters
    ----------
    problem : Problem
        Of two corpora; the first is the one that the source model has learnt.
    source_model : head with one run; it is not changed
    order : emotions in the order of their stages
    steps, lr : of either training (Adam)
    every : steps from one test to the next

    Returns
    -------
    dict
        ``emotions``, ``order``, titles of the ``corpora``, ``steps`` (P,), and ``learners``: for each
        ``title``, whether it has ``stages``, and on test clips, in %, ``recalls`` (P, corpora, K) and
        ``uars`` (P, corpora).

    Examples
    --------
    >>> from sequifi_lite import load_problem, train_source_model
    >>> from sequifi_lite.teaching.mechanisms.what_is_lost import what_is_lost
    >>> problem = load_problem(("mesd", "emodb"), fold=0)
    >>> data = what_is_lost(problem, train_source_model(problem, seed=0), steps=8)
    >>> data["corpora"], data["steps"], data["learners"][1]["recalls"].shape
    (['MESD', 'Emo-DB'], [0, 4, 8], (3, 2, 4))
    """
    rows, learners = problem.parts[problem.corpora[-1]].train, []
    tables = {
        "shuffled": shuffled(rows, steps=steps, seeds=[0]),
        "pass": class_by_class(rows, problem.labels, [order], steps=steps, seeds=[0]),
    }
    for name, schedule in tables.items():
        head, watch = source_model.select([0]), Recalls(problem, every)
        watch.step(0, head, lr)
        train(head, problem.X, problem.y, schedule, lr=lr, consolidation=watch)
        told = {"recalls": np.stack(watch.recalls), "uars": np.stack(watch.uars)}
        learners.append({"title": TITLES[name], "stages": name == "pass"} | told)
    return {
        "emotions": list(problem.emotions),
        "order": list(order),
        "corpora": [CORPORA[name].TITLE for name in problem.corpora],
        "steps": watch.steps,
        "learners": learners,
    }
