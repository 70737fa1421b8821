"""Weight alignment: give the output layer's rows back the lengths they had in the source model."""

from __future__ import annotations

import torch

from .method import Method


class WeightAlignment(Method):
    """Scale the weights of every class, after each corpus, to their old length; the next starts without that.

        w_k <- w_k * ||w_k^0|| / ||w_k||,   b_k <- b_k^0

    w_k are the output weights of class k, b_k its bias; ^0 marks the source model. Directions stay: what was
    learnt about which features speak for a class is kept, how loudly the class trained last speaks is not.

    Reference: Zhao et al. 2020, arXiv 1911.07053 (weight aligning).
    Differs from the paper in: every class is put to its own length in the source model, where the paper
    brings the mean length of new classes to that of old ones (here all classes are old); the bias is
    restored, where the paper has none.
    Cost: K (hidden + 1) floats of the source's output layer; no pass over data.
    Verified against: loops over runs and classes with numpy.linalg.norm; the angles do not change.
    """

    name = "weight-alignment"

    @torch.no_grad()
    def after_corpus(self, head, problem, number, seeds):
        if number == 0:
            W, b = head.layers[-1]
            self.length, self.b = self._length(W), b.detach().clone()

    @staticmethod
    def _length(W: torch.Tensor) -> torch.Tensor:
        """Length of every class's weights, (R, 1, K)."""
        return (W.detach() ** 2).transpose(1, 2).contiguous().sum(2).sqrt()[:, None]

    @torch.no_grad()
    def model(self, head):
        copy = head.select(range(head.runs))
        W, b = copy.layers[-1]
        length = self._length(W)
        W *= torch.where(length > 0, self.length / length, 1)
        b.copy_(self.b)
        return copy
