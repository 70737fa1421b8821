"""A learning rate that falls from stage to stage, so that what comes last weighs less."""

from __future__ import annotations

import torch

from ...learning.methods._runs import per_run
from ...learning.methods.method import Method


class DecayingRate(Method):
    """Take steps of stage k at a rate of decay^k times that of the first stage, k from 0.

        theta <- theta_t + decay^k (step(theta_t) - theta_t)

    step: the optimiser's, at the rate of the first stage. Its moments are made of gradients alone, so a
    shorter step is the step at a smaller rate.

    Parameters
    ----------
    decay : float or tensor (R,), from 0 to 1

    Reference: none; a reading that the words "one class at a time" leave open.
    Differs from the paper in: no paper asks for it.
    Cost: one copy of the weights.
    Verified against: each stage trained by itself at its own rate; decay 1 is vanilla.
    """

    name = "decaying-rate"
    strength, grid, neutral = "decay", (0.03, 0.1, 0.2, 0.3, 0.5, 0.7), 1.0

    def __init__(self, decay=0.3):
        self.decay = self.number("decay", decay, 0.0, 1.0)

    def schedule(self, schedule, problem, number, seeds):
        self._stage = 0
        return schedule

    def projection(self, head, batch, gradient):
        self._before = [p.detach().clone() for p in head.parameters()]

    @torch.no_grad()
    def step(self, step, head, lr):
        if self._stage:
            for p, before in zip(head.parameters(), self._before):
                p.lerp_(before, 1 - per_run(torch.as_tensor(self.decay) ** self._stage, p))

    def stage_end(self, head):
        self._stage += 1
