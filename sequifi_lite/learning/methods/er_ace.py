"""ER-ACE: replay in which new rows push no absent class down."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from ..schedule import Batch
from .er import ER


class ERACE(ER):
    """Experience replay with an asymmetric cross-entropy.

        L = L_ce(X_bf, C_old u C_curr) + L_ce(X_in, C_curr)

    X_bf: rows of the memory, judged over all K classes. X_in: rows of the stream, judged over C_curr alone, the classes that the
    stream part of this batch holds: the softmax of a new row leaves the logits of absent classes out, so it does not push them
    down. With all classes in the batch it is ER. With one class the softmax over one logit is 1 whatever the weights: the new
    rows teach nothing, and only the memory is learnt.

    Parameters
    ----------
    per_class, choose, width, seen : as in `ER`

    Reference: Caccia et al. 2022, New Insights on Reducing Abrupt Representation Change in Online Continual Learning
    (arXiv 2104.05025), section on the asymmetric cross-entropy.
    Differs from the paper in: the mean over all B + m rows instead of the sum of two means (half as large where m = B), so that
    it is ER exactly when a batch holds all classes; otherwise as `ER`.
    Cost: as `ER`.
    Verified against: a loop over rows with the absent logits cut out; ER where all classes are there; zero where one is.
    """

    name = "er-ace"

    def objective(self, head, batch: Batch) -> torch.Tensor:
        z, B = head(batch.x), batch.parts[0]
        y = batch.y[:, :B]
        absent = ~(y[:, :, None] == torch.arange(z.shape[-1])).any(1, keepdim=True)  # (R, 1, K)
        stream = torch.from_numpy(np.arange(z.shape[1]) < B)[:, None]  # (B + m, 1)
        z = z.masked_fill(absent & stream, -torch.inf)
        return nn.functional.cross_entropy(z.transpose(1, 2), batch.y, reduction="none").mean(1)
