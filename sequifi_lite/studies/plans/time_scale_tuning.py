"""The study ``time-scale-tuning``: a learning rate for every stage length, memory and rival."""

from __future__ import annotations

import pandas as pd

from ..training_run import Cell
from ..tuning import EXPLORATORY_PAIRS
from .crossed import crossed, grid
from .tuning import best_of, pooled

STEPS = 200
#: What an optimiser remembers from step to step, and the learning rates on offer, wide enough that all
#: but the longest stages, which do best where next to nothing is learnt, are chosen inside.
RATES = {
    "adam": (3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2),
    "adam without momentum": (3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2),
    "sgd with momentum": (3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
    "sgd": (3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0),
}
PASSES = (1, 2, 5, 10, 25, 50)  # 50, 25, 10, 5, 2, 1 steps a stage: 200 steps over four classes
RIVALS = ("vanilla", "vanilla-balanced")
#: With Adam alone: an order drawn anew for every pass, and stages that see other emotions, too.
OTHERS = (
    "sequifi-random-cycles-50-carried",
    "sequifi-cumulative-cyclic-5",
    "sequifi-cumulative-cyclic-5-carried",
    "sequifi-focus",
)


def one_at_a_time(optimiser: str) -> list[str]:
    """Name the schedules of every stage length, the optimiser made anew at every stage and carried on.

    Plain SGD remembers nothing, so carrying it on changes nothing: it stands once.
    """
    anew = ["sequifi-canonical" if passes == 1 else f"sequifi-cyclic-{passes}" for passes in PASSES]
    return anew if optimiser == "sgd" else anew + [f"{name}-carried" for name in anew]


def cells() -> list[Cell]:
    """Every stage length and memory at every learning rate, on exploratory pairs, by validation."""
    found = []
    for optimiser, rates in RATES.items():
        names = [*RIVALS, *one_at_a_time(optimiser), *(OTHERS if optimiser == "adam" else ())]
        fixed = {"T": STEPS, "optimiser": optimiser, "part": "valid"}
        found += crossed(names, EXPLORATORY_PAIRS, grid(lr=rates), **fixed)
    return found


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Average every trial over pairs, in % on validation; ``chosen`` marks the best, of equals the first."""
    pair = table["corpora"].map("-".join)
    trial = ["variant", "optimiser", "lr"]
    scores = pooled(table.assign(pair=pair), [*trial, "pair"])
    scores = scores.groupby(trial, sort=False)[["source", "target", "both"]].agg("mean").reset_index()
    scores["chosen"] = best_of(scores, ["variant", "optimiser"])
    return {"table": scores.round({"source": 2, "target": 2, "both": 2})}
