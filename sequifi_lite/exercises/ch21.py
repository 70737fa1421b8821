"""Exercises of chapter 21, when the encoder moves: what keeping states saves, and the line between two models."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from ._tools import Wrong, same


def _saving(function: Callable) -> None:
    got = function(0.0, 6, 1)
    if np.isscalar(got):
        if np.isclose(got, 6):
            raise Wrong("the ways back are counted for blocks that are not trained: these cost a forward pass alone.")
        if np.isclose(got, 7 / 2):
            raise Wrong("a way back costs twice a way forward: one product for the weights, one for what came in.")
        if np.isclose(got, 3 / 8):
            raise Wrong("this is the other way round: the cost without states kept comes first.")
    same(got, 8 / 3, "for six blocks, the last one trained, and a front end that costs nothing")
    same(function(0.4, 3, 1), 5.4 / 3, "for three blocks, the last one trained, and a front end of 0.4 blocks")
    same(function(0.4, 3, 2), 7.4 / 6, "for three blocks, the last two trained, and a front end of 0.4 blocks")


def _between(function: Callable) -> None:
    generator = torch.Generator().manual_seed(0)
    begun, after = ([torch.randn(shape, generator=generator) for shape in ((3, 2), (4,))] for _ in range(2))
    kept = [p.clone() for p in begun]
    got = function(begun, after, 0.25)
    if any(not torch.equal(p, q) for p, q in zip(kept, begun)):
        raise Wrong("the source's own weights were changed: make new tensors.")
    if not isinstance(got, (list, tuple)) or len(got) != 2:
        raise Wrong("give back a list with one tensor for each of the two.")
    if all(torch.allclose(g, 0.75 * a + 0.25 * b) for g, a, b in zip(got, after, begun)):
        raise Wrong("alpha is the share of the new weights: 0 is the source model.")
    for number, (g, a, b) in enumerate(zip(got, after, begun)):
        same(g.numpy(), (0.25 * a + 0.75 * b).numpy(), f"for alpha 0.25, tensor {number}")


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "saving": (
        _saving,
        (
            "Without states kept, a step runs the front end and all blocks forward, and the trained ones back.",
            "Count a block's way forward as 1 and its way back as 2.",
            "(front + blocks + 2 * trained) / (3 * trained)",
        ),
    ),
    "between": (
        _between,
        (
            "Each tensor by itself: a weighted mean of its two versions.",
            "alpha = 1 has to give the new weights, alpha = 0 the source's.",
            "[(1 - alpha) * p + alpha * q for p, q in zip(begun, after)]",
        ),
    ),
}
