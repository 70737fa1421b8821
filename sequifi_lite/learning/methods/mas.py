"""Memory aware synapses: a weight is important if the model's answers move with it. No labels are needed."""

from __future__ import annotations

import numpy as np
import torch

from ...errors import SequifiError
from ._quadratic import Anchors, mean_one
from ._runs import weights
from .fisher import CHUNK
from .method import Method


@torch.no_grad()
def sensitivity(head, X: torch.Tensor, rows: np.ndarray) -> list[torch.Tensor]:
    """Average over clips the absolute derivative of the squared length of the logits, for every weight.

    Parameters
    ----------
    head : MLP with R runs
    X : tensor (n, inputs)
    rows : ndarray of int

    Returns
    -------
    list of tensors in the order of ``head.parameters()``

    Raises
    ------
    SequifiError
        If the model is not an MLP.
    """
    if not hasattr(head, "gradient_factors"):
        raise SequifiError(
            f"MAS reads its derivatives off the layers of an MLP, and this is one of class"
            f" {type(head).__name__}; for an encoder take sequifi_lite.finetuning.EncoderMAS."
        )
    total = [torch.zeros_like(p) for p in head.parameters()]
    for start in range(0, len(rows), CHUNK):
        x = X[rows[start : start + CHUNK]]
        for layer, (a, delta) in enumerate(head.gradient_factors(x, 2 * head(x))):
            total[2 * layer] += torch.bmm(a.abs().transpose(1, 2), delta.abs())
            total[2 * layer + 1] += delta.abs().sum(1, keepdim=True)
    return [t / len(rows) for t in total]


class MAS(Method):
    """Tie every weight to its last value, as stiffly as the model's output was sensitive to it.

        Omega_ij = 1/N sum_k | d ||F(x_k; theta)||^2 / d theta_ij |,
        L + lambda' * sum_ij Omega_ij (theta_ij - theta*_ij)^2

    with F the logits and lambda = 2 lambda'.

    Parameters
    ----------
    lam : float or tensor (R,)
        lambda.
    normalise : bool
        Scale the Omega of each corpus to mean 1 over the weights of a run.

    Reference: Aljundi et al. 2018, Memory aware synapses: learning what (not) to forget (arXiv 1711.09601),
    section 4, the global version. The local version looks at one layer at a time; in place of the derivative
    it has the product of what goes into a weight and what comes out, Hebb's rule. It is not done here.
    Differs from the paper in: the penalty is an exact proximal step after the optimiser's (`_quadratic`);
    Omega has mean 1 unless asked otherwise, and is summed over corpora; it is taken on training rows only,
    though it could use any clips without labels.
    Cost: two copies of the weights; one pass over them each step; one forward and one backward pass over the
    training rows of each corpus when it has been learnt.
    Verified against: per-sample gradients of torch.nn layers in a loop.
    """

    name = "mas"
    strength = "lam"
    grid = (0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
    neutral = 0.0

    def __init__(self, lam: float | torch.Tensor = 1.0, normalise: bool = True):
        self.lam, self.normalise = self.number("lam", lam), normalise
        self.anchors = Anchors()

    def after_corpus(self, head, problem, number, seeds):
        Omega = sensitivity(head, problem.X, problem.parts[problem.corpora[number]].train)
        Omega = mean_one(Omega, head.runs) if self.normalise else Omega
        self.anchors.add(Omega, weights(head), decay=1.0)

    def step(self, step, head, lr):
        self.anchors.pull(head, self.lam, lr)
