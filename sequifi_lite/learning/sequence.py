"""Carry a model along a chain of corpora, one method throughout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch

from ..data.problem import Problem
from ..errors import ArgumentError, check_number, check_object, check_seeds, check_whole
from ..evaluation.confusions import accuracy_matrix as accuracy_matrix
from .heads import MLP
from .loop import Evaluator, Learner, Record, train
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


class Runs(Learner, Protocol):
    """What learns a chain in R copies at once."""

    @property
    def runs(self) -> int: ...

    def select(self, runs: Sequence[int], /) -> Any: ...


def mixed(problem: Problem, corpus: str, steps: int, seeds: Sequence[int]) -> Schedule:
    """Shuffle the training rows of a corpus: vanilla's stream."""
    return shuffled(problem.parts[corpus].train, steps, seeds)


def train_sequence(
    method: Method,
    problem: Problem,
    source_model: Runs,
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
        Made anew for every call: it remembers what it has seen, and a second chain is refused.
    problem : Problem
        The chain; its first corpus is the source that the source model was trained on.
    source_model : MLP with R runs
        Is not changed. ``source_model.select([0] * R)`` makes R runs of one source model.
    steps : int; T, updates per corpus after the source
    seeds : sequence of R ints, the data seeds; 0, 1, ... unless given
    stream : f(problem, corpus, steps, seeds) -> Schedule
        In which order a corpus is seen: `mixed`, or class by class.
    evaluator : f() -> Evaluator, makes that of every training

    Returns
    -------
    iterator of Stop
        A corpus is learnt when its stop is asked for. The model at a stop is a copy: later training does not
        change it. `SequifiError` at the call if the method has learnt a chain before, or an argument is none.

    Examples
    --------
    >>> from sequifi_lite import METHODS, train_sequence, load_problem, train_source_model
    >>> problem = load_problem(["mesd", "emodb"], fold=0)
    >>> source_model = train_source_model(problem, seed=0, steps=50)
    >>> [stop.corpus for stop in train_sequence(METHODS["ewc"](100.0), problem, source_model, steps=20)]
    ['mesd', 'emodb']
    """
    _check(method, problem, source_model)
    steps, lr = check_whole("steps", steps), check_number("lr", lr)
    seeds = check_seeds(range(source_model.runs) if seeds is None else seeds, source_model.runs)
    _claim(method)
    choices = {"lr": lr, "optimiser": optimiser}
    return _stops(method, problem, source_model, steps, seeds, stream, evaluator, choices)


def _claim(method: Any) -> None:
    """Mark a method, or the one that it wraps, as taken: what it remembers must not be learnt from again."""
    while hasattr(method, "method"):
        method = method.method
    if getattr(method, "_chain_begun", False):
        name = type(method).__name__
        raise ArgumentError(
            f"This object of class {name} has been given to train_sequence before, and remembers what it saw;"
            f" make a new one for every call, {name}(...)."
        )
    method._chain_begun = True


def _check(method: Method, problem: Problem, source_model: Runs) -> None:
    """Refuse arguments of other kinds, and a method or a source model of other sizes."""
    check_object("The method", method, "an object of METHODS, as METHODS['er']()", ("step", "after_corpus"))
    check_object("The problem", problem, "a Problem, as of load_problem", ("corpora", "parts"))
    check_object("The source model", source_model, "a model, as of train_source_model", ("select", "runs"))
    value, runs = getattr(method, method.strength or "", ""), source_model.runs
    if np.ndim(value) and len(value) != runs:
        say = "{} of the method has {} values and the model {} runs; give one value, or one for each run."
        raise ArgumentError(say.format(method.strength, len(value), runs))


def _stops(method, problem, source_model, steps, seeds, stream, evaluator, choices) -> Iterator[Stop]:
    head = source_model.select(range(source_model.runs))
    for number, corpus in enumerate(problem.corpora):
        record = None
        if number:
            schedule = method.schedule(stream(problem, corpus, steps, seeds), problem, number, seeds)
            if schedule is not None:
                head = method.before_corpus(head, problem, number, seeds)
                answers = {"objective": method.objective, "projection": method.projection}
                answers |= {"consolidation": method, "evaluator": evaluator()}
                record = train(head, problem.X, problem.y, schedule, **answers, **choices)
        method.after_corpus(head, problem, number, seeds)
        model = method.model(head)
        yield Stop(corpus, model.select(range(model.runs)) if isinstance(model, MLP) else model, record)
