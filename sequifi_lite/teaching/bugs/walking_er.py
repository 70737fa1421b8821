"""Exhibit: an epoch that is as long as the memory."""

from __future__ import annotations

import numpy as np

from ...learning.methods.er import ER
from ...learning.schedule import replay, shuffled


class WalkingER(ER):
    """ER in which an epoch ends when both the corpus and the memory have been walked through.

    Shelf: trap.
    Wrong: a memory larger than the corpus makes the epoch longer, and the corpus is repeated meanwhile. So
    "ten epochs" are more updates the larger the memory, and later corpora of a chain get more than earlier
    ones: a sweep over memory sizes compares training times, too.
    Seen in: avalanche, its replay loader until early 2023 (avalanche#1274, repaired by avalanche#1287).
    Told apart by: tests/learning/test_replay_bugs.py::test_an_epoch_as_long_as_the_memory_trains_longer.
    """

    def schedule(self, schedule, problem, number, seeds):
        rows, held = problem.parts[problem.corpora[number]].train, np.concatenate(self.memories, axis=1)
        longer = max(1, held.shape[1] / self.width * schedule.rows.shape[2] / len(rows))
        return replay(shuffled(rows, round(len(schedule.stage) * longer), seeds), held, seeds, self.width)
