"""Weight averaging with 1/t: every task the model has seen keeps the same share."""

from __future__ import annotations

import torch

from ._runs import weights
from .method import Method


class OneOverT(Method):
    """Move the weights, after task t, only 1/t of the way from the previous model to the adapted one.

        theta_t <- (1 - eta_t) * theta_{t-1} + eta_t * theta_adapted,   eta_t = 1/t

    t counts the tasks, the source included (t = 1), so the first corpus after it has eta = 1/2: with one such
    corpus this is
    `Interpolation` at 1/2. theta_t is what the next corpus starts from, so the adapted models, each trained
    from the average before it, weigh 1/t apiece.

    Reference: Vander Eeckt & Van hamme 2022, arXiv 2210.15282 (weight averaging, for speech recognition).
    Differs from the paper in: no distillation is added during the adaptation (the paper's second form).
    Cost: one copy of the weights; no extra pass.
    Verified against: a loop over three corpora written out by hand, in which each training starts from the
    average; with one corpus against `Interpolation` at 1/2.
    """

    name = "one-over-t"

    @torch.no_grad()
    def after_corpus(self, head, problem, number, seeds):
        eta = 1 / (number + 1)
        if number:
            for before, theta in zip(self.before, head.parameters()):
                theta.copy_((1 - eta) * before + eta * theta)
        self.before = weights(head)
