"""The study ``steps-and-rates``: do schedules do better with far fewer or more steps, at other rates?"""

from __future__ import annotations

import pandas as pd

from ..training_run import Cell
from ..tuning import EXPLORATORY_PAIRS
from .crossed import ROTATIONS, crossed, grid
from .tuning import best_of, pooled

RATES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
#: Steps, and the passes that are then as short as stages go: one step each, from 400 steps on two and four.
PASSES = {4: 1, 20: 5, 40: 10, 80: 20, 200: 50, 400: 50, 800: 50}
ORDERS = ROTATIONS[::2]  # no emotion is last in both, or first
REPLICATES = range(1)
SAME = ("vanilla", "vanilla-balanced", "sequifi-canonical", "sequifi-canonical-carried")
SHORT = "shortest-carried"  # what the reports call the variant whose name depends on the steps


def short(steps: int) -> str:
    """Name the schedule with the shortest stages that fit, its optimiser carried on."""
    passes = PASSES[steps]
    return "sequifi-canonical-carried" if passes == 1 else f"sequifi-cyclic-{passes}-carried"


def cells() -> list[Cell]:
    """Every number of steps at every rate, on the exploratory pairs, by validation, in one replicate."""
    out = []
    for steps in PASSES:
        names = dict.fromkeys([*SAME, short(steps)])
        if steps >= 20:
            names["sequifi-cumulative-cyclic-5-carried"] = None
        out += crossed(names, EXPLORATORY_PAIRS, grid(lr=RATES), ORDERS, T=steps, part="valid")
    return [cell for cell in out if cell.replicate in REPLICATES]


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Two tables, in % of UAR on validation, means over pairs.

    ``table``: every variant, number of steps and rate, the shortest stages under one name. ``best``: the best
    of each variant, of equals the first, and whether it is at an end of the grid, of steps (``fewest`` or
    ``most``) or of rates (``lowest`` or ``highest``).
    """
    shortest = [name for name in map(short, PASSES) if name not in SAME]
    names = table["variant"].where(~table["variant"].isin(shortest), SHORT)
    once = table.loc[(table["variant"] == short(4)) & (table["T"] == 4)].assign(variant=SHORT)
    both = pd.concat([table.assign(variant=names), once], ignore_index=True)
    trial = ["variant", "T", "lr"]
    scores = pooled(both.assign(pair=both["corpora"].map("-".join)), [*trial, "pair"])
    scores = scores.groupby(trial, sort=False)[["source", "target", "both"]].agg("mean").reset_index()
    best = scores.loc[best_of(scores, ["variant"])].reset_index(drop=True)
    ends = {("T", min(PASSES)): "fewest steps", ("T", max(PASSES)): "most steps"}
    ends |= {("lr", RATES[0]): "lowest rate", ("lr", RATES[-1]): "highest rate"}
    best["end"] = [
        ", ".join(said for (knob, value), said in ends.items() if row[knob] == value)
        for row in best.to_dict("records")
    ]
    return {
        "table": scores.round({"source": 2, "target": 2, "both": 2}),
        "best": best.round({"source": 2, "target": 2, "both": 2}),
    }
