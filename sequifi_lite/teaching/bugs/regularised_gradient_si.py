"""Exhibit: a path integral that gives the spring credit."""

from __future__ import annotations

import torch

from ...learning.methods._runs import per_run
from ...learning.methods.si import SI


class RegularisedGradientSI(SI):
    """SI that multiplies the weights' change with the gradient of loss plus penalty.

    Shelf: bug.
    Wrong: omega is to say which weights brought the loss down. With the penalty's gradient in it, a weight
    that is dragged back to its anchor earns or loses importance for that. It shows from the second corpus on,
    and grows with lambda.
    Seen in: mammoth until mammoth#50; avalanche#106, avalanche#1226; avalanche's plugin adds the penalty to
    the loss and reads
    ``.grad``, and warned that it is "not perfectly aligned with the paper".
    Told apart by: tests/learning/test_regularisation.py::test_the_path_of_si_written_down_step_by_step.
    """

    @torch.no_grad()
    def step(self, step, head, lr):
        for p, before, omega, pulled in zip(
            head.parameters(), self.before, self.anchors.omega, self.anchors.pulled
        ):
            p.grad += per_run(self.lam, p) * (omega * before - pulled)
        super().step(step, head, lr)
