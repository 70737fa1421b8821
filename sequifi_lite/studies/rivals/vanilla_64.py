"""Vanilla with batches of 64: as many rows a step as replay has."""

from __future__ import annotations

from ...learning.methods.method import Method
from ...learning.schedule import BATCH, shuffled


class Vanilla64(Method):
    """Fine-tune on twice as many rows a step, all of the new corpus: what replay costs, without its memory.

        theta <- theta - eta * grad L(B_n, theta),    |B_n| = 2 B

    Reference: protocol of this book.
    Differs from the paper in: there is none.
    Cost: as `ER` with a memory draw as large as the batch.
    Verified against: the batches of `sequifi_lite.learning.shuffled`.
    """

    name = "vanilla-64"

    def schedule(self, schedule, problem, number, seeds):
        rows = problem.parts[problem.corpora[number]].train
        return shuffled(rows, len(schedule.stage), seeds, 2 * BATCH)
