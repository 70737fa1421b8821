"""Reptile: after every round of stages, go only a part of the way."""

from __future__ import annotations

import torch

from ...learning.methods._runs import per_run, weights
from ...learning.methods.method import Method


class Reptile(Method):
    """Pull the weights back after every `stages` stages, towards where the round began, and go on there.

        phi <- phi + epsilon (phi~ - phi),    phi~: the weights after a round

    With small steps and many rounds this favours weights for which the gradients of different stages point
    the same way.

    Parameters
    ----------
    epsilon : float or tensor (R,)
        Share of the way that is kept; 1 is vanilla.
    stages : int
        Stages of a round: K for one emotion class at a time.

    Reference: Nichol, Achiam & Schulman 2018, On first-order meta-learning algorithms (arXiv 1803.02999),
    Algorithm 1.
    Differs from the paper in: the tasks of a round are one class each and always the same.
    Cost: one copy of the weights.
    Verified against: rounds trained one by one and averaged by hand.
    """

    name = "reptile"
    strength = "epsilon"
    grid = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
    neutral = 1.0

    def __init__(self, epsilon=0.5, stages: int = 4):
        self.epsilon, self.stages = epsilon, stages

    def before_corpus(self, head, problem, number, seeds):
        self.phi, self.ended = weights(head), 0
        return head

    @torch.no_grad()
    def stage_end(self, head):
        self.ended += 1
        if self.ended % self.stages == 0:
            for phi, p in zip(self.phi, head.parameters()):
                epsilon = per_run(self.epsilon, p)
                p.copy_((1 - epsilon) * phi + epsilon * p)  # exactly p where epsilon is 1
                phi.copy_(p)
