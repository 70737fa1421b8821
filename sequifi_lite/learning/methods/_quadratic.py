"""The pull of a quadratic penalty: what L2-SP, EWC, SI and MAS share; they differ in the weights Omega alone.

    penalty(theta) = lambda / 2 * sum_i Omega_i (theta_i - theta*_i)^2

It is applied after the optimiser's step, exactly and not by its gradient: the point that minimises the
penalty plus ||theta' - theta||^2 / (2 eta), with theta where the optimiser arrived and eta its learning rate,

    theta_i <- (theta_i + eta lambda Omega_i theta*_i) / (1 + eta lambda Omega_i).

No strength makes this diverge, Adam does not rescale it, and it never enters ``.grad``. Under SGD it is the
papers' penalty, to first order in eta. Under Adam it is to that penalty what AdamW's decay is to an L2 term:
lambda has another unit.
"""

from __future__ import annotations

import torch

from ._runs import per_run


class Anchors:
    """Where the weights are pulled, and how hard: the sums over the anchors of Omega and of Omega theta*.

    A sum of quadratic penalties is one quadratic penalty, up to a constant: so two copies of the weights are
    enough, however many corpora.
    """

    def __init__(self):
        self.omega: list[torch.Tensor] = []
        self.pulled: list[torch.Tensor] = []

    def add(self, omega: list[torch.Tensor], theta: list[torch.Tensor], decay: float | None = None) -> None:
        """Take an anchor in.

        Parameters
        ----------
        omega, theta : lists of tensors in the order of ``head.parameters()``
        decay : float, optional
            None keeps all anchors. A number keeps the last alone: all that was important, times this number,
            plus omega, pulls there.
        """
        if not self.omega:
            self.omega = [torch.zeros_like(o) for o in omega]
            self.pulled = [torch.zeros_like(o) for o in omega]
        for i, (o, t) in enumerate(zip(omega, theta)):
            self.omega[i] = self.omega[i] * (1 if decay is None else decay) + o
            self.pulled[i] = self.pulled[i] + o * t if decay is None else self.omega[i] * t

    @torch.no_grad()
    def pull(self, head, lam, lr: float) -> None:
        """Take the exact proximal step; `lam` is one number or (R,), `lr` is eta. No anchor, no pull."""
        for p, omega, pulled in zip(head.parameters(), self.omega, self.pulled):
            s = lr * per_run(lam, p)
            p.add_(s * pulled).div_(
                (s * omega).add_(1)
            )  # in place: the same bits, in half the passes over memory


def mean_one(omega: list[torch.Tensor], runs: int) -> list[torch.Tensor]:
    """Scale Omega to mean 1 over all weights of a run, so that one grid of lambda serves all; 0 stays 0."""
    total = torch.stack([o.reshape(runs, -1).sum(1) for o in omega]).sum(0)
    mean = total / (sum(o.numel() for o in omega) // runs)
    mean = torch.where(mean > 0, mean, torch.ones_like(mean))
    return [o / per_run(mean, o) for o in omega]
