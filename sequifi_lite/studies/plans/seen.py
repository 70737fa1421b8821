"""The study ``seen``: what stands in for classes that are over."""

from __future__ import annotations

from ...learning.methods.gaussian_seen import GaussianSeen
from ..training_run import Cell
from .crossed import CYCLE, RATES, crossed, grid


def cells() -> list[Cell]:
    """What stands in for classes that are over.

    Gaussians of many forms against stored clips, at equal numbers of floats.
    """
    plan = crossed(
        ["zero-shot", "vanilla", "vanilla-balanced", "sequifi-canonical"], CYCLE, grid(lr=RATES, T=(200,))
    )
    ranks = grid(lr=RATES, value=GaussianSeen.grid)
    plan += crossed(["sequifi-canonical+gaussian-seen"], CYCLE, ranks)
    plan += crossed(
        ["sequifi-canonical+gaussian-shared", "sequifi-canonical+gaussian-full"], CYCLE, grid(lr=RATES)
    )
    plan += crossed(
        ["sequifi-cyclic-5+gaussian-seen", "sequifi-cyclic-5-carried+gaussian-seen"], CYCLE, grid(lr=RATES)
    )
    clips = [rank + 2 for rank in GaussianSeen.grid] + [
        20
    ]  # rank q, a mean and a diagonal: the floats of q + 2 clips
    return plan + crossed(["sequifi-canonical+er+seen"], CYCLE, grid(lr=RATES, value=clips))
