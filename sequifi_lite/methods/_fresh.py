"""A head that has learnt nothing yet."""

from __future__ import annotations

from collections.abc import Sequence

from ..heads import MLP

STREAM = 2**30  # source models and new output layers are drawn from other streams of seeds


def fresh(head: MLP, seeds: Sequence[int]) -> MLP:
    """Random weights in the widths and the precision of a head, one seed per run."""
    widths = [W.shape[1] for W, _ in head.layers]
    drawn = MLP([int(seed) + STREAM for seed in seeds], widths[0], widths[1:], head.layers[-1][0].shape[2])
    return drawn.to(head.W1.dtype)
