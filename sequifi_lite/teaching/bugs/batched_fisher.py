"""Exhibit: a Fisher information that is none."""

from __future__ import annotations

import torch

from ...learning.methods.ewc import EWC


class BatchedFisherEWC(EWC):
    """EWC with the squares of the batches' mean gradients.

    Shelf: convention.
    Wrong: the mean is taken before the square. Gradients of different signs cancel, so the result shrinks
    about as one over the batch size; its pattern mostly stays, but a lambda found with one batch
    size means another with the next.
    Seen in: avalanche ``plugins/ewc.py`` (asked about in avalanche#1224 and answered "correct"); PyCIL
    ``ewc.py``; discussed in GT-RIPL/Continual-Learning-Benchmark#10.
    Told apart by:
    tests/learning/test_fisher.py::test_the_batched_form_shrinks_with_the_batch_and_the_others_do_not.
    """

    def __init__(self, lam: float | torch.Tensor = 1.0, batch: int = 32, normalise: bool = False):
        super().__init__(lam, kind="batched", batch=batch, normalise=normalise)
