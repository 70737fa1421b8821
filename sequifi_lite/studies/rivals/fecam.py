"""FeCAM: the nearest class mean in a metric of the class's own."""

from __future__ import annotations

import torch

from ...learning.methods.method import Method


class Prototypes:
    """Call a clip by the nearest of many means, each with the inverse of its own covariance; for R runs."""

    def __init__(self, kept: list[tuple[torch.Tensor, torch.Tensor, int]], runs: int):
        self.kept, self.runs = kept, runs

    @torch.no_grad()
    def predict(self, x: torch.Tensor) -> torch.Tensor:
        """Predict the class of the nearest mean (R, n), inputs (n, d)."""
        away = torch.stack(
            [
                torch.linalg.solve_triangular(factor, (x.double() - mean).T, upper=False).square().sum(0)
                for mean, factor, _ in self.kept
            ]
        )
        return torch.tensor([k for *_, k in self.kept])[away.argmin(0)].expand(self.runs, -1)


class FeCAM(Method):
    """Train nothing; keep of every class a mean and a covariance, and measure distances by that.

        d_k(x) = (x - mu_k)^T corr(Sigma_k + gamma V_k I)^-1 (x - mu_k),   corr(S)_ij = S_ij / sqrt(S_ii S_jj)

    V_k: mean of the diagonal of Sigma_k. Without shrinkage Sigma_k has no inverse where a class has fewer
    clips than dimensions.

    Parameters
    ----------
    gamma : float
        Shrinkage, the paper's gamma_1, above 0.
    pooled : bool
        One mean and covariance for each class over all corpora (added up exactly), or one for each class of
        each corpus, of which the nearest answers.

    Reference: Goswami et al. 2023, FeCAM: exploiting the heterogeneity of class distributions in
    exemplar-free continual learning (arXiv 2309.14062), section 3.
    Differs from the paper in: gamma_2 = 0; no Tukey transformation, which is for features that are never
    negative; a prototype for each corpus unless pooled.
    Cost: d^2 + d floats for each class of each corpus (pooled: for each class); one pass over the training
    rows, a factorisation of d^3 / 3 for each.
    Verified against: SciPy's mahalanobis distance, clip by clip; pooled: all rows at once.
    """

    name = "fecam"
    strength, grid = "gamma", (0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
    strength_per_run = False

    def __init__(self, gamma: float = 1.0, pooled: bool = False):
        self.gamma, self.pooled = self.number("gamma", gamma, open_=True), pooled
        self.kept: dict[tuple, tuple] = {}  # (class, corpus or None) -> (count, mean, scatter)

    def schedule(self, schedule, problem, number, seeds):
        return None

    def after_corpus(self, head, problem, number, seeds):
        rows = problem.parts[problem.corpora[number]].train
        for k in problem.y[rows].unique().tolist():
            z = problem.X[rows][problem.y[rows] == k].double()
            m, mean = len(z), z.mean(0)
            scatter = (z - mean).T @ (z - mean)
            place = (k, None if self.pooled else number)
            if place in self.kept:  # as in SLDA: what two means add to the scatter
                n, old, before = self.kept[place]
                shift = mean - old
                scatter = before + scatter + n * m / (n + m) * torch.outer(shift, shift)
                m, mean = n + m, old + shift * m / (n + m)
            self.kept[place] = m, mean, scatter

    def model(self, head):
        return Prototypes(
            [(mean, self.factor(S / n), k) for (k, _), (n, mean, S) in self.kept.items()], head.runs
        )

    def factor(self, covariance: torch.Tensor) -> torch.Tensor:
        """Factor the shrunk covariance, brought to a diagonal of ones: lower triangular (d, d)."""
        shrunk = covariance + self.gamma * covariance.diagonal().mean() * torch.eye(len(covariance)).double()
        spread = shrunk.diagonal().sqrt()
        return torch.linalg.cholesky(shrunk / torch.outer(spread, spread))
