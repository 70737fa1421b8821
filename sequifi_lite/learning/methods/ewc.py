"""Elastic weight consolidation: stay near what was learnt, most where Fisher information says it matters."""

from __future__ import annotations

import torch

from ._quadratic import Anchors, mean_one
from ._runs import weights
from .fisher import fisher
from .method import Method


class EWC(Method):
    """Tie every weight to its value after each corpus so far, as stiffly as it was important there.

        L(theta) = L_B(theta) + sum_i lambda / 2 * F_i (theta_i - theta*_A,i)^2

    Parameters
    ----------
    lam : float or tensor (R,)
        lambda.
    kind : {"exact", "sampled", "empirical", "batched"}
        How F is computed, see `sequifi_lite.learning.methods.fisher`; on the training rows of the corpus that
        has been learnt.
    gamma : float, optional
        None: one spring for each past corpus (*separate*). A number (*online*, Schwarz et al. 2018): one
        spring to the weights after the last corpus, of stiffness gamma F_past + F_last.
    normalise : bool
        Scale F to mean 1 over the weights, for each corpus and run. False gives the bare F, mean over clips.
    batch : int
        For ``kind="batched"`` alone.

    Reference: Kirkpatrick et al. 2017, Overcoming catastrophic forgetting in neural networks (arXiv
    1612.00796), equation (3); online: Schwarz et al. 2018, Progress & compress (arXiv 1805.06370).
    Differs from the paper in: the penalty is an exact proximal step after the optimiser's (`_quadratic`); the
    paper adds its gradient; F has mean 1 unless asked otherwise.
    Cost: two copies of the weights, however many corpora; one pass over them each step; after each corpus the
    passes over its training rows that `fisher` tells.
    Verified against: per-sample gradients of torch.nn layers in a loop; the sum of two penalties written out;
    the proximal step solved by a general minimiser.
    """

    name = "ewc"
    strength = "lam"
    grid = (0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
    neutral = 0.0

    def __init__(
        self,
        lam: float | torch.Tensor = 1.0,
        kind: str = "exact",
        gamma: float | None = None,
        normalise: bool = True,
        batch: int = 32,
    ):
        self.lam, self.kind = self.number("lam", lam), kind
        self.gamma = gamma if gamma is None else self.number("gamma", gamma)
        self.normalise, self.batch = normalise, self.whole("batch", batch)
        self.anchors = Anchors()

    def after_corpus(self, head, problem, number, seeds):
        rows = problem.parts[problem.corpora[number]].train
        F = fisher(head, problem.X, problem.y, rows, self.kind, seeds, self.batch)
        F = mean_one(F, head.runs) if self.normalise else F
        self.anchors.add(F, weights(head), decay=self.gamma)

    def step(self, step, head, lr):
        self.anchors.pull(head, self.lam, lr)
