"""Carry a model along a chain of corpora, one method throughout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from ..data.problem import Problem
from ..evaluation.confusions import evaluate
from ..evaluation.metrics import uar
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
    model: Any
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
    evaluator : f() -> Evaluator, makes that of every training

    Yields
    ------
    Stop
        The model at a stop is a copy: later training does not change it.

    Examples
    --------
    >>> from sequifi_lite import METHODS, train_sequence, load_problem, train_source_model
    >>> problem = load_problem(["mesd", "emodb"], fold=0)
    >>> source_model = train_source_model(problem, seed=0, steps=50)
    >>> [stop.corpus for stop in train_sequence(METHODS["ewc"](100.0), problem, source_model, steps=20)]
    ['mesd', 'emodb']
    """
    head = source_model.select(range(source_model.runs))
    seeds = list(range(head.runs)) if seeds is None else list(seeds)
    for number, corpus in enumerate(problem.corpora):
        record = None
        if number:
            schedule = method.schedule(stream(problem, corpus, steps, seeds), problem, number, seeds)
            if schedule is not None:
                head = method.before_corpus(head, problem, number, seeds)
                choices = {"objective": method.objective, "projection": method.projection}
                choices |= {"lr": lr, "optimiser": optimiser, "evaluator": evaluator()}
                record = train(head, problem.X, problem.y, schedule, consolidation=method, **choices)
        method.after_corpus(head, problem, number, seeds)
        model = method.model(head)
        yield Stop(corpus, model.select(range(model.runs)) if isinstance(model, MLP) else model, record)


def accuracy_matrix(
    stops: Iterable[Stop], problem: Problem, part: str = "test", score: Callable = uar
) -> np.ndarray:
    """Score every corpus after learning every corpus: R[i, j] for every run, (R, corpora, corpora).

    Parameters
    ----------
    stops : iterable of T Stop; it may be the iterator of `train_sequence` itself
    problem : Problem, the chain of T corpora
    part : {"test", "valid", "train"}
    score : f(confusion matrices (R, K, K)) -> (R,)

    Returns
    -------
    ndarray (R, T, T)
        Entry [r, i, j] is run r's score on corpus j after learning corpus i (Lopez-Paz & Ranzato 2017, arXiv
        1706.08840); a share, not a percentage.

    Examples
    --------
    >>> from sequifi_lite import METHODS, accuracy_matrix, train_sequence, load_problem, train_source_model
    >>> problem = load_problem(["mesd", "emodb"], fold=0)
    >>> source_model = train_source_model(problem, seed=0, steps=50)
    >>> stops = train_sequence(METHODS["vanilla"](), problem, source_model, steps=50)
    >>> R = accuracy_matrix(stops, problem)
    >>> R.shape, bool(R[0, 1, 1] > R[0, 0, 1])  # Emo-DB has been learnt
    ((1, 2, 2), True)
    """
    table = [[score(c) for c in evaluate(stop.model, problem, part).values()] for stop in stops]
    return np.moveaxis(np.array(table), -1, 0)
