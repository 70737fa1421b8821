"""The training loop: the same for every learner of the book, and the record it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import torch
from torch import nn

from ..errors import check_number
from ..evaluation.metrics import confusion
from .schedule import Batch, Schedule, take

ENDS = 4  # stage ends to a point of evaluation: more of them would cost more than the training


def cross_entropy(head: Callable[[torch.Tensor], torch.Tensor], batch: Batch) -> torch.Tensor:
    """Average the cross-entropy over each run's batch, memory included: (R,)."""
    return nn.functional.cross_entropy(head(batch.x).transpose(1, 2), batch.y, reduction="none").mean(1)


class Learner(Protocol):
    """What is trained: a head, or an encoder with one (`sequifi_lite.finetuning`)."""

    def __call__(self, x, /) -> torch.Tensor: ...

    def predict(self, x, /) -> torch.Tensor: ...

    def parameters(self) -> Iterator[nn.Parameter]: ...


@dataclass
class Record:
    """Hold what a training left behind. R runs, K classes, P points, S stages.

    Attributes
    ----------
    steps : list of int, length P
        Updates done at each point of continual evaluation; the first is 0.
    curves : dict of str to list of P confusion matrices (R, K, K)
        On the small fixed subsets.
    distance : list of P arrays (R,)
        Euclidean distance of all weights from where they started.
    loss : list of P arrays (R,)
        Mean training loss since the previous point; NaN at the first.
    predictions : dict of str to list of S arrays (R, n), uint8
        On whole sets, before the first step and at every stage end: S = stages + 1.

    Examples
    --------
    >>> from sequifi_lite import MLP, Evaluator, load_problem, shuffled, train, uar
    >>> problem = load_problem(["emodb"], fold=0)
    >>> evaluator = Evaluator({"test": problem.subset("emodb")}, points=2)
    >>> schedule = shuffled(problem.parts["emodb"].train, steps=50, seeds=[0])
    >>> record = train(MLP([0]), problem.X, problem.y, schedule, lr=1e-3, evaluator=evaluator)
    >>> record.steps, uar(record.curve("test")).shape  # points, runs
    ([0, 25, 50], (3, 1))
    """

    steps: list[int] = field(default_factory=list)
    curves: dict[str, list[np.ndarray]] = field(default_factory=dict)
    distance: list[np.ndarray] = field(default_factory=list)
    loss: list[np.ndarray] = field(default_factory=list)
    predictions: dict[str, list[np.ndarray]] = field(default_factory=dict)

    def curve(self, name: str) -> np.ndarray:
        """Stack the confusion matrices of a subset over time, (P, R, K, K)."""
        return np.stack(self.curves[name])


@dataclass
class Evaluator:
    """Look at a head while it is trained, and write down what is seen.

    Parameters
    ----------
    subsets : dict of str to rows
        Evaluated at about `points` evenly spaced steps; keep them small (at most 200 rows).
    whole : dict of str to rows, evaluated before the first step and at stage ends
    points : int, number of evaluations over the training, besides the one before it
        At stage ends too, unless they are more than `ENDS` to a point and nothing is evaluated whole.

    Examples
    --------
    >>> from sequifi_lite import MLP, Evaluator, load_problem, shuffled, train
    >>> problem = load_problem(["emodb"], fold=0)
    >>> part = problem.parts["emodb"]
    >>> evaluator = Evaluator(whole={"test": part.test}, points=1)
    >>> schedule = shuffled(part.train, steps=20, seeds=[0, 1])
    >>> record = train(MLP([0, 1]), problem.X, problem.y, schedule, evaluator=evaluator)
    >>> [said.shape == (2, len(part.test)) for said in record.predictions["test"]]  # before, after
    [True, True]
    """

    subsets: dict[str, np.ndarray] = field(default_factory=dict)
    whole: dict[str, np.ndarray] = field(default_factory=dict)
    points: int = 20  # at least 1

    def start(self, head: Learner, X: torch.Tensor, y: torch.Tensor, schedule: Schedule) -> Record:
        """Begin a record, evaluate the head before its first step, and return the record."""
        self._head, self._X, self._y = head, X, y.numpy()
        with torch.no_grad():
            self._classes = head(X[:1]).shape[-1]
        steps = len(schedule.stage)
        self._ends = {0, *schedule.ends.tolist()}
        self._at = {round(steps * i / self.points) for i in range(self.points + 1)}
        if self.whole or len(self._ends) <= ENDS * self.points + 1:
            self._at |= self._ends
        self._theta_0, self._losses = [p.detach().clone() for p in head.parameters()], []
        self.record = Record(
            curves={name: [] for name in self.subsets}, predictions={name: [] for name in self.whole}
        )
        self._look(0)
        return self.record

    def after_step(self, step: int, loss: torch.Tensor) -> None:
        """Take in the loss (R,) of step number `step` (from 1), and evaluate where it is time to."""
        self._losses.append(loss.detach())
        if step in self._at:
            self._look(step)

    def _look(self, step: int) -> None:
        record = self.record
        record.steps.append(step)
        for name, rows in self.subsets.items():
            predicted = self._head.predict(self._X[rows]).numpy()
            record.curves[name].append(confusion(self._y[rows], predicted, self._classes))
        squares = [
            ((p.detach() - q) ** 2).reshape(len(p), -1).sum(1)
            for p, q in zip(self._head.parameters(), self._theta_0)
        ]
        record.distance.append(torch.stack(squares).sum(0).sqrt().numpy())
        empty = torch.full((len(squares[0]),), float("nan"))
        record.loss.append((torch.stack(self._losses).mean(0) if self._losses else empty).numpy())
        self._losses = []
        if step in self._ends:
            for name, rows in self.whole.items():
                record.predictions[name].append(self._head.predict(self._X[rows]).numpy().astype(np.uint8))


def train(
    head: Learner,
    X: torch.Tensor,
    y: torch.Tensor,
    schedule: Schedule,
    *,
    lr: float = 1e-4,
    objective: Callable = cross_entropy,
    projection: Callable | None = None,
    consolidation=None,
    optimiser: Callable = torch.optim.Adam,
    evaluator: Evaluator | None = None,
) -> Record:
    """Train every run of a head, in place; the `Record` that is returned tells how it went.

    Parameters
    ----------
    head : Module with R runs
    X, y : tensors (n, inputs) float32 and (n,) int64
        All rows that the schedule and the watch point into.
    objective : f(head, batch) -> (R,)
    projection : f(head, batch, gradient), changes ``.grad`` in place before the step
        ``gradient(rows)`` gives the cross-entropy's gradient on other rows (R, n), a list over the trainable
        parameters.
    consolidation : object with ``step(step, head, lr)`` and ``stage_end(head)``
    optimiser : f(parameters, lr=lr), made anew where the schedule says so

    Examples
    --------
    >>> from sequifi_lite import MLP, evaluate, load_problem, shuffled, train, uar
    >>> problem, head = load_problem(["emodb"], fold=0), MLP(seeds=[0])
    >>> schedule = shuffled(problem.parts["emodb"].train, steps=50, seeds=[0])
    >>> record = train(head, problem.X, problem.y, schedule, lr=1e-3)
    >>> bool(uar(evaluate(head, problem)["emodb"])[0] > 0.6)  # chance is 0.25
    True
    """
    lr, evaluator = check_number("lr", lr), evaluator or Evaluator()
    record = evaluator.start(head, X, y, schedule)
    ends = set(schedule.ends.tolist())

    def gradient(rows):
        loss = cross_entropy(head, Batch(take(X, rows), take(y, rows), rows, rows, rows, rows.shape[1:]))
        return torch.autograd.grad(loss.sum(), [p for p in head.parameters() if p.requires_grad])

    for t in range(len(schedule.stage)):
        if t == 0 or schedule.reset[t]:
            steps = optimiser(head.parameters(), lr=lr)
        batch = schedule.batch(t, X, y)
        loss = objective(head, batch)
        steps.zero_grad()
        loss.sum().backward()  # runs never mix: each receives exactly its own gradient
        if projection:
            projection(head, batch, gradient)
        steps.step()
        if consolidation:
            consolidation.step(t + 1, head, lr)
            if t + 1 in ends:
                consolidation.stage_end(head)
        evaluator.after_step(t + 1, loss)
    return record
