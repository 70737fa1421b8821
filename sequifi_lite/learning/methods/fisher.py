"""The diagonal of the Fisher information, in four ways: how much the answers change when one weight does.

    F_i = E_x [ sum_k p_theta(k | x) * (d log p_theta(k | x) / d theta_i)^2 ]

==========  ================================================================================================
exact       the formula: every class k of every clip, weighted with the model's own probability
sampled     one class per clip, drawn from the model: right on average, noisier
empirical   the true label instead: vanishes as the training data are fitted
batched     the square of a batch's mean gradient. Not the Fisher information: it shrinks with the batch size
==========  ================================================================================================

Naming and comparison: van de Ven 2025, On the computation of the Fisher information in continual learning
(arXiv 2502.11756).
"""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import one_hot

from ...errors import SequifiError, check_choice

KINDS = ("exact", "sampled", "empirical", "batched")
NO_MLP = (
    "Fisher information is read off the layers of an MLP here, and this is one of class {}; for an encoder"
    " take sequifi_lite.finetuning.EncoderEWC."
)
#: Rows at a time: it bounds the memory and fixes the order of the sums, whatever the number of runs.
CHUNK = 256


@torch.no_grad()
def fisher(
    head, X: torch.Tensor, y: torch.Tensor, rows: np.ndarray, kind: str = "exact", seeds=(0,), batch: int = 32
) -> list[torch.Tensor]:
    """Compute the diagonal Fisher information of every weight, mean over clips.

    Parameters
    ----------
    head : MLP with R runs; it has neither dropout nor batch statistics, so no training mode to leave
    X, y : tensors (n, inputs) and (n,); `rows`: ndarray of int, the rows of X to take the mean over
    kind : {"exact", "sampled", "empirical", "batched"}
    seeds : sequence of R ints; for ``sampled``, where each run draws from a stream of its own
    batch : int; for ``batched`` alone: the other kinds do not depend on how the clips are cut

    Returns
    -------
    list of tensors in the order of ``head.parameters()``
        Costs one forward and one backward pass over the rows; ``exact`` K of them, less the outer products.

    Raises
    ------
    SequifiError
        If there is no such kind, or the model is not an MLP.
    """
    check_choice("There is no Fisher information", kind, KINDS)
    if not hasattr(head, "gradient_factors"):
        raise SequifiError(NO_MLP.format(type(head).__name__))
    total = [torch.zeros_like(p) for p in head.parameters()]
    size = batch if kind == "batched" else CHUNK
    if kind == "batched":
        rows = np.random.default_rng(0).permutation(rows)  # as a loader does: tables go by speaker or class
    if kind == "sampled":
        draws = torch.stack(
            [torch.rand(len(rows), generator=torch.Generator().manual_seed(int(seed))) for seed in seeds]
        )
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        x = X[part]
        p = head(x).softmax(-1)
        K = p.shape[-1]
        if kind == "exact":
            asked = [(p[..., k : k + 1], one_hot(torch.tensor(k), K)) for k in range(K)]
        elif kind == "sampled":
            u = draws[:, start : start + size, None]
            asked = [(1, one_hot((p.cumsum(-1) < u).sum(-1).clamp(max=K - 1), K))]
        else:
            asked = [(1, one_hot(y[part], K))]
        # d(-log p_k)/dz = p - e_k
        factors = [(weight, head.gradient_factors(x, p - label)) for weight, label in asked]
        for layer, (a, delta) in enumerate(factors[0][1]):
            if kind == "batched":
                of_weight, of_bias = torch.bmm(a.transpose(1, 2), delta) ** 2, delta.sum(1, keepdim=True) ** 2
                scale = len(part) ** -2 * len(rows) / -(-len(rows) // size)  # a mean over the batches, below
            else:
                squares = sum((weight * layers[layer][1] ** 2 for weight, layers in factors), torch.zeros(()))
                of_weight, of_bias = torch.bmm((a**2).transpose(1, 2), squares), squares.sum(1, keepdim=True)
                scale = 1
            total[2 * layer] += scale * of_weight
            total[2 * layer + 1] += scale * of_bias
    return [t / len(rows) for t in total]
