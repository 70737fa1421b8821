"""Carry a model along a chain of corpora, one method throughout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch

from ..data.problem import Problem
from ..evaluation.metrics import confusion, uar
from .heads import MLP
from .loop import Evaluator, Record, train
from .methods.method import Method
from .schedule import Schedule, shuffled


class Stop(NamedTuple):
    """A corpus has been learnt.

    corpus : its name
    model : what predicts now, ``predict(x) -> (R, n)``
    record : what the training left behind; None where nothing was trained
    """

    corpus: str
    model: object
    record: Record | None


def mixed(problem: Problem, corpus: str, steps: int, seeds: Sequence[int]) -> Schedule:
    """Shuffle the training rows of a corpus: vanilla's stream."""
    return shuffled(problem.parts[corpus].train, steps, seeds)


def train_sequence(
    method: Method,
    problem: Problem,
    source_model: MLP,
    *,
    steps: int = 200,
    lr: float = 1e-3,
    seeds: Sequence[int] | None = None,
    stream: Callable = mixed,
    optimiser: Callable = torch.optim.Adam,
    evaluator: Callable[[], Evaluator] = Evaluator,
) -> Iterator[Stop]:
    """Learn corpus after corpus, and stop after each; the first stop is the source model itself.

    Parameters
    ----------
    method : object of a class in `sequifi_lite.learning.methods`
        Made anew for every call: it remembers what it has seen.
    problem : Problem
        The chain; its first corpus is the source that the source model was trained on.
    source_model : MLP with R runs
        Is not changed. ``source_model.select([0] * R)`` makes R runs of one source model.
    steps : int; T, updates per corpus after the source
    seeds : sequence of R ints, the data seeds; 0, 1, ... unless given
    stream : f(problem, corpus, steps, seeds) -> Schedule
        In which order a corpus is seen: `mixed`, or class by class.
    evaluator : f() -> Evaluator
        Makes the evaluator of every training.

    Yields
    ------
    Stop
        The model at a stop is a copy: later training does not change it.
    """
    head = source_model.select(range(source_model.runs))
    seeds = list(range(head.runs)) if seeds is None else list(seeds)
    for number, corpus in enumerate(problem.corpora):
        record = None
        if number:
            schedule = method.schedule(stream(problem, corpus, steps, seeds), problem, number, seeds)
            if schedule is not None:
                head = method.before_corpus(head, problem, number, seeds)
                choices = {
                    "objective": method.objective,
                    "projection": method.projection,
                    "consolidation": method,
                }
                record = train(
                    head,
                    problem.X,
                    problem.y,
                    schedule,
                    lr=lr,
                    optimiser=optimiser,
                    evaluator=evaluator(),
                    **choices,
                )
        method.after_corpus(head, problem, number, seeds)
        model = method.model(head)
        yield Stop(corpus, model.select(range(model.runs)) if isinstance(model, MLP) else model, record)


def accuracy_matrix(
    stops: Iterable[Stop], problem: Problem, part: str = "test", score: Callable = uar
) -> np.ndarray:
    """Score every corpus after learning every corpus: R[i, j] for every run, (R, corpora, corpora).

    `stops` may be the iterator of `train_sequence` itself.
    """
    rows = {name: getattr(parts, part) for name, parts in problem.parts.items()}
    K = len(problem.emotions)
    table = [
        [
            score(confusion(problem.labels[r], stop.model.predict(problem.X[r]).numpy(), K))
            for r in rows.values()
        ]
        for stop in stops
    ]
    return np.moveaxis(np.array(table), -1, 0)
