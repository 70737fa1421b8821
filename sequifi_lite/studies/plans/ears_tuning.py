"""The study ``ears-tuning``: six trials for every variant and every ear, judged on validation."""

from __future__ import annotations

import pandas as pd

from ..heard_cell import HeardCell, heard
from ..training_run import Cell
from ..tuning import EXPLORATORY_PAIRS
from ..variants import variant
from .crossed import ROTATIONS, grid
from .tuning import best_of, pooled

STEPS = 200
_RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
STUDIED = ("whisper-base-3", "whisper-base-6", "whisper-tiny.en-2", "egemaps", "log-mel")  # reference first
REPLICATES = range(3)
#: The main comparison, each variant with six trials: of its learning rate, or, where nothing is learnt by
#: steps, of its strength. They lie about what twelve trials had chosen for the ear of the book
#: (`plans/tuning.py`).
TRIALS: dict[str, list[dict]] = {
    "vanilla": grid(lr=_RATES),
    "vanilla-balanced": grid(lr=_RATES),
    "sequifi-canonical": grid(lr=(1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3)),
    "sequifi-cyclic-50-carried": grid(lr=_RATES),
    "sequifi-focus": grid(lr=_RATES),
    "sequifi-cumulative-cyclic-5": grid(lr=_RATES),
    "sequifi-cumulative-cyclic-5-carried": grid(lr=_RATES),
    "er": grid(lr=_RATES, value=(50.0,)),
    "gem": grid(lr=_RATES, value=(50,)),
    "router": grid(lr=_RATES, value=(0.1,)),
    "slda": grid(lr=(1e-3,), value=(1e-4, 1e-3, 0.01, 0.1, 0.5, 1.0)),
    "ranpac": grid(lr=(1e-3,), value=(1e2, 1e3, 1e4, 1e5, 1e6, 1e7)),
}


def cells() -> list[HeardCell]:
    """Every trial of every variant and ear, on the exploratory pairs, by validation.

    Class-ordered schedules have in replicate r rotation r of one order.
    """
    plain = [
        Cell(name, pair, r, T=STEPS, order=order, part="valid", **trial)
        for pair in EXPLORATORY_PAIRS
        for r in REPLICATES
        for name, trials in TRIALS.items()
        for order in ([ROTATIONS[r]] if variant(name).ordered else [None])
        for trial in trials
    ]
    return [cell for ear in STUDIED for cell in heard(plain, ear)]


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Average every trial over pairs, in % on validation; ``chosen`` marks the best of a variant and ear.

    Predictions are pooled over replicates; of equal trials the first is taken. ``edge`` tells a chosen trial
    at an end of its grid, where a wider one might have done better.
    """
    trial = ["ear", "variant", "value", "lr"]
    pair = table["corpora"].map("-".join)
    scores = pooled(table.assign(pair=pair, order=None), [*trial, "pair"]).drop(columns="pair")
    scores = scores.groupby(trial, sort=False, dropna=False).agg("mean").reset_index()
    scores["chosen"] = best_of(scores, ["ear", "variant"])
    knob = scores["value"].where(scores["variant"].isin(["slda", "ranpac"]), scores["lr"])
    ends = knob.groupby([scores["ear"], scores["variant"]]).transform
    scores["edge"] = scores["chosen"] & ((knob == ends("min")) | (knob == ends("max")))
    return {"table": scores.round({"source": 2, "target": 2, "both": 2})}
