"""RanPAC: a random layer that is never trained, and a ridge regression on top, added up over corpora."""

from __future__ import annotations

import torch

from ._runs import per_run
from ._statistics import ClassStatistics


class RanPAC(ClassStatistics):
    """Project at random, cut at zero, and solve for the weights of a ridge regression on the labels.

        h = max(0, phi(x) W),   G = sum_i h_i h_i^T,   C = sum_i h_i y_i^T,   scores = h (G + lambda I)^-1 C

    y_i is the label as one of K unit vectors. G and C are sums over clips, so they do not depend on an order.
    C holds the class means times their counts; G takes out what they have in common. The random layer lets a
    linear rule use products of features.

    Parameters
    ----------
    ridge : float or tensor (R,)
        lambda, above 0, in units of squared activations summed over clips.
    width : int
        M, number of random features.
    seed : int
        Of the random layer, which is the same for all runs.
    features, scope : str
        As for `NCM`.

    Raises
    ------
    SequifiError
        If the ridge is not above 0, or features or scope do not exist.

    Reference: McDonnell et al. 2023, arXiv 2307.02251 (RanPAC), section 4.
    Differs from the paper in: no first-session adaptation of the encoder; M = 1,000 where the paper has
    10,000; lambda is the caller's, where the paper picks it anew for every task on a part of its training
    rows.
    Cost: M^2 + M (d + K) floats (W can be drawn again from its seed); one pass over the training rows and a
    system of M equations.
    Verified against: scikit-learn's Ridge without intercept on the same random features; rows taken in one by
    one.
    """

    name = "ranpac"
    strength, grid = "ridge", (1e2, 1e3, 1e4, 1e5, 1e6, 1e7)

    def __init__(
        self, ridge=1e4, width: int = 1000, seed: int = 0, features: str = "input", scope: str = "all"
    ):
        super().__init__(features, scope)
        self.ridge = self.number("ridge", ridge, open_=True)
        self.width, self.seed = self.whole("width", width), seed

    @torch.no_grad()
    def phi(self, x):
        """Compute random features h (L, n, M), float64."""
        z = super().phi(x)
        W = torch.randn(z.shape[2], self.width, generator=torch.Generator().manual_seed(self.seed)).double()
        return torch.relu(torch.matmul(z, W))

    def clear(self, L, d, K):
        super().clear(L, d, K)
        self.G = torch.zeros(L, d, d, dtype=torch.float64)

    def add(self, phi, y):
        self.G += phi.transpose(1, 2) @ phi
        super().add(phi, y)

    def rule(self):
        ridge = per_run(torch.as_tensor(self.ridge, dtype=torch.float32), self.G)
        C = (self.mu * self.n[:, None]).transpose(1, 2)
        A = self.G + ridge * torch.eye(self.width, dtype=torch.float64)
        return torch.linalg.solve(A, C.expand(len(A), -1, -1)), torch.zeros(
            1, 1, len(self.n), dtype=torch.float64
        )
