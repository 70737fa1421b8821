"""Sharpness-aware minimisation: take the gradient where the loss is worst nearby."""

from __future__ import annotations

import torch

from ...learning.methods._runs import dot, per_run
from ...learning.methods.method import Method


class SAM(Method):
    """Step along the gradient at the top of a small hill climbed first, on the same batch.

        theta <- theta - eta * grad L(theta + rho grad L(theta) / || grad L(theta) ||)

    eta times the gradient stands for the optimiser's step, Adam's as for all methods here.

    Parameters
    ----------
    rho : float or tensor (R,)
        How far to climb, in units of the weights.

    Reference: Foret et al. 2021, Sharpness-aware minimization (arXiv 2010.01412), Algorithm 1; in continual
    learning: Mehta et al. 2023, An empirical investigation of the role of pre-training in lifelong learning
    (arXiv 2112.09153).
    Differs from the paper in: nothing but the optimiser.
    Cost: two forward and backward passes a step.
    Verified against: the step written out on a model of one run; rho 0 is vanilla.
    """

    name = "sam"
    strength, grid, neutral = "rho", (0.003, 0.01, 0.03, 0.1, 0.3, 1.0), 0.0

    def __init__(self, rho=0.1):
        self.rho = self.number("rho", rho)

    def projection(self, head, batch, gradient):
        trained = [p for p in head.parameters() if p.requires_grad]
        before, up = [p.detach().clone() for p in trained], [p.grad for p in trained]
        length = dot(up, up, head.runs).sqrt().clamp(min=1e-12)
        with torch.no_grad():
            for p, g in zip(trained, up):
                p.add_(g * per_run(self.rho, g) / per_run(length, g))
        above = gradient(batch.rows)
        with torch.no_grad():
            for p, old, new in zip(trained, before, above):
                p.copy_(old)
                p.grad.copy_(new)
