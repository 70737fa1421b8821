"""Exponential moving average of the weights along the training."""

from __future__ import annotations

import torch

from ._runs import per_run, weights
from .method import Method


class EMA(Method):
    """Let a slow copy follow the weights; at the end of a corpus it takes their place.

        theta'_t = beta * theta'_{t-1} + (1 - beta) * theta_t,   theta'_0 = theta_0

    theta_t are the weights after step t of a corpus, trained as vanilla, theta_0 those it began with. After T
    steps the old weights still have the share beta^T: at T = 200 it is 0.13 for beta = 0.99 and 0.82 for
    0.999. So a strong average is also an interpolation with the past. The average is what predicts and what
    the next corpus starts from.

    Parameters
    ----------
    beta : float or tensor (R,)
        Decay per step, 0 to 1, without unit; 0 is vanilla, 1 never learns.

    Reference: Polyak & Juditsky 1992 (doi 10.1137/0330046) for averaged iterates; Tarvainen & Valpola 2017,
    arXiv 1703.01780, section 2, for this form.
    Differs from the paper in: the average is not a teacher, it only takes the place of the weights at the end
    of each corpus; beta is constant.
    Cost: one copy of the weights; two operations per weight and step; no extra pass.
    Verified against: the closed form (1 - beta) sum_t beta^(T-t) theta_t + beta^T theta_0 over weights
    written down at every step.
    """

    name = "ema"
    strength, grid, neutral = "beta", (0.0, 0.9, 0.97, 0.99, 0.997, 0.999), 0.0

    def __init__(self, beta=0.99):
        self.beta = self.number("beta", beta, 0, 1)

    def before_corpus(self, head, problem, number, seeds):
        self.average = weights(head)
        return head

    @torch.no_grad()
    def step(self, step, head, lr):
        for average, theta in zip(self.average, head.parameters()):
            beta = per_run(self.beta, theta)
            average.copy_(beta * average + (1 - beta) * theta)

    @torch.no_grad()
    def after_corpus(self, head, problem, number, seeds):
        if number:
            for average, theta in zip(self.average, head.parameters()):
                theta.copy_(average)
