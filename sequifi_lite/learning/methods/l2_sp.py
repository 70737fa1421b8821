"""L2-SP: stay near the starting point, all weights alike."""

from __future__ import annotations

import torch

from ._quadratic import Anchors
from ._runs import weights
from .method import Method


class L2SP(Method):
    """Tie every weight to where the training on this corpus started.

        L(theta) + alpha / 2 * ||theta - theta^0||^2

    Parameters
    ----------
    lam : float or tensor (R,)
        alpha, the strength of the springs. Between a corpus and the next the springs are moved to the new
        starting point.

    Reference: Li, Grandvalet & Davoine 2018, Explicit inductive bias for transfer learning (arXiv
    1802.01483), section 3.
    Differs from the paper in: the penalty is an exact proximal step after the optimiser's (`_quadratic`); the
    paper adds its gradient; the head keeps its classes, so there is no second term for new weights (their
    beta).
    Cost: two copies of the weights, and one pass over them each step; no pass over data.
    Verified against: the proximal step solved by a general minimiser; the zero-shot model at a huge strength.
    """

    name = "l2-sp"
    strength = "lam"
    grid = (0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
    neutral = 0.0

    def __init__(self, lam: float | torch.Tensor = 1.0):
        self.lam = self.number("lam", lam)
        self.anchors = Anchors()

    def after_corpus(self, head, problem, number, seeds):
        theta = weights(head)
        self.anchors.add([torch.ones_like(t) for t in theta], theta, decay=0.0)

    def step(self, step, head, lr):
        self.anchors.pull(head, self.lam, lr)
