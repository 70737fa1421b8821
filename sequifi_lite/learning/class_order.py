"""The class order: schedules that show one emotion class after another, as SeQuiFi does."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import numpy as np

from ..errors import SequifiError, check_choice, check_seeds, check_whole
from .schedule import BATCH, Schedule, stream

SEES = ("single", "cumulative", "focus", "one-vs-rest")


def class_by_class(
    rows: np.ndarray,
    labels: np.ndarray,
    orders: Sequence[Sequence[int]] | np.ndarray,
    steps: Any,  # int | Sequence[int]; told apart by np.ndim, which type checkers do not follow
    seeds: Sequence[int],
    batch: int = BATCH,
    cycles: int = 1,
    reset: bool = True,
    sees: str = "single",
) -> Schedule:
    """Show one emotion class at a time: SeQuiFi.

    Of K equal stages (K per cycle), stage j of a run shows only rows of the j-th class of its order. Source:
    arXiv 2410.12567, abstract; equal stages, one pass and a new optimiser per stage are this book's reading.

    Parameters
    ----------
    orders : R orders of the K classes, or for each run several behind each other
    steps : int T, cut into equal stages; or the length of every stage (see `equal_epochs`)
    cycles : int, passes through the order; total steps stay `steps`
    reset : bool, make the optimiser anew at every stage start (canonical) or carry it over
    sees : {"single", "cumulative", "focus", "one-vs-rest"}
        What a batch of a stage holds: its class alone (canonical); the classes introduced so far; half its
        class and half all; half its class and half the others. Classes of a part come equally often.

    Raises
    ------
    SequifiError
        If `sees` is none of these, or the steps do not give each stage at least one.

    Examples
    --------
    >>> labels = np.repeat([0, 1, 2, 3], 25)
    >>> shown = class_by_class(np.arange(100), labels, [[3, 2, 1, 0]], steps=8, seeds=[0]).rows
    >>> labels[shown[0, :, 0]]  # the class of each step
    array([3, 3, 2, 2, 1, 1, 0, 0])
    """
    check_choice("A stage cannot see", sees, SEES)
    orders = np.tile(np.asarray(orders), cycles)
    stages = orders.shape[1]
    if np.ndim(steps):
        stage = np.repeat(np.arange(len(steps)), steps)
        if len(steps) != stages or min(steps) < 1:
            raise SequifiError(
                f"{len(steps)} lengths were given for {stages} stages; give each at least one step."
            )
    elif check_whole("steps", steps) < stages:
        raise SequifiError(
            f"{steps} steps cannot be cut into {stages} stages; take more steps or fewer cycles."
        )
    else:
        stage = np.sort(np.arange(steps) % stages)
    table = np.empty((len(orders), len(stage), batch), dtype=np.int64)
    for run, (order, seed) in enumerate(zip(orders, check_seeds(seeds, len(orders)))):
        shown = np.stack([_classes(order, j, t, batch, sees) for t, j in enumerate(stage)])
        for k in np.unique(shown):
            table[run][shown == k] = stream(rows[labels[rows] == k], int((shown == k).sum()), (seed, 1 + k))
    starts = np.diff(stage, prepend=-1) > 0
    return Schedule(table, stage, starts if reset else np.arange(len(stage)) == 0)


def _classes(order: np.ndarray, j: int | np.integer, t: int, batch: int, sees: str) -> np.ndarray:
    """Class of every place of batch t, in stage j.

    Classes take turns from batch to batch: in the end their shares are even.
    """
    classes, half = np.unique(order), batch // 2
    if sees == "cumulative":
        seen = np.array(list(dict.fromkeys(order[: j + 1])))
        return seen[np.arange(t * batch, (t + 1) * batch) % len(seen)]
    if sees == "single":
        return np.full(batch, order[j])
    others = classes if sees == "focus" else classes[classes != order[j]]
    return np.concatenate(
        [np.full(batch - half, order[j]), others[np.arange(t * half, (t + 1) * half) % len(others)]]
    )


def equal_epochs(rows: np.ndarray, labels: np.ndarray, order: Sequence[int], steps: int) -> np.ndarray:
    """Give stages lengths in proportion to class sizes: as many epochs for every class, `steps` in all.

    Runs that train together share their stage lengths, so each order is a training of its own. Every stage
    has a step at least, so a class with less than a step's share makes the sum larger than `steps`.
    """
    sizes = np.array([(labels[rows] == k).sum() for k in order])
    ends = np.round(steps * np.cumsum(sizes) / sizes.sum()).astype(int)
    return np.maximum(np.diff(ends, prepend=0), 1)


def random_cycles(classes: int, cycles: int, seeds: Sequence[int]) -> np.ndarray:
    """Draw a new order of the K classes for every cycle, (R, cycles * K)."""
    draws = [np.random.default_rng([seed, 2**21]) for seed in seeds]
    return np.array([np.concatenate([draw.permutation(classes) for _ in range(cycles)]) for draw in draws])


def all_orders(classes: int) -> np.ndarray:
    """List every order of K classes, shape (K!, K); 24 for four."""
    return np.array(list(permutations(range(classes))))
