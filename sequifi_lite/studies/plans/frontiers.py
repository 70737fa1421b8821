"""The study ``frontiers``: methods over their strength, schedules over rate and steps."""

from __future__ import annotations

import pandas as pd

from ...learning.methods import METHODS
from ..tables import pairwise
from ..training_run import Cell
from ..tuning import trials
from .crossed import CYCLE, crossed, grid


def cells() -> list[Cell]:
    """Methods over their strength, at the two learning rates of tuning.

    Schedules and vanilla over learning rate and steps.
    """
    plan = []
    for name in ("l2-sp", "ewc", "si", "mas", "lwf", "er", "a-gem", "der++", "interpolation", "ema", "slda"):
        plan += crossed(
            [name], CYCLE, [dict(zip(("value", "lr", "T"), trial)) for trial in trials(METHODS[name])]
        )
    plan += crossed(["zero-shot", "joint"], CYCLE, [{"lr": 1e-3}])
    names = [
        "vanilla",
        "vanilla-balanced",
        "sequifi-canonical",
        "sequifi-cyclic-5-carried",
        "sequifi-cumulative",
        "sequifi-focus",
    ]
    return plan + crossed(names, CYCLE, grid(lr=(3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2), T=(50, 200)))


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return pairwise.report(table, ["variant", "value", "lr", "T"])
