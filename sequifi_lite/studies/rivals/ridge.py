"""Ridge regression on the embeddings, in closed form: nothing is trained, nothing drawn."""

from __future__ import annotations

import torch

from ...learning.methods._statistics import ClassStatistics
from ...learning.methods.ranpac import RanPAC


class Ridge(RanPAC):
    """Solve for the linear rule with the least squared error on the labels, over all corpora so far.

        z = (phi(x), 1),   G = sum_i z_i z_i^T,   C = sum_i z_i y_i^T,   scores = z (G + lambda I)^-1 C

    Adding a corpus to G and C gives the rule that all corpora at once would have given: it forgets nothing.

    Parameters
    ----------
    ridge : float or tensor (R,)
        lambda, above 0.
    features, scope : str
        As for `sequifi_lite.learning.NCM`.

    Reference: Zhuang et al. 2022, ACIL: Analytic class-incremental learning (arXiv 2205.14922).
    Differs from the paper in: the embedding itself in place of a random layer on it (that is `RanPACWide`);
    G is added up, where the paper updates its inverse: the same rule.
    Cost: (d + 1)^2 + (d + 1) K floats; one pass over the training rows and a system of d + 1 equations.
    Verified against: scikit-learn's Ridge on all rows at once.
    """

    name = "ridge"
    strength, grid = "ridge", (1e1, 1e2, 1e3, 1e4, 1e5, 1e6)

    def __init__(self, ridge=1e3, features: str = "input", scope: str = "all"):
        super().__init__(ridge, features=features, scope=scope)

    @torch.no_grad()
    def phi(self, x):
        """Append a one to the features: (L, n, d + 1), float64."""
        z = ClassStatistics.phi(self, x)
        self.width = z.shape[2] + 1
        return torch.cat([z, torch.ones_like(z[..., :1])], -1)
