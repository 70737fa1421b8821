"""Arithmetic along the run axis: a reduction per run, and a scaling per run.

With one run a parameter may have any shape, so the weights of an encoder need no leading axis.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch


def dot(a: Sequence[torch.Tensor], b: Sequence[torch.Tensor], runs: int) -> torch.Tensor:
    """Inner product of two lists of tensors for each run, (R,).

    Written so that a run gets the same bits in whatever company it is computed; an einsum over the run axis does not.
    """
    return torch.stack([(p * q).reshape(runs, -1).sum(1) for p, q in zip(a, b)]).sum(0)


def per_run(value, like: torch.Tensor) -> torch.Tensor:
    """A number, or one number per run (R,), ready to multiply a tensor with a leading run axis."""
    value = torch.as_tensor(value, dtype=like.dtype)
    return value.reshape(-1, *[1] * (like.dim() - 1)) if value.dim() else value


def weights(head) -> list[torch.Tensor]:
    """Copies of the weights that are trained, in the order of ``head.parameters()``."""
    return [p.detach().clone() for p in head.parameters()]
