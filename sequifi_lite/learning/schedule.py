"""Schedules: what is seen, and in which order. Of the four choices the one that SeQuiFi makes differently.

A schedule does not depend on the weights, so it is a table of row numbers, made before training. All
schedules draw from the same streams: of a set of rows, one random permutation after another, cut into
batches. A stream depends on the run's seed (and on the class, where it holds one class), never on its
neighbours along the run axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch

from ..errors import SequifiError, check_seeds, check_whole

BATCH = 32


class Batch(NamedTuple):
    """What one step sees: inputs, labels, row numbers, and for replay the memory slots (see `Schedule`)."""

    x: torch.Tensor  # (R, B, inputs)
    y: torch.Tensor  # (R, B)
    rows: np.ndarray  # (R, B)
    slots: np.ndarray  # (R, B)
    writes: np.ndarray  # (R, B)
    parts: tuple[int, ...]

    def part(self, number: int) -> Batch:
        """Cut out the stream alone (0), the memory (1) or the second memory (2)."""
        start = sum(self.parts[:number])
        cut = slice(start, start + self.parts[number])
        values = (value[:, cut] for value in self[:5])
        return Batch(*values, (self.parts[number],))  # pyright: ignore[reportCallIssue]  (five of them)


def take(X: torch.Tensor, rows: np.ndarray) -> torch.Tensor:
    """Take ``X[rows]`` for row numbers from 0, of any shape.

    Whole rows are copied, which is several times faster.
    """
    flat = torch.from_numpy(rows.reshape(-1)).to(X.device)
    return X.index_select(0, flat).reshape(*rows.shape, *X.shape[1:])


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
    parts : tuple of int
        Widths along B: the stream, then the memories. Without replay the stream is all.
    memory : ndarray of int64, shape (R, M)
        Row in every memory slot before the first step; -1 where a slot is empty.
    slots : ndarray of int64, shape (R, T, B)
        Memory slot that a row of the batch was taken from; -1 for the stream.
    writes : ndarray of int64, shape (R, T, B)
        Memory slot that a row of the batch is put into after the step; -1 for none.
    """

    rows: np.ndarray
    stage: np.ndarray
    reset: np.ndarray
    # None stands for what `__post_init__` puts there.
    parts: tuple[int, ...] = None  # pyright: ignore[reportAssignmentType]
    memory: np.ndarray = None  # pyright: ignore[reportAssignmentType]
    slots: np.ndarray = None  # pyright: ignore[reportAssignmentType]
    writes: np.ndarray = None  # pyright: ignore[reportAssignmentType]

    def __post_init__(self):
        nothing = np.broadcast_to(np.int64(-1), self.rows.shape)
        defaults = {
            "parts": self.rows.shape[2:],
            "memory": nothing[:, 0, :0],
            "slots": nothing,
            "writes": nothing,
        }
        for name, value in defaults.items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)

    @property
    def ends(self) -> np.ndarray:
        """Number of steps done when each stage is over, shape (stages,)."""
        return np.flatnonzero(np.diff(self.stage, append=-1)) + 1

    def batch(self, t: int, X: torch.Tensor, y: torch.Tensor) -> Batch:
        """Take what step t sees of the data X (n, inputs), y (n,)."""
        rows = self.rows[:, t]
        return Batch(take(X, rows), take(y, rows), rows, self.slots[:, t], self.writes[:, t], self.parts)


def stream(rows: np.ndarray, length: int, key: Sequence[int]) -> np.ndarray:
    """Draw `length` row numbers; `key` seeds the draw.

    Random permutations of `rows`, one behind the other, so that counts differ by one at most.

    Raises
    ------
    SequifiError
        If there are no rows.
    """
    if len(rows) == 0:
        raise SequifiError(
            "A schedule needs at least one row of every class it shows; check the split and the list of"
            " emotions."
        )
    generator = np.random.default_rng(list(key))
    return np.concatenate([generator.permutation(rows) for _ in range(-(-length // len(rows)))])[:length]


def shuffled(rows: np.ndarray, steps: int, seeds: Sequence[int], batch: int = BATCH) -> Schedule:
    """Mix all rows: vanilla fine-tuning. One stage.

    Parameters
    ----------
    rows : ndarray of int, shape (n,)
        Training rows.
    steps : int
        T, the number of updates.
    seeds : sequence of int, length R
        One data seed per run.
    batch : int
        B, rows a step.

    Raises
    ------
    SequifiError
        If there is no row.

    Examples
    --------
    >>> import numpy as np
    >>> from sequifi_lite import shuffled
    >>> schedule = shuffled(np.arange(100), steps=5, seeds=[0, 1])
    >>> schedule.rows.shape  # runs, steps, batch
    (2, 5, 32)
    """
    steps, batch, seeds = check_whole("steps", steps), check_whole("batch", batch), check_seeds(seeds)
    table = np.stack([stream(rows, steps * batch, (seed, 0)).reshape(steps, batch) for seed in seeds])
    return Schedule(table, np.zeros(steps, dtype=np.int64), np.arange(steps) == 0)


def joint(
    source: np.ndarray, target: np.ndarray, steps: int, seeds: Sequence[int], batch: int = BATCH
) -> Schedule:
    """Mix old and new rows in natural proportion, for as many epochs of the target as `steps` give.

    An upper bound. It takes ``steps * (n_source + n_target) / n_target`` updates, so it is not
    compute-matched.

    Parameters
    ----------
    source, target : ndarray of int
        Training rows of both corpora.
    steps, seeds, batch
        As for `shuffled`.

    Examples
    --------
    >>> import numpy as np
    >>> from sequifi_lite import joint
    >>> schedule = joint(np.arange(300), np.arange(300, 400), steps=10, seeds=[0])
    >>> schedule.rows.shape  # four times as many rows, four times as many steps
    (1, 40, 32)
    """
    rows = np.concatenate([source, target])
    return shuffled(rows, round(steps * len(rows) / len(target)), seeds, batch)


def balanced(
    rows: np.ndarray, labels: np.ndarray, steps: int, seeds: Sequence[int], batch: int = BATCH
) -> Schedule:
    """Mix rows so that every batch holds each class equally often: the control of `class_by_class`.

    If K does not divide the batch, the classes that stand once more in it take turns from batch to batch.

    Parameters
    ----------
    labels : ndarray of int
        Class of every row number (the whole table, not only of `rows`).
    rows, steps, seeds, batch
        As for `shuffled`.

    Examples
    --------
    >>> import numpy as np
    >>> from sequifi_lite import balanced
    >>> labels = np.repeat([0, 1, 2, 3], [70, 10, 10, 10])
    >>> schedule = balanced(np.arange(100), labels, steps=5, seeds=[0])
    >>> np.bincount(labels[schedule.rows[0, 0]])
    array([8, 8, 8, 8])
    """
    steps, batch, seeds = check_whole("steps", steps), check_whole("batch", batch), check_seeds(seeds)
    classes = np.unique(labels[rows])
    shown = classes[np.sort((np.arange(steps * batch) % len(classes)).reshape(steps, batch), axis=1)]
    table = np.empty((len(seeds), steps, batch), dtype=np.int64)
    for run, seed in enumerate(seeds):
        for k in classes:
            table[run][shown == k] = stream(rows[labels[rows] == k], int((shown == k).sum()), (seed, 1 + k))
    return Schedule(table, np.zeros(steps, dtype=np.int64), np.arange(steps) == 0)


def replay(
    schedule: Schedule,
    memory: np.ndarray,
    seeds: Sequence[int],
    width: int = BATCH,
    parts: int = 1,
    writes: np.ndarray | None = None,
) -> Schedule:
    """Add rows from a memory to every step; the stream and the number of steps stay as they are.

    Every draw is uniform over the slots that are filled before the step, without replacement as long as they
    last and evenly repeated beyond (a memory smaller than its part of the batch still is replayed).

    Parameters
    ----------
    memory : ndarray of int, shape (R, M)
        Row in every slot before the first step; -1 where it is empty.
    width : int
        m, rows that a memory part adds to a step.
    parts : int, the number of independent draws per step (two for DER++)
    writes : ndarray of int, shape (R, T, B), optional
        Slot that each row of the stream is put into after its step; -1 for none.

    Raises
    ------
    SequifiError
        If a run's memory is empty before the first step.
    """
    R, T, B = schedule.rows.shape
    content = np.array(memory, dtype=np.int64)
    if writes is None:
        writes = np.full((R, T, B), -1, dtype=np.int64)
    if (content < 0).all(1).any():
        raise SequifiError(
            "Replay needs at least one row in every run's memory; make it larger or fill it before the first"
            " step."
        )
    slots = np.full((R, T, B + parts * width), -1, dtype=np.int64)
    rows = np.concatenate([schedule.rows, np.empty((R, T, parts * width), dtype=np.int64)], axis=2)
    for run, seed in enumerate(seeds):
        generator, held = np.random.default_rng([seed, 2**20]), content[run]
        for t in range(T):
            filled = np.flatnonzero(held >= 0)
            for start in range(B, B + parts * width, width):
                drawn = np.concatenate(
                    [generator.permutation(filled) for _ in range(-(-width // len(filled)))]
                )[:width]
                slots[run, t, start : start + width] = drawn
                rows[run, t, start : start + width] = held[drawn]
            written = writes[run, t] >= 0
            held[writes[run, t][written]] = schedule.rows[run, t][written]
    padded = np.concatenate([writes, np.full((R, T, parts * width), -1, dtype=np.int64)], axis=2)
    return replace(
        schedule,
        rows=rows,
        parts=(B, *[width] * parts),
        memory=np.array(memory, dtype=np.int64),
        slots=slots,
        writes=padded,
    )
