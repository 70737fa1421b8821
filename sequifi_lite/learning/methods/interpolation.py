"""Weight-space interpolation (WiSE-FT): learn as vanilla does, then go back a part of the way."""

from __future__ import annotations

import torch

from ...errors import check_choice
from ._runs import per_run, weights
from .method import Method


class Interpolation(Method):
    """Put the weights, after each corpus, on the straight line between the old and the new ones.

        theta <- (1 - alpha) * theta_0 + alpha * theta_1

    theta_1 are the weights after training on the corpus. theta_0 is, on a chain, the model that training on
    this corpus began with (``anchor="before"``: what is kept shrinks with every corpus) or the source model
    throughout (``anchor="source"``). With one corpus after the source both are the same. The result is what
    the next corpus starts from.

    Parameters
    ----------
    alpha : float or tensor (R,)
        Share of the new weights, 0 to 1, without unit: 0 never learns, 1 is vanilla. One vanilla training
        serves every alpha.
    anchor : {"before", "source"}

    Raises
    ------
    SequifiError
        If there is no such anchor.

    Reference: Wortsman et al. 2022, arXiv 2109.01903 (WiSE-FT), section 3.
    Differs from the paper in: the whole chain is walked so, where the paper fine-tunes once; the head is the
    same before and after, where the paper's comes from a text encoder.
    Cost: one copy of the weights; no extra pass.
    Verified against: a loop over weights that were written down before and after a plain training; the closed
    form of three corpora for both anchors.
    """

    name = "interpolation"
    strength, grid, neutral = "alpha", (0.0, 0.2, 0.4, 0.6, 0.8, 1.0), 1.0

    def __init__(self, alpha=0.5, anchor: str = "before"):
        self.alpha = self.number("alpha", alpha, 0, 1)
        self.anchor = check_choice("An interpolation has no anchor", anchor, ("before", "source"))

    @torch.no_grad()
    def after_corpus(self, head, problem, number, seeds):
        if number:
            for source_model, theta in zip(self.source_model, head.parameters()):
                alpha = per_run(self.alpha, theta)
                theta.copy_((1 - alpha) * source_model + alpha * theta)
        if number == 0 or self.anchor == "before":
            self.source_model = weights(head)
