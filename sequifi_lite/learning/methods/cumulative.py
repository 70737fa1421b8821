"""Cumulative training: go on with all that has been seen so far."""

from __future__ import annotations

import numpy as np

from ..schedule import Schedule, shuffled
from .method import Method


class Cumulative(Method):
    """Train at every corpus on its rows and all before it, in natural proportion: vanilla with a full memory.

        theta <- theta - eta * grad L(D_0 u ... u D_j, theta)   for T steps

    It takes as many steps as vanilla, so it is the bound that is matched in compute; a new corpus that is
    small beside the old ones fills only a small part of its batches.

    Reference: "cumulative" strategy, Lomonaco et al. 2021, Avalanche (arXiv 2104.00405).
    Differs from the paper in: T steps for every corpus, however many rows have piled up, where the library
    takes epochs of all.
    Cost: one forward and one backward pass a step; all rows of all corpora are kept.
    Verified against: vanilla on corpora of which each holds the rows of those before; the share of rows
    counted by hand.
    """

    name = "cumulative"

    def schedule(self, schedule: Schedule, problem, number: int, seeds) -> Schedule:
        rows = np.concatenate([problem.parts[corpus].train for corpus in problem.corpora[: number + 1]])
        return shuffled(rows, len(schedule.stage), seeds, schedule.rows.shape[2])
