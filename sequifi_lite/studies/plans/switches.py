"""The study ``switches``: the choices that the words "one class at a time" leave open, crossed."""

from __future__ import annotations

import pandas as pd

from ..tables import pairwise
from ..tables.pairwise import control
from ..training_run import Cell
from ..variants import SWITCHES
from .crossed import CYCLE, crossed, grid


def cells() -> list[Cell]:
    """What a stage sees x scaling x head origin x cycles x learning rate x steps, and Adam against SGD, on
    four pairs.
    """
    names, four = [*dict.fromkeys(map(control, SWITCHES)), *SWITCHES], CYCLE[:4]
    scalings = ("zscore", "raw")
    plan = crossed(names, four, grid(scaling=scalings, lr=(1e-4, 1e-3), T=(50, 200)))
    sgd = grid(scaling=scalings, lr=(3e-3, 1e-2, 3e-2), T=(50, 200))
    return plan + crossed(["vanilla-balanced", "sequifi-canonical"], four, sgd, optimiser="sgd")


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return pairwise.report(table, ["variant", "scaling", "optimiser", "lr", "T"])
