"""Streaming linear discriminant analysis: class means, and one covariance for all classes."""

from __future__ import annotations

import torch

from ._runs import per_run
from ._statistics import ClassStatistics


class SLDA(ClassStatistics):
    """Find the nearest class mean, in the metric of the covariance within classes.

        Lambda = [(1 - epsilon) Sigma + epsilon I]^-1,   w_k = Lambda mu_k,   b_k = -(mu_k . Lambda mu_k) / 2
        Sigma = (1/n) sum_i (z_i - mu_{y_i}) (z_i - mu_{y_i})^T

    mu_k are the class means, z = phi(x), n the clips of all classes. Both are added up portion by portion and
    come out as if all had been there at once: for m new clips of class k with mean mu' beside n_k old ones
    the scatter n Sigma grows by the new clips' own scatter and by (n_k m / (n_k + m)) (mu' - mu_k) (mu' -
    mu_k)^T.

    Parameters
    ----------
    epsilon : float or tensor (R,)
        Shrinkage, above 0 up to 1, without unit; at 1 it is `NCM`. With fewer clips than dimensions Sigma
        alone has no inverse.
    features, scope : str
        As for `NCM`.

    Raises
    ------
    SequifiError
        If epsilon is not above 0 and at most 1, or features or scope do not exist.

    Reference: Hayes & Kanan 2020, arXiv 1909.01520 (Deep SLDA), section 3.
    Differs from the paper in: the update of Sigma is exact, with the count of the class (the paper's, with
    the count of all clips, depends on their order: see the bug cabinet); no phase of base training with
    another estimator; corpora come in one portion each.
    Cost: d^2 + K (d + 1) floats; one pass over the training rows, and a system of d equations per prediction
    rule.
    Verified against: scikit-learn's LinearDiscriminantAnalysis (lsqr, the same shrinkage, equal priors); rows
    taken in one by one.
    """

    name = "slda"
    strength, grid = "epsilon", (1e-4, 1e-3, 1e-2, 0.1, 0.5, 1.0)

    def __init__(self, epsilon=1e-2, features: str = "input", scope: str = "all"):
        super().__init__(features, scope)
        self.epsilon = self.number("epsilon", epsilon, 0, 1, open_=True)

    def clear(self, L, d, K):
        super().clear(L, d, K)
        self.scatter = torch.zeros(L, d, d, dtype=torch.float64)

    def add(self, phi, y):
        for k in y.unique().tolist():
            z = phi[:, y == k]
            m, new = z.shape[1], z.mean(1, keepdim=True)
            shift = new - self.mu[:, k, None]
            self.scatter += (z - new).transpose(1, 2) @ (z - new)
            self.scatter += self.n[k] * m / (self.n[k] + m) * shift.transpose(1, 2) @ shift
        super().add(phi, y)

    @property
    def Sigma(self) -> torch.Tensor:
        """Covariance within classes (L, d, d), divided by the number of clips."""
        return self.scatter / self.n.sum()

    def rule(self):
        Sigma, means = self.Sigma, self.mu.transpose(1, 2)
        epsilon = per_run(torch.as_tensor(self.epsilon, dtype=torch.float32), Sigma)
        shrunk = (1 - epsilon) * Sigma + epsilon * torch.eye(len(means[0])).double()
        W = torch.linalg.solve(shrunk, means.expand(len(shrunk), -1, -1))
        return W, -(W * means).sum(1, keepdim=True) / 2
