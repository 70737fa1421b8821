"""The study ``rivals-tuning``: twelve trials or more for each rival, over every knob it has, on validation.

The study `tuning` gives each method one knob and two learning rates. Here methods of which the literature
says more get the rest: the learning rates on offer to vanilla, a second knob, a wider layer. A knob whose
best value stood at the end of its grid got a longer grid. What is no knob but a budget, the size of a memory,
is what `tuning` gave at most.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pandas as pd

from ...learning.methods import METHODS
from ..training_run import Cell
from ..tuning import EXPLORATORY_PAIRS
from ..variants import RIVALS
from .crossed import REPLICATES
from .tuning import best_of, pooled

RATES = (1e-4, 3e-4, 1e-3, 3e-3)
FASTER = (3e-4, 1e-3, 3e-3, 1e-2)
BETAS = (0.3, 1.0, 3.0)
TRIAL = ["variant", "options", "value", "lr", "T"]
#: Of each variant: values of its strength, learning rates, and further arguments of the method.
GRIDS: dict[str, tuple] = {
    "router": ((1e-2, 0.1, 1.0), RATES, [{}]),
    "router-own-scale": ((1e-2, 0.1, 1.0), RATES, [{}]),
    "inferred-scaling": ((1e-2, 0.1, 1.0), RATES, [{}]),
    "ridge": ((1e1, 3e1, 1e2, 3e2, 1e3, 2e3, 3e3, 5e3, 1e4, 3e4, 1e5, 1e6), (1e-3,), [{}]),
    "ranpac-10000": ((1e3, 1e4, 3e4, 1e5, 2e5, 3e5, 5e5, 1e6, 2e6, 5e6, 1e7, 1e8), (1e-3,), [{}]),
    "fecam": ((1.0, 3.0, 10.0, 30.0, 100.0, 300.0), (1e-3,), [{}, {"pooled": True}]),
    "er": ((50,), (*RATES, 1e-2), [{}]),
    "gem": ((50,), RATES, [{}]),
    "lwf": ((0.001, 0.003, 0.01), RATES, [{}]),
    "l2-sp": ((0.3, 1.0, 3.0), FASTER, [{}]),
    "ewc": ((1.0, 3.0, 10.0), FASTER, [{}]),
    "si": ((0.3, 1.0, 3.0), FASTER, [{}]),
    "mas": ((0.3, 1.0, 3.0), FASTER, [{}]),
    "ewc-explicit": ((1e2, 1e3, 1e4, 1e5), FASTER[:3], [{}]),
    "der-balanced": ((0.01, 0.03, 0.1, 0.3), FASTER[:3], [{"per_class": 50}]),
    "der++": ((0.01, 0.03, 0.1, 0.3), (1e-3,), [{"beta": b, "per_class": 50} for b in BETAS]),
    "der++-balanced": ((0.01, 0.03, 0.1, 0.3), (1e-3,), [{"beta": b, "per_class": 50} for b in BETAS]),
    "task-arithmetic": ((0.5, 0.75, 1.0, 1.5), FASTER[:3], [{}]),
    "ties": ((0.75, 1.0, 1.5), FASTER[1:3], [{"keep": 0.2}, {"keep": 0.5}]),
    "dare": ((0.5, 0.75, 1.0), FASTER[1:3], [{"drop": 0.5}, {"drop": 0.9}]),
    "sam": ((0.01, 0.03, 0.1, 0.3), FASTER[:3], [{}]),
    "vanilla-64": ((None,), RATES, [{}]),
}


def trials(name: str) -> Iterator[dict]:
    """The trials of a rival, as fields of `Cell`."""
    values, rates, others = GRIDS[name]
    for options in others:
        for lr in rates:
            for value in values:
                yield {"value": value, "lr": lr, "options": tuple(options.items())}


def cells() -> list[Cell]:
    """Every trial on the exploratory pairs, five replicates, judged on validation."""
    assert set(GRIDS) <= set(METHODS) | set(RIVALS)
    return [
        Cell(variant=name, corpora=pair, replicate=r, part="valid", **trial)
        for name in GRIDS
        for trial in trials(name)
        for pair in EXPLORATORY_PAIRS
        for r in REPLICATES
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
    """Take the settings that a table of trials marks as chosen: variant -> fields of `Cell`."""
    return {
        row["variant"]: {
            "value": None if pd.isna(row["value"]) else float(row["value"]),
            "lr": row["lr"],
            "T": int(row["T"]),
            "options": tuple((name, value) for name, value in json.loads(row["options"])),
        }
        for row in table.loc[table["chosen"]].to_dict("records")
    }


def at_the_edge(scores: pd.DataFrame, row: int) -> str:
    """Name the knobs whose value in a row is the least or the greatest that its variant was tried with."""
    tried = scores.loc[scores["variant"] == scores.loc[row, "variant"]]
    knobs = tried[["value", "lr"]].join(
        pd.DataFrame([dict(json.loads(o)) for o in tried["options"]], tried.index)
    )
    ends = [name for name in knobs if knobs[name].nunique() > 2]  # of two values each is an end
    return " ".join(name for name in ends if knobs.loc[row, name] in (knobs[name].min(), knobs[name].max()))
