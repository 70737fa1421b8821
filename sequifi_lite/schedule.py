"""Schedules: what is seen, and in which order. The first of the four choices, and the only one SeQuiFi makes differently.

A schedule does not depend on the weights, so it is a table of row numbers, made before training. All schedules draw from the same
streams: of a set of rows, one random permutation after another, cut into batches. A stream depends on the run's seed (and on the
class, where it holds one class), never on its neighbours along the run axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from .errors import SequifiError

BATCH = 32


@dataclass(frozen=True)
class Schedule:
    """Which rows are seen at which step.

    Attributes
    ----------
    rows : ndarray of int64, shape (R, T, B)
        Row numbers of each run's batches.
    stage : ndarray of int64, shape (T,)
        Number of the stage each step belongs to, from 0.
    reset : ndarray of bool, shape (T,)
        Whether the optimiser is made anew before the step.
    """

    rows: np.ndarray
    stage: np.ndarray
    reset: np.ndarray

    @property
    def ends(self) -> np.ndarray:
        """Number of steps done when each stage is over, shape (stages,)."""
        return np.flatnonzero(np.diff(self.stage, append=-1)) + 1


def stream(rows: np.ndarray, length: int, key: Sequence[int]) -> np.ndarray:
    """`length` row numbers: random permutations of `rows`, one behind the other, so that counts differ by one at most."""
    if len(rows) == 0:
        raise SequifiError("A schedule needs at least one row of every class it shows; check the split and the list of emotions.")
    generator = np.random.default_rng(list(key))
    return np.concatenate([generator.permutation(rows) for _ in range(-(-length // len(rows)))])[:length]


def shuffled(rows: np.ndarray, steps: int, seeds: Sequence[int], batch: int = BATCH) -> Schedule:
    """Vanilla fine-tuning: all rows, mixed. One stage.

    Parameters
    ----------
    rows : ndarray of int, shape (n,)
        Training rows.
    steps : int
        T, the number of updates.
    seeds : sequence of int, length R
        One data seed per run.
    """
    table = np.stack([stream(rows, steps * batch, (seed, 0)).reshape(steps, batch) for seed in seeds])
    return Schedule(table, np.zeros(steps, dtype=np.int64), np.arange(steps) == 0)


def joint(source: np.ndarray, target: np.ndarray, steps: int, seeds: Sequence[int], batch: int = BATCH) -> Schedule:
    """Old and new rows mixed in natural proportion, for as many epochs of the target as `steps` give: an upper bound.

    It takes ``steps * (n_source + n_target) / n_target`` updates, so it is not compute-matched.
    """
    rows = np.concatenate([source, target])
    return shuffled(rows, round(steps * len(rows) / len(target)), seeds, batch)


def balanced(rows: np.ndarray, labels: np.ndarray, steps: int, seeds: Sequence[int], batch: int = BATCH) -> Schedule:
    """Class-balanced vanilla: every batch holds each class equally often. The fair twin of `class_by_class`.

    Parameters
    ----------
    labels : ndarray of int
        Class of every row number (the whole table, not only of `rows`).
    """
    classes = np.unique(labels[rows])
    if batch % len(classes):
        raise SequifiError(
            f"A batch of {batch} cannot hold {len(classes)} classes equally often; choose a multiple of {len(classes)}."
        )
    share = batch // len(classes)
    table = np.empty((len(seeds), steps, len(classes), share), dtype=np.int64)
    for run, seed in enumerate(seeds):
        for i, k in enumerate(classes):
            table[run, :, i] = stream(rows[labels[rows] == k], steps * share, (seed, 1 + k)).reshape(steps, share)
    return Schedule(table.reshape(len(seeds), steps, batch), np.zeros(steps, dtype=np.int64), np.arange(steps) == 0)


def class_by_class(
    rows: np.ndarray,
    labels: np.ndarray,
    orders: Sequence[Sequence[int]],
    steps: int,
    seeds: Sequence[int],
    batch: int = BATCH,
    cycles: int = 1,
    reset: bool = True,
) -> Schedule:
    """SeQuiFi: one emotion class at a time.

    The T steps are cut into K equal stages (K per cycle); stage j of a run shows only rows of the j-th class of its order.
    Source: arXiv 2410.12567, abstract (one emotion class at a time); equal steps per class, one pass and a new optimiser per
    stage are the canonical reading of this book, not statements of the paper.

    Parameters
    ----------
    orders : sequence of R sequences of K classes
        The class order of each run.
    cycles : int
        Passes through the order; total steps stay `steps`.
    reset : bool
        Make the optimiser anew at every stage start (canonical) or carry it over.
    """
    stages = len(orders[0]) * cycles
    if steps < stages:
        raise SequifiError(f"{steps} steps cannot be cut into {stages} stages; take more steps or fewer cycles.")
    stage = np.sort(np.arange(steps) % stages)
    table = np.empty((len(orders), steps, batch), dtype=np.int64)
    for run, (order, seed) in enumerate(zip(orders, seeds, strict=True)):
        shown = np.asarray(order)[stage % len(order)]  # class of every step
        for k in set(order):
            steps_of_k = np.flatnonzero(shown == k)
            table[run, steps_of_k] = stream(rows[labels[rows] == k], len(steps_of_k) * batch, (seed, 1 + k)).reshape(-1, batch)
    starts = np.diff(stage, prepend=-1) > 0
    return Schedule(table, stage, starts if reset else np.arange(steps) == 0)


def all_orders(classes: int) -> np.ndarray:
    """Every order of K classes, shape (K!, K); 24 for four."""
    return np.array(list(permutations(range(classes))))
