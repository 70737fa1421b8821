"""Model soup, uniform: several trainings from the same weights, averaged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from ._runs import members_mean, weights
from .method import Method


class Soup(Method):
    """Train M members a run from theta_0, unlike in learning rate and order of batches, and keep their mean.

        theta <- (1/M) sum_i theta_i

    The members of a run stand side by side on a run axis M times as wide, so they train together, and runs
    still never mix: no run tastes another one's soup. Member 0 is vanilla to the bit; the others see the same
    batches in an order of their own, stage by stage. The soup is what predicts and what all members of the
    next corpus start from.

    Parameters
    ----------
    rates : sequence of M floats
        Learning rate of every member, as a multiple of the caller's. A step of Adam or SGD is proportional to
        its learning rate, so the step is scaled after it was made.

    Attributes
    ----------
    chosen : tensor of bool (R, M)
        The members in the soup of the last corpus.

    Reference: Wortsman et al. 2022, arXiv 2203.05482, uniform soup (section 2).
    Differs from the paper in: four members, not tens; they differ in learning rate and order alone; along a
    chain the soup is cooked anew from the last one.
    Cost: M times the training and M copies of weights and of the optimiser's state; one model to predict.
    The record of `sequifi_lite.learning.loop.train` holds R * M runs, the members.
    Verified against: members trained one by one in calls of their own and averaged in a loop; a soup of one
    is vanilla bit for bit; equal members give that member.
    """

    name = "soup"

    def __init__(self, rates=(1.0, 1.0, 0.3, 3.0)):
        self.rates = tuple(self.number("rates", rates))

    def schedule(self, schedule, problem, number, seeds):
        M = len(self.rates)
        rows = np.repeat(schedule.rows, M, axis=0)
        for run, seed in enumerate(seeds):
            for m in range(1, M):
                generator = np.random.default_rng([seed, 2**21, number, m])
                for stage in np.unique(schedule.stage):
                    steps = np.flatnonzero(schedule.stage == stage)
                    rows[run * M + m, steps] = schedule.rows[run, generator.permutation(steps)]
        return replace(schedule, rows=rows, memory=None, slots=None, writes=None)

    def before_corpus(self, head, problem, number, seeds):
        M = len(self.rates)
        if head.runs < len(seeds) * M:  # the first time; afterwards all members hold the last soup
            head = head.select([run for run in range(head.runs) for _ in range(M)])
        self.before = weights(head)
        return head

    @torch.no_grad()
    def step(self, step, head, lr):
        for before, theta in zip(self.before, head.parameters()):
            rate = (
                torch.tensor(self.rates, dtype=theta.dtype)
                .repeat(head.runs // len(self.rates))
                .reshape(-1, 1, 1)
            )
            theta.copy_(torch.where(rate == 1, theta, before + rate * (theta - before)))
            before.copy_(theta)

    @torch.no_grad()
    def after_corpus(self, head, problem, number, seeds):
        if number:
            self.chosen = self.choose(head, problem, number)
            for theta, mean in zip(head.parameters(), members_mean(head, len(self.rates), self.chosen)):
                theta.copy_(mean.repeat_interleave(len(self.rates), 0))

    def choose(self, head, problem, number) -> torch.Tensor:
        """Choose which members go in: all."""
        return torch.ones(head.runs // len(self.rates), len(self.rates), dtype=torch.bool)

    def model(self, head):
        runs = getattr(self, "chosen", None)
        return head if runs is None else head.select(range(0, head.runs, len(self.rates)))
