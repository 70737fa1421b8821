"""Exhibit: a covariance that depends on the order of the clips."""

from __future__ import annotations

import torch

from ...learning.methods.slda import SLDA


class TotalCountSLDA(SLDA):
    """SLDA that weighs a new clip's deviation with the count of all clips instead of its class's.

    Shelf: convention.
    Wrong: a clip adds t / (t + 1) times the outer product of z - mu_k, with t the clips of all classes so
    far; the exact update has n_k / (n_k + 1), with the n_k of its own class. It shows where a class begins:
    its mean is still 0, its first clip should add nothing, and adds z z^T nearly in full. So the covariance
    depends on the order, and on how far from 0 the features lie.
    Seen in: the paper's update, with the first classes fitted in a batch beforehand; tyler-hayes/Deep_SLDA
    ``SLDA_Model.py`` and avalanche ``deep_slda.py``, where a class that appears later begins at a mean of 0.
    Told apart by:
    tests/evaluation/test_metric_bugs.py::test_the_count_of_all_clips_makes_slda_depend_on_their_order.
    """

    def add(self, phi: torch.Tensor, y: torch.Tensor) -> None:
        t = self.n.sum() + torch.arange(len(y))
        for k in y.unique().tolist():
            z, before = phi[:, y == k], self.n[k] + torch.arange(int((y == k).sum()))[:, None]
            total = self.n[k] * self.mu[:, k, None] + z.cumsum(1) - z
            away = z - torch.where(
                before > 0, total / before.clamp(min=1), 0
            )  # from the mean of the class's earlier clips
            self.scatter += away.transpose(1, 2) @ ((t / (t + 1))[y == k, None] * away)
        super(SLDA, self).add(phi, y)
