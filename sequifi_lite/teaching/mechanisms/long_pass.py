"""What the figure `one_long_pass` shows: two networks at every other step of training on one corpus."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from ...data.problem import Problem
from ...evaluation.metrics import confusion, shares
from ...learning.class_order import class_by_class
from ...learning.loop import train
from ...learning.schedule import Schedule, balanced

TITLES = {"pass": "One emotion at a time", "balanced": "All emotions in every batch"}


class Watch:
    """Write down, after every `every`-th step, what a head has come to; a consolidation for `train`."""

    def __init__(self, problem: Problem, every: int):
        self.problem, self.every = problem, every
        part = problem.parts[problem.corpora[-1]]
        self.rows = {"train": part.train, "test": part.test}
        self.steps: list[int] = []
        self.seen: dict[str, list[np.ndarray]] = {key: [] for key in ("biases", "losses", "logits", "shares")}

    @torch.no_grad()
    def step(self, step: int, head, lr: float) -> None:
        if step % self.every:
            return
        K, y = len(self.problem.emotions), self.problem.y
        z = {name: head(self.problem.X[rows])[0].double() for name, rows in self.rows.items()}
        loss = nn.functional.cross_entropy(z["train"], y[self.rows["train"]], reduction="none")
        test = y[self.rows["test"]]
        self.steps.append(step)
        self.seen["biases"].append(head.layers[-1][1][0, 0].numpy().copy())
        self.seen["losses"].append(
            np.array([loss[y[self.rows["train"]] == k].mean().item() for k in range(K)])
        )
        self.seen["logits"].append(torch.stack([z["test"][test == k].mean(0) for k in range(K)]).numpy())
        said = confusion(test.numpy(), z["test"].argmax(1).numpy(), K)
        self.seen["shares"].append(shares(said))

    def stage_end(self, head) -> None:
        """Do nothing more at the end of a stage."""


def long_pass(
    problem: Problem, source_model, order=(0, 1, 2, 3), steps: int = 200, lr: float = 1e-3, every: int = 2
) -> dict:
    """Train a source model twice on a problem's last corpus, and look at it on the way.

    Once class by class, once with all classes in every batch; the same clips of each class, as often.

    Parameters
    ----------
    problem : Problem
    source_model : head with one run; it is not changed
    order : classes in the order of their stages
    steps, lr : of either training (Adam)
    every : steps from one look to the next

    Returns
    -------
    dict
        ``emotions``, ``order``, ``steps`` (P,), and ``learners``: for each ``title`` and, at P steps,
        ``biases`` of the output layer (P, K), mean cross-entropy ``losses`` on the training clips of each
        class (P, K), mean ``logits`` (P, K, K) of the test clips of each class, ``shares`` (P, K) of the
        answers on test clips.

    Examples
    --------
    >>> from sequifi_lite import load_problem, train_source_model
    >>> from sequifi_lite.teaching.mechanisms.long_pass import long_pass
    >>> problem = load_problem(("mesd", "emodb"), fold=0)
    >>> data = long_pass(problem, train_source_model(problem, seed=0), steps=8, every=4)
    >>> data["steps"], data["learners"][0]["biases"].shape
    ([0, 4, 8], (3, 4))
    """
    rows, learners = problem.parts[problem.corpora[-1]].train, []
    tables: dict[str, Schedule] = {
        "pass": class_by_class(rows, problem.labels, [order], steps=steps, seeds=[0]),
        "balanced": balanced(rows, problem.labels, steps=steps, seeds=[0]),
    }
    for name, schedule in tables.items():
        head, watch = source_model.select([0]), Watch(problem, every)
        watch.step(0, head, lr)
        train(head, problem.X, problem.y, schedule, lr=lr, consolidation=watch)
        learners.append(
            {"title": TITLES[name]} | {key: np.stack(values) for key, values in watch.seen.items()}
        )
    return {
        "emotions": list(problem.emotions),
        "order": list(order),
        "steps": watch.steps,
        "learners": learners,
    }
