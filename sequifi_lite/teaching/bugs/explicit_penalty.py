"""Exhibit: the penalty added to the loss, at any strength."""

from __future__ import annotations

import torch

from ...learning.loop import cross_entropy
from ...learning.methods._runs import dot
from ...learning.methods.ewc import EWC


class ExplicitPenaltyEWC(EWC):
    """EWC as the papers write it: lambda / 2 * sum F (theta - theta*)^2 is added to the loss, and its
    gradient taken.

    Shelf: trap.
    Wrong: nothing at a small strength. Once eta lambda F_i exceeds 2 for one weight, a step of SGD overshoots
    the anchor by more than it was away from it, and the weights grow without bound to NaN. Under Adam they do
    not. But Adam divides the sum of both gradients by the size that such gradients have had, so lambda also
    sets the length of every step, and a weight that has left comes back one learning rate at a time.
    Seen in: most implementations; a grid of lambda over orders of magnitude meets it (our own NaN under SGD
    at 1e6).
    Told apart by:
    tests/learning/test_regularisation.py::test_the_explicit_penalty_blows_up_where_the_proximal_step_holds.
    """

    def objective(self, head, batch):
        loss = cross_entropy(head, batch)
        if not self.anchors.omega:
            return loss
        omega = self.anchors.omega
        away = [
            p - pulled / F.clamp(min=1e-30)
            for p, pulled, F in zip(head.parameters(), self.anchors.pulled, omega)
        ]
        lam = torch.as_tensor(self.lam, dtype=loss.dtype)
        return loss + lam / 2 * dot([F * a for F, a in zip(omega, away)], away, head.runs)

    def step(self, step, head, lr):
        pass
