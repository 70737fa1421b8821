"""The study ``displacement``: vanilla read where it is as far from the source as a class-ordered run."""

from __future__ import annotations

import numpy as np

from ..training_run import Cell
from ..tuning import chosen
from .crossed import confirmatory, crossed


def cells() -> list[Cell]:
    """Vanilla at the canonical schedule's rate, read at many numbers of steps up to four times as many, on 17
    pairs.
    """
    canonical = chosen()["sequifi-canonical"]
    steps = sorted({round(canonical["T"] * share) for share in np.geomspace(0.04, 4, 9)})
    settings = [{"lr": canonical["lr"], "T": T} for T in steps]
    return crossed(["vanilla", "vanilla-balanced"], confirmatory(), settings)
