"""Exhibit: sensitivities that cancel."""

from __future__ import annotations

import numpy as np
import torch

from ...learning.methods._quadratic import mean_one
from ...learning.methods._runs import weights
from ...learning.methods.mas import MAS


class BatchedMAS(MAS):
    """MAS with the absolute value of each batch's mean gradient.

    Shelf: convention.
    Wrong: the mean is taken before the absolute value, so a weight that moves the output up for one clip and
    down for the next counts as unimportant; the more so, the larger the batch.
    Seen in: avalanche 0.6.0 ``plugins/mas.py`` (the mean of a batch is differentiated, then comes
    ``param.grad.abs()``; the model is in training mode, too).
    Told apart by: tests/learning/test_regularisation.py::test_batched_mas_lets_clips_cancel.
    """

    def __init__(self, lam: float | torch.Tensor = 1.0, normalise: bool = True, batch: int = 32):
        super().__init__(lam, normalise)
        self.batch = batch

    @torch.no_grad()
    def sensitivity(self, head, X, rows):
        total = [torch.zeros_like(p) for p in head.parameters()]
        rows = np.random.default_rng(0).permutation(rows)
        for start in range(0, len(rows), self.batch):
            x = X[rows[start : start + self.batch]]
            for layer, (a, delta) in enumerate(head.gradient_factors(x, 2 * head(x))):
                total[2 * layer] += torch.bmm(a.transpose(1, 2), delta).abs()
                total[2 * layer + 1] += delta.sum(1, keepdim=True).abs()
        return [t / len(rows) for t in total]

    def after_corpus(self, head, problem, number, seeds):
        Omega = self.sensitivity(head, problem.X, problem.parts[problem.corpora[number]].train)
        self.anchors.add(mean_one(Omega, head.runs) if self.normalise else Omega, weights(head), decay=1.0)
