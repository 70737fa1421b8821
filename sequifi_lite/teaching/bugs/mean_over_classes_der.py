"""Exhibit: a strength that depends on the number of classes."""

from __future__ import annotations

import torch

from ...learning.methods.der import DER


class MeanOverClassesDER(DER):
    """DER whose squared error is a mean over classes as well as over rows.

    Shelf: convention.
    Wrong: nothing, as long as alpha is tuned for this very number of classes. The paper's term is a squared
    norm, a sum over classes; with the mean an alpha is 1/K as strong, so a value taken from one problem means
    another on the next.
    Seen in: mammoth, models/der.py, the authors' own code: `F.mse_loss`, whose default is the mean over
    everything; avalanche.
    Told apart by: tests/learning/test_replay_bugs.py::test_a_mean_over_classes_is_a_weaker_alpha.
    """

    def objective(self, head, batch) -> torch.Tensor:
        alpha, self.alpha = self.alpha, self.alpha / self.logits.shape[-1]
        loss = super().objective(head, batch)
        self.alpha = alpha
        return loss
