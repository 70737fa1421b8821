"""An encoder that is held: what it says of the clips at hand stays near what it said before."""

from __future__ import annotations

import torch

from ..learning.methods.method import Method
from .gaussians import GaussianShifted


class FeatureDistillation(Method):
    """Hold the encoder to what it said of the stream's own clips: no clip of the past is needed.

        L + lambda * mean (v - v_0)^2,   v: the head's inputs for the batch,
                                         v_0: those of the model that the corpus began with

    Parameters
    ----------
    lam : float
        lambda. The inputs are scaled to the source's unit variance, so the mean over clips and inputs has no
        unit.

    Reference: Jung et al. 2016, less-forgetting learning (arXiv 1607.00122).
    Differs from the paper in: the distance is that of the pooled states, not of a hidden layer; the head goes
    on learning.
    Cost: a second encoder, and its forward pass for every batch.
    Verified against: the loss and its gradient by a plain loop; strength 0 is what is held, bit for bit.
    """

    name, strength, grid, neutral = "held", "lam", (0.1, 1.0, 10.0, 100.0), 0.0

    def __init__(self, lam: float = 10.0):
        super().__init__()
        self.lam = float(lam)

    def before_corpus(self, head, problem, number, seeds):
        self.old = head.select([0])
        return super().before_corpus(head, problem, number, seeds)

    def objective(self, head, batch):
        v = head.inputs(batch.x)
        with torch.no_grad():
            v_0 = self.old.inputs(batch.x)
        return super().objective(_Once(head, v), batch) + self.lam * ((v - v_0) ** 2).mean((1, 2)).cpu()


class _Once:
    """A model whose inputs for the present batch have been computed."""

    def __init__(self, model, v: torch.Tensor):
        self.head, self.device, self.v = model.head, model.device, v

    def __call__(self, x) -> torch.Tensor:
        return self.head(self.v).cpu()


class GaussianFeatureDistillation(FeatureDistillation, GaussianShifted):
    """Do it beside `GaussianShifted`, of rank 8.

    What draws cannot teach the encoder, the distance to its past may.

    Reference: the book's own.
    Differs from the paper in: there is none.
    Cost: of both together.
    Verified against: as both.
    """

    name = "gaussian-held"
