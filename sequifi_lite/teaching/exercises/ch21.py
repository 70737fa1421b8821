"""Exercises of chapter 21, when the encoder moves: what keeping states saves, and the line between two models."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from ._tools import Wrong, same

#: What is often written instead, and why it is wrong; told apart by a front end that costs something.
SLIPS = (
    (
        lambda f, b, t: (f + 3 * b) / (3 * t),
        "the ways back are counted for blocks that are not trained: these cost a forward pass alone.",
    ),
    (
        lambda f, b, t: (f + b + t) / (2 * t),
        "a way back costs twice a way forward: one product for the weights, one for what came in.",
    ),
    (
        lambda f, b, t: (f + b) / t,
        "the way back is counted for all or for nothing: only trained blocks have one.",
    ),
    (
        lambda f, b, t: (f + b + 2 * t) / (2 * t),
        "with states kept the trained blocks are still run forward: 1 + 2 for each.",
    ),
    (lambda f, b, t: (f + b) / (3 * t), "without states kept the trained blocks have a way back as well."),
    (
        lambda f, b, t: (b + 2 * t) / (3 * t),
        "the front end is missing: without states kept it is run at every step.",
    ),
    (lambda f, b, t: (f + b + 2 * t) / (f + 3 * t), "with states kept the front end is not run any more."),
    (
        lambda f, b, t: 3 * t / (f + b + 2 * t),
        "this is the other way round: the cost without states kept comes first.",
    ),
)


def _saving(function: Callable) -> None:
    case = 0.4, 5, 2
    got = function(*case)
    for slip, why in SLIPS:
        if np.shape(got) == () and np.isclose(got, slip(*case)):
            raise Wrong(why)
    same(got, 9.4 / 6, "for five blocks, the last two trained, and a front end of 0.4 blocks")
    same(
        function(0.0, 6, 1), 8 / 3, "for six blocks, the last one trained, and a front end that costs nothing"
    )
    same(
        function(0.4, 3, 1), 5.4 / 3, "for three blocks, the last one trained, and a front end of 0.4 blocks"
    )


def _between(function: Callable) -> None:
    generator = torch.Generator().manual_seed(0)
    begun, after = ([torch.randn(shape, generator=generator) for shape in ((3, 2), (4,))] for _ in range(2))
    lists = (
        (list(begun), [p.clone() for p in begun], "source's own"),
        (list(after), [p.clone() for p in after], "new"),
    )
    got = function(begun, after, 0.25)
    for now, (objects, values, whose) in zip((begun, after), lists):
        if any(p is not q or not torch.equal(p, value) for p, q, value in zip(now, objects, values)):
            raise Wrong(f"the {whose} weights were changed: make new tensors.")
    if not isinstance(got, (list, tuple)) or len(got) != 2:
        raise Wrong("give back a list with one tensor for each of the two.")
    for found, why in (
        (lambda a, b: 0.75 * a + 0.25 * b, "alpha is the share of the new weights: 0 is the source model."),
        (lambda a, b: b + 0.25 * a, "the two shares have to add up to 1: the source's is 1 - alpha."),
        (lambda a, b: b + 0.25 * (b - a), "this goes away from the new weights: the way is after - begun."),
        (lambda a, b: 0.25 * (a - b), "this is the way alone: add the weights that it begins at."),
        (lambda a, b: (a + b) / 2, "this is halfway, whatever alpha is."),
    ):
        if all(
            np.shape(g) == a.shape and np.allclose(g, found(a, b), atol=1e-6)
            for g, a, b in zip(got, after, begun)
        ):
            raise Wrong(why)
    for number, (g, a, b) in enumerate(zip(got, after, begun)):
        same(np.asarray(g), (0.25 * a + 0.75 * b).numpy(), f"for alpha 0.25, tensor {number}")


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
