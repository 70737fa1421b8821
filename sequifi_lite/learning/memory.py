"""Memories: which rows are kept of what has been seen; how they are replayed lies elsewhere.

A memory is a table of row numbers with one line per run, (R, M). Its filled slots come first; -1 marks an
empty one, so runs may hold memories of different sizes. Which rows are kept depends on a run's seed, never on
its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from ..errors import SequifiError, check_choice
from .schedule import Schedule

CHOICES = ("class-balanced", "reservoir", "herding")
STREAM = 2**20 + 1  # the memories' own stream of random numbers; schedules use others


def slots_of(offered: int, size: int, seen: int, generator: np.random.Generator) -> np.ndarray:
    """Choose by Algorithm R the slot of each of `offered` items, -1 where it is not kept: (offered,).

    Item number i (from 0, `seen` of them were offered before) goes to slot i while there are free ones. Then
    a number is drawn from 0 to i, both included; below `size` it is the slot that the item replaces. So after
    any number n of items each is kept with probability size / n. Source: Vitter 1985, doi 10.1145/3147.3165.
    """
    number = np.arange(seen, seen + offered)
    drawn = generator.integers(0, number + 1)  # the upper end is excluded, hence + 1
    slot = np.where(number < size, number, drawn)
    return np.where(slot < size, slot, -1)


def reservoir(
    rows: np.ndarray, size: int, seed: int, held: np.ndarray | None = None, seen: int = 0
) -> np.ndarray:
    """Draw a uniform sample of all rows offered so far, by Algorithm R over the rows in a random order.

    (size,), -1 where empty.

    Parameters
    ----------
    held : ndarray of int, shape (size,), optional
        The reservoir after the corpora before; it is not changed.
    seen : int, number of rows offered before
    """
    generator = np.random.default_rng([seed, STREAM, seen])
    held = np.full(size, -1, dtype=np.int64) if held is None else held.copy()
    slots, offered = slots_of(len(rows), size, seen, generator), generator.permutation(rows)
    for slot, row in zip(slots[slots >= 0], offered[slots >= 0]):
        held[slot] = row
    return held


def class_balanced(rows: np.ndarray, labels: np.ndarray, per_class: int, seed: int) -> np.ndarray:
    """Draw `per_class` random rows of every class, all of a class that has fewer.

    A larger memory contains every smaller one.

    Parameters
    ----------
    labels : ndarray of int
        Class of every row number (the whole table, not only of `rows`).
    """
    kept = []
    for k in np.unique(labels[rows]):
        kept.append(
            np.random.default_rng([seed, STREAM, 0, k]).permutation(rows[labels[rows] == k])[:per_class]
        )
    return np.concatenate(kept)


def herding(X: torch.Tensor, rows: np.ndarray, labels: np.ndarray, per_class: int) -> np.ndarray:
    """Choose greedily the rows of every class whose mean follows the class mean best; nothing is drawn.

    The k-th row of a class is the one that brings the mean of the k rows closest to the mean mu of the whole
    class,
    ``argmin_x || mu - (x + p_1 + ... + p_{k-1}) / k ||``, rows not chosen yet. A larger memory contains every
    smaller one.
    Source: Welling 2009 (doi 10.1145/1553374.1553517); Rebuffi et al. 2017 (arXiv 1611.07725), Algorithm 4.
    Differs from it in that x is the input embedding as it stands, not a normalised feature of the network, so
    it never has to be chosen anew.

    Parameters
    ----------
    X : tensor (n, inputs)
        Embeddings of the whole table.
    """
    kept = []
    for k in np.unique(labels[rows]):
        members = rows[labels[rows] == k]
        x = X[members].double().numpy()
        mean, total, free = x.mean(0), np.zeros(x.shape[1]), np.ones(len(x), dtype=bool)
        for size in range(1, min(per_class, len(x)) + 1):
            distance = np.where(free, ((size * mean - total - x) ** 2).sum(1), np.inf)
            best = int(distance.argmin())
            free[best] = False
            total += x[best]
            kept.append(members[best])
    return np.array(kept, dtype=np.int64)


def sizes(per_class, runs: int) -> np.ndarray:
    """Spread one number of rows per class, or one per run, over all runs: (R,).

    Raises
    ------
    SequifiError
        If a number is not whole, or below 1.
    """
    wanted = np.broadcast_to(np.asarray(per_class, dtype=np.float64), runs)
    if (wanted < 1).any() or (wanted != np.round(wanted)).any():
        raise SequifiError(
            f"A memory holds a whole number of rows per class, at least 1; {per_class} is none: change"
            " per_class."
        )
    return wanted.astype(np.int64)


def table(memories: Sequence[np.ndarray]) -> np.ndarray:
    """Stack the memories of R runs as one table (R, M), filled up with -1."""
    longest = max(len(memory) for memory in memories)
    return np.stack([np.pad(memory, (0, longest - len(memory)), constant_values=-1) for memory in memories])


def keep(choose: str, problem, corpus: str, per_class, seeds: Sequence[int]) -> np.ndarray:
    """Choose the rows to keep of a corpus's training part, for every run: (R, M).

    Parameters
    ----------
    choose : {"class-balanced", "reservoir", "herding"}
        All hold `per_class` rows for each of the K classes; with "reservoir" the K * per_class rows are drawn
        whatever their class, so that common classes get more.
    problem : Problem
    per_class : int, or one per run (R,)

    Raises
    ------
    SequifiError
        If rows cannot be chosen in this way, or `per_class` is no whole number from 1.
    """
    check_choice("Rows for a memory cannot be chosen by", choose, CHOICES)
    rows, labels, kept = problem.parts[corpus].train, problem.labels, []
    for size, seed in zip(sizes(per_class, len(seeds)), seeds):
        if choose == "reservoir":
            drawn = reservoir(rows, int(size) * len(problem.emotions), seed)
            kept.append(drawn[drawn >= 0])
        elif choose == "herding":
            kept.append(herding(problem.X, rows, labels, size))
        else:
            kept.append(class_balanced(rows, labels, size, seed))
    return table(kept)


def first_seen(rows: np.ndarray) -> np.ndarray:
    """Mark where each row of a run's stream (T, B) is shown for the first time: (T, B) of bool."""
    first = np.zeros(rows.size, dtype=bool)
    first[np.unique(rows, return_index=True)[1]] = True
    return first.reshape(rows.shape)


def shown(schedule: Schedule) -> np.ndarray:
    """Count the different rows that each run's stream shows, (R,)."""
    return np.array([len(np.unique(rows)) for rows in schedule.rows[:, :, : schedule.parts[0]]])


def last_in_slot(slots: np.ndarray) -> np.ndarray:
    """Leave a slot to the last of the rows of a step that go there: the others become -1, (T, B).

    Slots (T, B) of one run.
    """
    T, B = slots.shape
    key = np.where(
        slots >= 0, np.arange(T)[:, None] * (slots.max() + 1) + slots, -1 - np.arange(T * B).reshape(T, B)
    )
    last = np.zeros(T * B, dtype=bool)
    last[T * B - 1 - np.unique(key.ravel()[::-1], return_index=True)[1]] = True
    return np.where(last.reshape(T, B), slots, -1)


def reservoir_writes(
    schedule: Schedule, size: np.ndarray, seen: np.ndarray, seeds: Sequence[int]
) -> np.ndarray:
    """Carry a reservoir on over a stream: the slot that every row is put into, (R, T, B), -1 for none.

    A row is offered once, when it is first shown: so every clip of every corpus has the same chance, however
    often it is shown.

    Parameters
    ----------
    size : ndarray of int, shape (R,)
        Slots of each run's reservoir.
    seen : ndarray of int, shape (R,)
        Number of rows that the corpora before have offered.
    """
    writes = np.full(schedule.rows.shape, -1, dtype=np.int64)
    for run, seed in enumerate(seeds):
        first = first_seen(schedule.rows[run])
        generator = np.random.default_rng([seed, STREAM, seen[run]])
        writes[run][first] = slots_of(first.sum(), size[run], seen[run], generator)
        writes[run] = last_in_slot(writes[run])
    return writes


def stage_writes(
    schedule: Schedule, labels: np.ndarray, per_class: np.ndarray, first_slot: int, classes: int
) -> np.ndarray:
    """Let classes enter the memory as their stages end: the slot of every row, (R, T, B), -1 for none.

    Of each class the last `per_class` different rows of the stage are written, in the last steps that show
    them. Class k has the slots from ``first_slot + k * max(per_class)`` on; seen again in a later stage, it
    is written anew. A mixed stream is a single stage: all is written when nothing is replayed any more.

    Parameters
    ----------
    per_class : ndarray of int, shape (R,)
    first_slot : int
        Slots before it are left alone.
    """
    writes = np.full(schedule.rows.shape, -1, dtype=np.int64)
    for run, most in enumerate(per_class):
        for start, end in zip([0, *schedule.ends[:-1]], schedule.ends):
            shown = schedule.rows[run, start:end].ravel()[::-1]  # the last one first
            latest = np.sort(np.unique(shown, return_index=True)[1])
            for k in range(classes):
                chosen = latest[labels[shown[latest]] == k][:most]
                flat = writes[run, start:end].reshape(-1)
                flat[shown.size - 1 - chosen] = first_slot + k * per_class.max() + np.arange(len(chosen))
    return writes


def after(schedule: Schedule) -> np.ndarray:
    """Read what the memory of a schedule holds after its last step, (R, M)."""
    held = schedule.memory.copy()
    for run, t, b in np.argwhere(schedule.writes >= 0):  # in the order of time
        held[run, schedule.writes[run, t, b]] = schedule.rows[run, t, b]
    return held
