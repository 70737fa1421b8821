"""The study ``further-readings-tuning``: readings of "one class at a time" that other studies left out."""

from __future__ import annotations

import json

import pandas as pd

from ..training_run import Cell
from ..tuning import EXPLORATORY_PAIRS
from ..variants import variant
from .crossed import REPLICATES, ROTATIONS, grid
from .rivals_tuning import TRIAL, at_the_edge
from .tuning import best_of, pooled

_POOLED = grid(lr=(1e-4, 3e-4, 1e-3, 3e-3, 1e-2), T=(50, 100, 200))
#: Of each variant its trials, as fields of `Cell`. A stage of fifty passes is one step at 200 steps, so this
#: one has rates in place of numbers of steps.
GRIDS: dict[str, list[dict]] = {
    "sequifi-canonical+decaying-rate": grid(value=(0.1, 0.3, 0.5), lr=(1e-4, 3e-4, 1e-3, 3e-3, 1e-2)),
    "sequifi-cyclic-5-carried+decaying-rate": grid(value=(0.7, 0.8, 0.9), lr=(3e-4, 1e-3, 3e-3, 1e-2, 3e-2)),
    "vanilla-balanced+pooled": _POOLED,
    "sequifi-canonical+pooled": _POOLED,
    "sequifi-canonical-carried+pooled": _POOLED,
    "sequifi-cyclic-50-carried+pooled": [
        {"lr": lr, "options": (("stretch", False),)}
        for lr in (
            3e-5,
            5e-5,
            1e-4,
            1.5e-4,
            2e-4,
            3e-4,
            4e-4,
            5e-4,
            7e-4,
            1e-3,
            1.5e-3,
            2e-3,
            3e-3,
            5e-3,
            1e-2,
        )
    ],
}


def cells() -> list[Cell]:
    """Fifteen trials for each reading, on the exploratory pairs, judged on validation."""
    return [
        Cell(name, pair, r, order=order, part="valid", **trial)
        for name, trials in GRIDS.items()
        for trial in trials
        for pair in EXPLORATORY_PAIRS
        for r in REPLICATES
        for order in (ROTATIONS if variant(name).ordered else [None])
    ]


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every trial's mean over the pairs, in % on validation; ``chosen`` marks the best, of equal ones the
    first, and ``edge`` the knobs of which that is the first or the last value tried.
    """
    table = table.assign(pair=["-".join(names) for names in table["corpora"]])
    by_pair = pooled(table, [*TRIAL, "pair"]).drop(columns="pair")
    scores = by_pair.groupby(TRIAL, sort=False, dropna=False).agg("mean").reset_index()
    scores["chosen"] = best_of(scores, ["variant"])
    scores["edge"] = ""
    for row in scores.index[scores["chosen"].to_numpy()]:
        scores.loc[row, "edge"] = at_the_edge(scores, row)
    return {"table": scores.round({"source": 2, "target": 2, "both": 2})}


def best(table: pd.DataFrame) -> dict[str, dict]:
    """Take the settings marked as chosen: variant -> fields of `Cell`."""
    return {
        row["variant"]: {
            "value": None if pd.isna(row["value"]) else float(row["value"]),
            "lr": row["lr"],
            "T": int(row["T"]),
            "options": tuple((name, value) for name, value in json.loads(row["options"])),
        }
        for row in table.loc[table["chosen"]].to_dict("records")
    }
