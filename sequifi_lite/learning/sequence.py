"""Carry a model along a chain of corpora, one method throughout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch

from ..data.problem import Problem
from ..evaluation.metrics import confusion, uar
from .heads import MLP
from .loop import Record, Watch, train
from .methods.vanilla import Vanilla
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


def mixed(world: Problem, corpus: str, steps: int, seeds: Sequence[int]) -> Schedule:
    """Vanilla's stream: the training rows of a corpus, shuffled."""
    return shuffled(world.parts[corpus].train, steps, seeds)


def follow(
    method: Vanilla,
    world: Problem,
    theta_0: MLP,
    *,
    steps: int = 200,
    lr: float = 1e-3,
    seeds: Sequence[int] | None = None,
    stream: Callable = mixed,
    optimiser: Callable = torch.optim.Adam,
    watch: Callable[[], Watch] = Watch,
) -> Iterator[Stop]:
    """Learn corpus after corpus, and stop after each; the first stop is the source model itself.

    Parameters
    ----------
    method : object of a class in `sequifi_lite.learning.methods`
        Made anew for every call: it remembers what it has seen.
    world : Problem
        The chain; its first corpus is the source that theta_0 was trained on.
    theta_0 : MLP with R runs
        Is not changed. ``theta_0.select([0] * R)`` makes R runs of one source model.
    steps : int
        T, updates per corpus after the source.
    seeds : sequence of int, length R
        Data seeds; 0, 1, ... unless given.
    stream : f(world, corpus, steps, seeds) -> Schedule
        In which order a corpus is seen: `mixed`, or class by class.
    watch : f() -> Watch
        Makes the watch of every training.

    Yields
    ------
    Stop
        The model at a stop is a copy: later training does not change it.
    """
    head = theta_0.select(range(theta_0.runs))
    seeds = list(range(head.runs)) if seeds is None else list(seeds)
    for number, corpus in enumerate(world.corpora):
        record = None
        if number:
            schedule = method.schedule(stream(world, corpus, steps, seeds), world, number, seeds)
            if schedule is not None:
                head = method.start(head, world, number, seeds)
                choices = {
                    "objective": method.objective,
                    "projection": method.projection,
                    "consolidation": method,
                }
                record = train(
                    head, world.X, world.y, schedule, lr=lr, optimiser=optimiser, watch=watch(), **choices
                )
        method.look_back(head, world, number, seeds)
        model = method.model(head)
        yield Stop(corpus, model.select(range(model.runs)) if isinstance(model, MLP) else model, record)


def accuracy_matrix(
    stops: Iterable[Stop], world: Problem, part: str = "test", score: Callable = uar
) -> np.ndarray:
    """R[i, j]: score on corpus j after learning corpus i, for every run: (R, corpora, corpora).

    `stops` may be the iterator of `follow` itself.
    """
    rows = {name: getattr(parts, part) for name, parts in world.parts.items()}
    K = len(world.emotions)
    table = [
        [score(confusion(world.labels[r], stop.model.predict(world.X[r]).numpy(), K)) for r in rows.values()]
        for stop in stops
    ]
    return np.moveaxis(np.array(table), -1, 0)
