"""Per-class soup: one training per class, all from the same weights, averaged: SeQuiFi without an order."""

from __future__ import annotations

import torch

from ...errors import SequifiError
from ..class_order import class_by_class
from ._runs import members_mean, per_run, weights
from .method import Method


class PerClassSoup(Method):
    """Teach K copies of theta_0 one class each, and add the mean of their changes.

        theta <- theta_0 + gamma * (1/K) sum_k (theta_k - theta_0)

    theta_k saw only rows of class k, for T / K steps, rounded down: the very batches of that class's stage in
    SeQuiFi, and as many updates over all classes. But every class starts from theta_0, so no class is last,
    and the result does not depend on an order.

    Parameters
    ----------
    gamma : float or tensor (R,)
        Without unit: 0 never learns, 1 is the mean, K adds up all changes (task arithmetic, arXiv
        2212.04089).

    Raises
    ------
    SequifiError
        If there are fewer steps than classes.

    Reference: this book, as a control for SeQuiFi (arXiv 2410.12567); parallel training and averaging after
    Wortsman et al. 2022 (arXiv 2203.05482).
    Differs from the paper in: no paper describes it.
    Cost: K copies of weights and of the optimiser's state; T steps in all. The stream given by the caller
    counts only by its length; the record of `sequifi_lite.learning.loop.train` holds R * K runs, the copies.
    Verified against: a loop that trains class after class from theta_0 in calls of their own and averages;
    with one class against vanilla on the same rows; every class order of the caller's stream gives the same
    model.
    """

    name = "per-class-soup"
    strength, grid = "gamma", (0.0, 0.25, 0.5, 0.75, 1.0, 2.0)

    def __init__(self, gamma=1.0):
        self.gamma = self.number("gamma", gamma)
        self.K: int | None = None  # until there is a schedule

    def schedule(self, schedule, problem, number, seeds):
        self.K, T = len(problem.emotions), len(schedule.stage)
        if T < self.K:
            raise SequifiError(f"{T} steps cannot be shared among {self.K} classes; take more steps.")
        orders, repeated = (
            [(k,) for _ in seeds for k in range(self.K)],
            [seed for seed in seeds for _ in range(self.K)],
        )
        rows, batch = problem.parts[problem.corpora[number]].train, schedule.rows.shape[2]
        return class_by_class(rows, problem.labels, orders, T // self.K, repeated, batch)

    def before_corpus(self, head, problem, number, seeds):
        assert self.K is not None
        if number == 1:  # afterwards all copies hold the last mean
            head = head.select([run for run in range(head.runs) for _ in range(self.K)])
        self.source_model = weights(head)
        return head

    @torch.no_grad()
    def after_corpus(self, head, problem, number, seeds):
        if number:
            assert self.K is not None
            means = members_mean(head, self.K)
            for theta, source_model, mean in zip(head.parameters(), self.source_model, means):
                source_model = source_model[:: self.K]
                mended = source_model + per_run(self.gamma, theta) * (mean - source_model)
                theta.copy_(mended.repeat_interleave(self.K, 0))

    def model(self, head):
        return head.select(range(0, head.runs, self.K)) if self.K else head
