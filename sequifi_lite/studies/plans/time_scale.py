"""The study ``time-scale``: how long is one at a time? Stage length against what the optimiser remembers."""

from __future__ import annotations

import pandas as pd

from ..results import load
from ..tables import pairwise
from ..training_run import Cell
from .crossed import confirmatory, crossed
from .time_scale_tuning import STEPS

BETWEEN = [f"sequifi-cyclic-{passes}" for passes in (2, 5, 10, 25)]


def chosen() -> list[dict]:
    """Take the learning rate that validation chose for every schedule and optimiser."""
    table, _ = load("time-scale-tuning")
    return table.loc[table["chosen"], ["variant", "optimiser", "lr"]].to_dict("records")


def cells() -> list[Cell]:
    """Every stage length and memory, as tuned, on every pair but the exploratory ones, in four class orders.

    With Adam every stage length; with the other optimisers one pass and fifty.
    """
    planned = []
    for setting in chosen():
        name = setting.pop("variant")
        if setting["optimiser"] != "adam" and name.removesuffix("-carried") in BETWEEN:
            continue
        names = [name, "zero-shot"] if name == "vanilla" else [name]  # doing nothing, once an optimiser
        planned += crossed(names, confirmatory(), [setting], T=STEPS)
    return planned


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Compare every schedule with both kinds of vanilla under the same optimiser, each as tuned."""
    return pairwise.finely(table, ["variant", "optimiser"])
