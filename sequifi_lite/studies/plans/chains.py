"""The study ``chains``: methods and schedules along all five corpora."""

from __future__ import annotations

from ..training_run import Cell
from ..tuning import chosen
from ..variants import variant
from .crossed import CHAINS, crossed

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
    """Methods and schedules as tuned on pairs, along six orders of all five corpora."""
    plan = []
    for name, setting in chosen().items():
        if name in CARRIED or variant(name).ordered:
            plan += crossed([name], CHAINS, [setting])
    return plan
