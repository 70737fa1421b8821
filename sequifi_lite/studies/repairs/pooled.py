"""A schedule carried over to all corpora together: the same classes, rows of every corpus."""

from __future__ import annotations

import numpy as np

from ...learning.methods.method import Method
from ...learning.schedule import Schedule, stream


class Pooled(Method):
    """Wait for the last corpus, then show all of them as the schedule would show the last, from theta_0.

        rows of class c <- c's rows of D_0 u D_1 u ... u D_J,   S = J T n / n_new steps

    As joint training, but for the order in which classes come: one emotion at a time over pooled corpora.

    Parameters
    ----------
    stretch : bool
        Whether stages get longer, by S / T, or stay as they are and the passes are repeated.

    Reference: none; a reading that the words "one class at a time" leave open.
    Differs from the paper in: no paper asks for it.
    Cost: as joint training: n / n_new times vanilla's steps; all rows of all corpora are kept.
    Verified against: rows and stages counted by hand.
    """

    name = "pooled"

    def __init__(self, stretch: bool = True):
        self.stretch = stretch

    def schedule(self, schedule: Schedule, problem, number: int, seeds) -> Schedule | None:
        if number < len(problem.corpora) - 1:
            return None
        labels, T = problem.labels, len(schedule.stage)
        rows = np.concatenate([problem.parts[corpus].train for corpus in problem.corpora])
        new = len(rows) - len(problem.parts[problem.corpora[0]].train)
        t = np.arange(round(number * T * len(rows) / new))
        like = t * T // len(t) if self.stretch else t % T
        stage = schedule.stage[like] + (0 if self.stretch else t // T * (schedule.stage[-1] + 1))
        shown = labels[schedule.rows[:, like]]  # (R, S, B)
        table = np.empty_like(schedule.rows[:, like])
        for run, seed in enumerate(seeds):
            for k in np.unique(shown[run]):
                places = shown[run] == k
                table[run][places] = stream(rows[labels[rows] == k], int(places.sum()), (seed, 1 + int(k)))
        starts = np.diff(stage, prepend=-1) > 0
        carried = schedule.reset.sum() == 1
        return Schedule(table, stage, t == 0 if carried else starts)
