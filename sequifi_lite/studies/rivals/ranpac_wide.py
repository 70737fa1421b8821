"""RanPAC as wide as in its paper: 10,000 random features."""

from __future__ import annotations

from functools import lru_cache

import torch

from ...learning.methods.ranpac import RanPAC


@lru_cache(maxsize=2)
def random_layer(inputs: int, width: int, seed: int) -> torch.Tensor:
    """Draw the weights of the random layer (inputs, width): the same as those of `RanPAC`."""
    return torch.randn(inputs, width, generator=torch.Generator().manual_seed(seed))


class RanPACWide(RanPAC):
    """Solve the ridge regression of `RanPAC` among clips where they are fewer than random features.

        W = (G + lambda I)^-1 C = H^T (H H^T + lambda I)^-1 Y

    H (n, M): random features of the n clips so far, Y (n, K): their labels. The right side has n equations in
    place of M, and the same solution.

    Parameters
    ----------
    ridge, width, seed, features, scope
        As for `RanPAC`, with the paper's width.

    Reference: McDonnell et al. 2023, arXiv 2307.02251 (RanPAC), section 4.
    Differs from the paper in: no first-session adaptation of the encoder; lambda is the caller's. G is held
    by its factor H, which is smaller while n is below M; it says as much of single clips as clips do, so
    where nothing of a clip may be kept, the sum G has to be held: M^2 floats.
    Cost: M min(n, M) + M K floats; n^2 M products and a system of n equations; in the precision of the
    inputs, and the system in float64.
    Verified against: `RanPAC` of the same width, which solves for the other side; scikit-learn's Ridge.
    """

    name = "ranpac-10000"
    strength, grid = "ridge", (1e3, 1e4, 1e5, 1e6, 1e7, 1e8)

    def __init__(
        self, ridge=1e6, width: int = 10_000, seed: int = 0, features: str = "input", scope: str = "all"
    ):
        super().__init__(ridge, width, seed, features, scope)

    @torch.no_grad()
    def phi(self, x):
        """Compute random features h (L, n, M) in the precision of x."""
        z = self.source.hidden(x) if self.features == "hidden" else x[None]
        return torch.relu(z @ random_layer(z.shape[2], self.width, self.seed).to(z.dtype))

    def clear(self, L, d, K):
        self.n = torch.zeros(K, dtype=torch.float64)
        self.H, self.Y = torch.zeros(L, 0, d), torch.zeros(0, K, dtype=torch.float64)
        self.products = torch.zeros(L, 0, 0, dtype=torch.float64)

    def add(self, phi, y):
        Y = torch.nn.functional.one_hot(y, len(self.n)).double()
        across = (self.H.to(phi.dtype) @ phi.transpose(1, 2)).double()
        within = (phi @ phi.transpose(1, 2)).double()
        above, below = torch.cat([self.products, across], 2), torch.cat([across.transpose(1, 2), within], 2)
        self.products = torch.cat([above, below], 1)
        self.H, self.Y = torch.cat([self.H.to(phi.dtype), phi], 1), torch.cat([self.Y, Y])
        self.n = self.n + Y.sum(0)

    def rule(self):
        ridges = torch.as_tensor(self.ridge, dtype=torch.float64).reshape(-1)
        out = []
        for i, ridge in enumerate(ridges.expand(max(len(ridges), len(self.H)))):
            layer = i % len(self.H)
            system = self.products[layer] + ridge * torch.eye(len(self.Y), dtype=torch.float64)
            weight = torch.cholesky_solve(self.Y, torch.linalg.cholesky(system))
            out.append(self.H[layer].T @ weight.to(self.H.dtype))
        return torch.stack(out), torch.zeros(1, 1, len(self.n), dtype=self.H.dtype)
