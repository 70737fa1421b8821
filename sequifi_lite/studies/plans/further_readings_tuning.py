"""The study ``further-readings-tuning``: readings of "one class at a time" that other studies left out."""

from __future__ import annotations

import json

import pandas as pd

from ..training_run import Cell
from ..tuning import EXPLORATORY_PAIRS
from ..variants import variant
from .crossed import ROTATIONS, grid
from .rivals_tuning import TRIAL, at_the_edge
from .tuning import best_of, pooled

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
