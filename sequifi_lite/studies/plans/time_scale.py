"""The study ``time-scale``: how long is one at a time? Stage length against what the optimiser remembers."""

from __future__ import annotations

from itertools import permutations

import pandas as pd

from ..results import load
from ..tables import pairwise
from ..training_run import Cell
from .crossed import CORPORA, crossed
from .time_scale_tuning import STEPS


def chosen() -> list[dict]:
    """Take the learning rate that validation chose for every schedule and optimiser."""
    table, _ = load("time-scale-tuning")
    return table.loc[table["chosen"], ["variant", "optimiser", "lr"]].to_dict("records")


def cells() -> list[Cell]:
    """Every stage length and memory, as tuned, on every ordered pair, in the four rotations of one order."""
    found = []
    for setting in chosen():
        name = setting.pop("variant")
        names = [name, "zero-shot"] if name == "vanilla" else [name]  # doing nothing, once an optimiser
        found += crossed(names, permutations(CORPORA, 2), [setting], T=STEPS)
    return found


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Compare every schedule with both kinds of vanilla under the same optimiser, each as tuned."""
    return pairwise.report(table, ["variant", "optimiser"])
