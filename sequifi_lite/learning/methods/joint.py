"""Joint training: everything at once, as if nothing had come one after another."""

from __future__ import annotations

import numpy as np

from ..schedule import Schedule, shuffled
from .method import Method


class Joint(Method):
    """Wait for the last corpus, then train on all of them, mixed in natural proportion, from theta_0: meant
    as an upper bound.

        theta <- theta - eta * grad L(D_0 u D_1 u ... u D_J, theta),   S = J T n / n_new steps

    D_j: training rows of corpus j, D_0 the source's; n of them in all, n_new without the source's; T: steps
    of a corpus. So the new rows are shown as often, in total, as vanilla shows them. Up to the last corpus
    the model is theta_0, and R[i, j] of the accuracy matrix before its last row is that of zero-shot. It is
    one training, not the best there is: a method may end above.

    Reference: Caruana 1997, Multitask Learning (doi 10.1023/A:1007379606734), for training together.
    Differs from the paper in: one output layer for all corpora, since they share their classes.
    Cost: n / n_new times vanilla's steps, so it is not compute-matched; all rows of all corpora are kept.
    Verified against: vanilla on a corpus that is the union; the steps and rows counted by hand.
    """

    name = "joint"

    def schedule(self, schedule: Schedule, problem, number: int, seeds) -> Schedule | None:
        if number < len(problem.corpora) - 1:
            return None
        rows = np.concatenate([problem.parts[corpus].train for corpus in problem.corpora])
        new = len(rows) - len(problem.parts[problem.corpora[0]].train)
        steps = round(number * len(schedule.stage) * len(rows) / new)
        return shuffled(rows, steps, seeds, schedule.rows.shape[2])
