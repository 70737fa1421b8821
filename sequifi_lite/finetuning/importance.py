"""EWC and MAS where the encoder moves: the same importances, summed clip by clip.

`sequifi_lite.learning.methods.fisher` reads per-sample gradients off the layers of an MLP. An encoder has
convolutions, attention and layer norms, so here every clip gets a backward pass of its own; the rest of the
methods stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from ..learning.methods._quadratic import mean_one
from ..learning.methods._runs import weights
from ..learning.methods.ewc import EWC
from ..learning.methods.mas import MAS


def sum_over_clips(model, X, rows: np.ndarray, credit: Callable) -> list[torch.Tensor]:
    """Sum over clips what `credit` makes of a clip's logits (K,).

    A list over the weights that are trained.

    Parameters
    ----------
    credit : f(logits, gradient) -> list of tensors
        ``gradient(value)`` is the derivative of a scalar made of the logits, a list over the weights.
    """
    every = list(model.parameters())
    total = [torch.zeros_like(p) for p in every]
    for row in rows:
        z = model(X[np.array([row])])[0, 0]
        for t, c in zip(total, credit(z, lambda value: torch.autograd.grad(value, every, retain_graph=True))):
            t += c
    return total


def fisher(model, X, rows: np.ndarray) -> list[torch.Tensor]:
    """Compute the exact diagonal Fisher information, mean over clips.

    ``kind="exact"`` of `sequifi_lite.learning.methods.fisher.fisher`.

    Costs one forward and K backward passes for every clip.
    """

    def credit(z, gradient):
        p, log_p = z.softmax(0).detach(), z.log_softmax(0)
        squares = [[q * g**2 for g in gradient(value)] for q, value in zip(p, log_p)]
        return [sum(of_weight) for of_weight in zip(*squares)]

    return [t / len(rows) for t in sum_over_clips(model, X, rows, credit)]


def sensitivity(model, X, rows: np.ndarray) -> list[torch.Tensor]:
    """Average over clips the absolute derivative of the squared length of the logits (MAS).

    Costs one forward and one backward pass for every clip.
    """
    total = sum_over_clips(model, X, rows, lambda z, gradient: [g.abs() for g in gradient((z**2).sum())])
    return [t / len(rows) for t in total]


def some(rows: np.ndarray, most: int | None, number: int) -> np.ndarray:
    """Draw at most so many rows, with the corpus's number in the chain as seed."""
    return (
        rows if most is None or len(rows) <= most else np.random.default_rng(number).permutation(rows)[:most]
    )


class EncoderEWC(EWC):
    """`EWC` with the exact Fisher information of every trained weight of the encoder.

    Parameters
    ----------
    lam, gamma, normalise
        As for `EWC`.
    clips : int, optional
        Take the mean over so many training clips of a corpus, drawn at random. All, unless given.
    """

    def __init__(self, lam=1.0, gamma=None, normalise=True, clips: int | None = 100):
        super().__init__(lam, "exact", gamma, normalise)
        self.clips = clips

    def after_corpus(self, head, problem, number, seeds):
        F = fisher(head, problem.X, some(problem.parts[problem.corpora[number]].train, self.clips, number))
        self.anchors.add(mean_one(F, 1) if self.normalise else F, weights(head), decay=self.gamma)


class EncoderMAS(MAS):
    """`MAS` with the sensitivity to every trained weight of the encoder; `clips` as for `EncoderEWC`."""

    def __init__(self, lam=1.0, normalise=True, clips: int | None = 100):
        super().__init__(lam, normalise)
        self.clips = clips

    def after_corpus(self, head, problem, number, seeds):
        Omega = sensitivity(
            head, problem.X, some(problem.parts[problem.corpora[number]].train, self.clips, number)
        )
        self.anchors.add(mean_one(Omega, 1) if self.normalise else Omega, weights(head), decay=1.0)
