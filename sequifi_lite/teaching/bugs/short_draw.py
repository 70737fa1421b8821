"""Exhibit: a reservoir whose draw ends one too early."""

from __future__ import annotations

import numpy as np


def short_draw(offered: int, size: int, seen: int, generator: np.random.Generator) -> np.ndarray:
    """Algorithm R with the upper end of its draw forgotten; otherwise
    `sequifi_lite.learning.memory.slots_of`.

    Shelf: bug.
    Wrong: item i should draw from 0 to i, both included. `random.randint` includes its upper end, NumPy's
    `integers` and
    `randint` do not; moved from one to the other, the draw ends at i - 1. The first item to come after the
    reservoir is full then always enters, and of n items all after the first `size` are kept with probability
    size / (n - 1), not size / n.
    Seen in: LibContinual ``onlinebuffer.py``, whose draws end at the count before the new items; mammoth and
    avalanche have it right.
    Told apart by: tests/learning/test_replay_bugs.py::test_a_draw_one_short_keeps_late_items_too_often.
    """
    number = np.arange(seen, seen + offered)
    slot = np.where(number < size, number, generator.integers(0, np.maximum(number, 1)))
    return np.where(slot < size, slot, -1)
