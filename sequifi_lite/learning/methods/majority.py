"""Majority: always the most frequent class."""

from __future__ import annotations

import numpy as np
import torch

from .method import Method


class Constant:
    """Call every clip the same, for each of R runs."""

    def __init__(self, k: int, runs: int):
        self.k, self.runs = k, runs

    def predict(self, x: torch.Tensor) -> torch.Tensor:
        """Predict that class: (R, n) for inputs (n, inputs)."""
        return torch.full((self.runs, len(x)), self.k)


class Majority(Method):
    """Predict the class that is most frequent in the training rows of all corpora seen: the floor.

        k* = argmax_k sum over corpora j of n_jk

    n_jk: training rows of class k in corpus j; of equal classes the first. Its unweighted average recall is
    1/K on every corpus that has all K classes, whatever k* is; its accuracy is the share of k*, which is why
    accuracy alone says little.

    Reference: the zero-rule of every textbook.
    Differs from the paper in: there is none.
    Cost: K counts.
    Verified against: counts by hand; a UAR of 1/K.
    """

    name = "majority"

    def after_corpus(self, head, problem, number: int, seeds) -> None:
        rows = np.concatenate([problem.parts[corpus].train for corpus in problem.corpora[: number + 1]])
        self.k = int(np.bincount(problem.labels[rows]).argmax())

    def schedule(self, schedule, problem, number: int, seeds) -> None:
        return None

    def model(self, head) -> Constant:
        return Constant(self.k, head.runs)
