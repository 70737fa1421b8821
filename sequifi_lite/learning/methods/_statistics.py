"""What class statistics share: nothing is trained, numbers are added up, and a linear rule is read off."""

from __future__ import annotations

import torch

from ...errors import SequifiError, check_choice
from .method import Method


class LinearRule:
    """Score fixed features by ``phi(x) @ W + b``, for R runs; float64 inside.

    W (L, d, K), b (L, 1, K), where L is R, or 1 if all runs have the same.
    """

    def __init__(self, phi, W: torch.Tensor, b: torch.Tensor, runs: int):
        self.phi, self.W, self.b, self.runs = phi, W, b, runs

    @torch.no_grad()
    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Compute scores (R, n, K) of inputs (n, inputs); not probabilities."""
        scores = torch.matmul(self.phi(x), self.W) + self.b
        return scores.to(x.dtype).expand(self.runs, *scores.shape[1:])

    def predict(self, x: torch.Tensor) -> torch.Tensor:
        """Predict the class with the highest score (R, n)."""
        return self(x).argmax(-1)


class ClassStatistics(Method):
    """Train nothing: a subclass says what to `add` up over training rows, and the `rule` that follows.

    Parameters
    ----------
    features : {"input", "hidden"}
        phi: the scaled embedding itself, the same for all runs, or the last hidden layer of each run's source
        model, frozen.
    scope : {"all", "last"}
        Statistics of all corpora learnt so far, the source included, or of the last one alone (the
        target-only variant).

    Raises
    ------
    SequifiError
        If features or scope are none of these, or the inputs are clips and not vectors.
    """

    def __init__(self, features: str = "input", scope: str = "all"):
        self.features = check_choice("Class statistics know no features", features, ("input", "hidden"))
        self.scope = check_choice("Class statistics know no scope", scope, ("all", "last"))

    def schedule(self, schedule, problem, number, seeds):
        return None

    def after_corpus(self, head, problem, number, seeds):
        if not isinstance(problem.X, torch.Tensor):
            raise SequifiError(
                "Class statistics are taken of vectors, and the inputs of this problem are clips; embed them "
                "(`sequifi-lite embed`) and take sequifi_lite.problem in place of audio_problem."
            )
        if number == 0:
            self.source = head.select(range(head.runs))
        rows = problem.parts[problem.corpora[number]].train
        phi = self.phi(problem.X[rows])
        if number == 0 or self.scope == "last":
            self.clear(*phi.shape[::2], len(problem.emotions))  # pyright: ignore[reportCallIssue]  (L, d, K)
        self.add(phi, problem.y[rows])

    @torch.no_grad()
    def phi(self, x: torch.Tensor) -> torch.Tensor:
        """Compute features (L, n, d), float64."""
        return (self.source.hidden(x) if self.features == "hidden" else x[None]).double()

    def clear(self, L: int, d: int, K: int) -> None:
        """Start from nothing: class counts n (K,) and class means mu (L, K, d)."""
        self.n = torch.zeros(K, dtype=torch.float64)
        self.mu = torch.zeros(L, K, d, dtype=torch.float64)

    def add(self, phi: torch.Tensor, y: torch.Tensor) -> None:
        """Take in features (L, n, d) with their labels (n,); portions and their order make no difference."""
        for k in y.unique().tolist():
            f = phi[:, y == k]
            self.n[k] += f.shape[1]
            self.mu[:, k] += (f - self.mu[:, k, None]).sum(1) / self.n[k]

    def rule(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Read off W (L, d, K) and b (L, 1, K)."""
        raise NotImplementedError

    def model(self, head):
        W, b = self.rule()
        return LinearRule(self.phi, W, b.masked_fill(self.n == 0, -torch.inf), head.runs)
