"""Stochastic weight averaging: the plain mean of snapshots from the later part of the training."""

from __future__ import annotations

import torch

from ._runs import per_run, weights
from .method import Method


class SWA(Method):
    """Average the weights at every c-th step after a first part; the mean takes their place after the corpus.

        w_SWA <- (w_SWA * n_models + w) / (n_models + 1)
            at the steps t > start * T with (T - t) divisible by c

    The last step always is a snapshot. Unlike `EMA` the old weights have no share of their own: averaging
    starts with the first snapshot. The mean is what predicts and what the next corpus starts from.

    Parameters
    ----------
    start : float or tensor (R,)
        Share of the T steps of a corpus that passes before the first snapshot, 0 to 1, without unit; at 1 the
        only snapshot is the last step's, and that is vanilla.
    c : int
        Steps from snapshot to snapshot.

    Reference: Izmailov et al. 2018, arXiv 1803.05407, algorithm 1.
    Differs from the paper in: the learning rate stays constant (the paper's is constant and large, or
    cyclical); T is not prolonged; the heads have no batch normalisation whose statistics would have to be
    taken again.
    Cost: one copy of the weights; three operations per weight and snapshot; no extra pass.
    Verified against: the mean of weights written down at the named steps.
    """

    name = "swa"
    strength, grid, neutral = "start", (0.0, 0.25, 0.5, 0.75, 0.9, 1.0), 1.0

    def __init__(self, start=0.5, c: int = 5):
        self.first, self.c = self.number("start", start, 0, 1), self.whole("c", c)

    def schedule(self, schedule, problem, number, seeds):
        self.T, self.n_models = len(schedule.stage), 0
        return schedule

    def before_corpus(self, head, problem, number, seeds):
        self.mean = weights(head)
        self.n_models = torch.zeros(head.runs)
        return head

    @torch.no_grad()
    def step(self, step, head, lr):
        if (self.T - step) % self.c:
            return
        first = torch.as_tensor(self.first, dtype=torch.float32)
        taken = ((step > first * self.T) | (step == self.T)).expand(head.runs)
        for mean, w in zip(self.mean, head.parameters()):
            n = per_run(self.n_models, w)
            new = torch.where(
                n > 0, mean + (w - mean) / (n + 1), w
            )  # the first snapshot is taken as it is, to the bit
            mean.copy_(torch.where(taken.reshape(n.shape), new, mean))
        self.n_models = self.n_models + taken

    @torch.no_grad()
    def after_corpus(self, head, problem, number, seeds):
        if number:
            for mean, w in zip(self.mean, head.parameters()):
                w.copy_(mean)
