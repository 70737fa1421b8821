"""The study ``further-readings-tuning``: readings of "one class at a time" that other studies left out."""

from __future__ import annotations

from ..training_run import Cell
from ..tuning import EXPLORATORY_PAIRS
from ..variants import variant
from .crossed import ROTATIONS, grid
from .rivals_tuning import report as report

RATES = (3e-5, 1e-4, 3e-4, 1e-3, 3e-3)
_REPEATED = (("stretch", False),)
#: Of each variant its trials, as fields of `Cell`. Fifty steps of the new corpus are some thousand of both.
GRIDS: dict[str, list[dict]] = {
    "sequifi-canonical+decaying-rate": grid(value=(0.1, 0.3, 0.5, 0.7, 0.85), lr=RATES),
    "vanilla-balanced+pooled": grid(lr=RATES, T=(50,)),
    "sequifi-canonical+pooled": grid(lr=(1e-5, *RATES), T=(50,)),
    "sequifi-cyclic-10-carried+pooled": grid(lr=RATES, T=(50,), options=(_REPEATED,)),
}
REPLICATES = range(3)


def cells() -> list[Cell]:
    """Five rates or six for each reading, and five values of what else it has, judged on validation."""
    return [
        Cell(name, pair, r, order=order, part="valid", **trial)
        for name, trials in GRIDS.items()
        for trial in trials
        for pair in EXPLORATORY_PAIRS
        for r in REPLICATES
        for order in (ROTATIONS if variant(name).ordered else [None])
    ]
