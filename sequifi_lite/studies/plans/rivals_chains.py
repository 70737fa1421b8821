"""The study ``rivals-chains``: rivals at their best along all five corpora."""

from __future__ import annotations

from ..training_run import Cell
from .crossed import CHAINS, crossed
from .rivals import best

#: What stores statistics, heads or weights of each corpus, and its comparators.
CARRIED = ("zero-shot", "vanilla", "vanilla-balanced", "joint", "er", "gem", "slda", "router")
CARRIED += ("router-own-scale", "inferred-scaling", "ridge", "ranpac-10000", "fecam", "der-balanced", "der++")
CARRIED += ("der++-balanced", "ewc-explicit", "lwf", "task-arithmetic", "ties", "dare", "sam")


def cells() -> list[Cell]:
    """The six orders of the study `chains`, five replicates."""
    return [
        cell
        for name, setting in best().items()
        if name in CARRIED
        for cell in crossed([name], CHAINS, [setting])
    ]
