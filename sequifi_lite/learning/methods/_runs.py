"""Arithmetic along the run axis: a reduction per run, and a scaling per run.

With one run a parameter may have any shape, so the weights of an encoder need no leading axis.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch


def dot(a: Sequence[torch.Tensor], b: Sequence[torch.Tensor], runs: int) -> torch.Tensor:
    """Multiply two lists of tensors for each run: inner products (R,).

    Written so that a run gets the same bits in whatever company it is computed; an einsum over the run axis
    does not.
    """
    return torch.stack([(p * q).reshape(runs, -1).sum(1) for p, q in zip(a, b)]).sum(0)


def inner_products(lists: Sequence[Sequence[torch.Tensor]], runs: int) -> torch.Tensor:
    """Multiply n lists of tensors with each other for each run: (R, n, n), in float64.

    Run by run: the same bits in any company, and no more than one run's tensors at a time are copied to
    float64.
    """
    products = []
    for run in range(runs):
        A = torch.stack([torch.cat([p.reshape(runs, -1)[run] for p in values]) for values in lists]).double()
        products.append(A @ A.T)
    return torch.stack(products)


def per_run(value, like: torch.Tensor) -> torch.Tensor:
    """Shape a number, or one per run (R,), to multiply a tensor with a leading run axis."""
    value = torch.as_tensor(value, dtype=like.dtype)
    return value.reshape(-1, *[1] * (like.dim() - 1)) if value.dim() else value


def weights(head) -> list[torch.Tensor]:
    """Copy the weights that are trained, in the order of ``head.parameters()``."""
    return [p.detach().clone() for p in head.parameters()]


def members_mean(head, members: int, chosen: torch.Tensor | None = None) -> list[torch.Tensor]:
    """Average weights over the members of each run: (R, ...) each, in the order of ``head.parameters()``.

    Parameters
    ----------
    head : module with R * members runs
        Members of one run stand side by side.
    chosen : tensor of bool (R, members), optional
        Which members count; at least one per run. All, unless given.
    """
    means = []
    for p in head.parameters():
        each = p.detach().reshape(-1, members, *p.shape[1:])
        take = torch.ones(each.shape[:2], dtype=torch.bool) if chosen is None else chosen
        total = torch.zeros_like(each[:, 0])
        for m in range(members):  # one by one: a run gets the same bits in whatever company it is computed
            total += torch.where(per_run(take[:, m], p) > 0, each[:, m], torch.zeros_like(total))
        means.append(total / per_run(take.sum(1), p))
    return means
