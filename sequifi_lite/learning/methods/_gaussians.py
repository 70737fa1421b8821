"""Gaussians of classes, kept as a mean, a few axes and a standard deviation of every input."""

from __future__ import annotations

from typing import NamedTuple

import torch

from ...errors import SequifiError

FORMS = ("low rank", "shared", "full")


class Gaussian(NamedTuple):
    """x = mu + z F + sigma e with z, e standard normal, so the covariance is F' F + diag(sigma^2).

    mu (d,), F (r, d), sigma (d,), k: the class.
    """

    mu: torch.Tensor
    F: torch.Tensor
    sigma: torch.Tensor
    k: int

    @property
    def floats(self) -> int:
        """Numbers to be kept."""
        return self.mu.numel() + self.F.numel() + (self.sigma.numel() if self.sigma.any() else 0)

    def draw(self, n: int, e: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Draw n rows (n, d); e (n, d) is given, z is drawn."""
        z = torch.randn(n, len(self.F), generator=generator).to(self.mu.dtype)
        return self.mu + z @ self.F + self.sigma * e.to(self.mu.dtype)


def gaussians(X: torch.Tensor, y: torch.Tensor, rank: int = 8, form: str = "low rank") -> list[Gaussian]:
    """Fit a Gaussian to every class of the rows X (n, d), labels y (n,): in float64, and kept in X's type.

    Parameters
    ----------
    rank : int
        q, for the low-rank form; 0 is a diagonal.
    form : {"low rank", "shared", "full"}
        ``low rank``: the q largest principal axes of a class, and sigma such that every variance is the
        class's own.
        ``full``: the class's own covariance. With fewer clips than inputs that is the clips themselves: an
        upper bound.
        ``shared``: the covariance within classes, of all classes together.

    Raises
    ------
    SequifiError
        If there is no such form.
    """
    if form not in FORMS:
        raise SequifiError(f"Gaussians have no form {form!r}; choose one of {', '.join(FORMS)}.")
    means = {k: X[y == k].double().mean(0) for k in y.unique().tolist()}
    residuals = {k: X[y == k].double() - mu for k, mu in means.items()}
    found = []
    for k, mu in means.items():
        S = torch.cat(list(residuals.values())) if form == "shared" else residuals[k]
        F = S / max(len(S) - (len(means) if form == "shared" else 1), 1) ** 0.5
        sigma = torch.zeros_like(mu)
        if form == "low rank":
            axes = torch.linalg.svd(F, full_matrices=False)[2][:rank]
            S, F = F, axes * (F @ axes.T).norm(dim=0)[:, None]
            sigma = ((S**2).sum(0) - (F**2).sum(0)).clamp(min=0).sqrt()
        found.append(Gaussian(mu.to(X.dtype), F.to(X.dtype), sigma.to(X.dtype), k))
    return found
