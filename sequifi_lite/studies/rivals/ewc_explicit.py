"""EWC as published: the penalty is a term of the loss, with the bare Fisher information."""

from __future__ import annotations

import torch

from ...learning.loop import cross_entropy
from ...learning.methods._runs import dot
from ...learning.methods.ewc import EWC


class EWCExplicit(EWC):
    """Add the penalty to the loss and let the optimiser take its gradient with the rest.

        L(theta) = L_B(theta) + sum_i lambda / 2 * F_i (theta_i - theta*_A,i)^2

    Parameters
    ----------
    lam : float or tensor (R,)
        lambda, of the bare F, mean over clips: another unit than that of `EWC`.

    Reference: Kirkpatrick et al. 2017, Overcoming catastrophic forgetting in neural networks (arXiv
    1612.00796), equation (3).
    Differs from the paper in: Adam, as for all methods here; it divides the sum of both gradients by the size
    that such sums have had. Under SGD it diverges once eta lambda F_i exceeds 2 for one weight.
    Cost: as `EWC`, and one more pass over the weights each step.
    Verified against: the penalty written out anchor by anchor, with gradients from torch.
    """

    name = "ewc-explicit"
    grid = (1e1, 1e2, 1e3, 1e4, 1e5, 1e6)

    def __init__(self, lam=1e3):
        super().__init__(lam, normalise=False)

    def objective(self, head, batch):
        loss = cross_entropy(head, batch)
        omega, pulled = self.anchors.omega, self.anchors.pulled
        if not omega:
            return loss
        theta = list(head.parameters())
        # sum_a F_a (theta - theta_a)^2 without what does not depend on theta
        square = dot([F * p for F, p in zip(omega, theta)], theta, head.runs)
        cross = dot(pulled, theta, head.runs)
        return loss + torch.as_tensor(self.lam, dtype=loss.dtype) * (square / 2 - cross)

    def step(self, step, head, lr):
        pass
