"""The study ``chains``: methods and schedules along all five corpora."""

from __future__ import annotations

from ..training_run import Cell
from ..tuning import chosen
from ..variants import variant
from .crossed import CORPORA, crossed

#: Methods with mixed streams that are carried along chains.
CARRIED = (
    "zero-shot",
    "vanilla",
    "vanilla-balanced",
    "joint",
    "cumulative",
    "target-only",
    "l2-sp",
    "ewc",
    "si",
    "mas",
    "lwf",
)
CARRIED += (
    "er",
    "a-gem",
    "gem",
    "der++",
    "gdumb",
    "interpolation",
    "one-over-t",
    "ncm",
    "slda",
    "ranpac",
    "gaussian-replay",
)


def cells() -> list[Cell]:
    """Six orders of all five corpora.

    Five rotations, so that each stands once at each place, and the first one backwards.
    """
    rotations = [tuple(CORPORA[i:] + CORPORA[:i]) for i in range(len(CORPORA))]
    plan = []
    for name, setting in chosen().items():
        if name in CARRIED or variant(name).ordered:
            plan += crossed([name], [*rotations, CORPORA[::-1]], [setting])
    return plan
