"""DER++: the memory's logits are matched, and its labels learnt."""

from __future__ import annotations

import torch

from ..loop import cross_entropy
from ..schedule import BATCH, Batch
from ._runs import per_run
from .der import DER


class DERPP(DER):
    """Match stored logits on one draw from the memory, and learn the labels of another.

        L = L_t + alpha E_{(x', z') ~ M} || z' - h_theta(x') ||^2 + beta E_{(x'', y'') ~ M} l(y'',
        f_theta(x''))

    l: cross-entropy. The two draws are independent.

    Parameters
    ----------
    alpha : float, or one per run (R,)
    beta : float, optional
        As large as alpha unless given, so that one number turns the memory up from nothing.
    per_class, width : as in `DER`

    Reference: Buzzega et al. 2020, Dark Experience for General Continual Learning (arXiv 2004.07211), section
    3.
    Differs from the paper in: beta = alpha unless given; otherwise as `DER`.
    Cost: 1 + 2 m/B forward and backward passes a step; per_class * K * (inputs + K + 1) floats.
    Verified against: as `DER`; the loss written out term by term.
    """

    name = "der++"
    draws = 2

    def __init__(self, alpha=0.1, beta=None, per_class=20, width: int = BATCH):
        super().__init__(alpha, per_class, width)
        self.beta = alpha if beta is None else self.number("beta", beta)

    def objective(self, head, batch: Batch) -> torch.Tensor:
        loss = super().objective(head, batch)
        return loss + per_run(self.beta, loss) * cross_entropy(head, batch.part(2))
