"""The study ``repairs``: the canonical schedule, and one thing changed about it."""

from __future__ import annotations

import pandas as pd

from ..tables import pairwise
from ..training_run import Cell
from ..tuning import chosen
from .crossed import CYCLE, crossed

#: What is added to the canonical schedule, one at a time, at its default strength.
ADDED = (
    "er",
    "er+seen",
    "lwf",
    "ewc",
    "l2-sp",
    "frozen-head",
    "frozen-bias",
    "cosine-head",
    "bias-correction",
)
ADDED += (
    "weight-alignment",
    "logit-adjustment",
    "interpolation",
    "ema",
    "early-stopping",
    "gaussian-seen",
    "gaussian-both",
)


def cells() -> list[Cell]:
    """The canonical schedule and one thing changed about it, at its tuned setting and at vanilla's usual
    learning rate.
    """
    settings = [{key: chosen()["sequifi-canonical"][key] for key in ("lr", "T")}, {"lr": 1e-3, "T": 200}]
    names = ["zero-shot", "vanilla", "vanilla-balanced", "early-stopping", "sequifi-canonical"]
    names += [f"sequifi-canonical+{name}" for name in ADDED]
    names += ["sequifi-canonical-carried", "sequifi-equal-epochs", "sequifi-cyclic-2", "sequifi-cyclic-5"]
    names += ["sequifi-cyclic-5-carried", "sequifi-random-cycles-5", "sequifi-cyclic-5+reptile"]
    many = ["sequifi-cyclic-20", "sequifi-cyclic-20+reptile"]  # 80 stages need as many steps
    return crossed(names, CYCLE, settings) + crossed(many, CYCLE, settings[1:])


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return pairwise.report(table, ["variant", "lr", "T"])
