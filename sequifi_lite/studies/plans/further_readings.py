"""The study ``further-readings``: a rate that falls by stages, and class by class over pooled corpora."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...evaluation.over_corpora import jackknife
from ...evaluation.statistics import with_intervals
from ..grouped import grouped
from ..results import load
from ..tables import pairwise
from ..tables.pairwise import draws_of, stacked
from ..training_run import Cell
from ..tuning import chosen
from .crossed import confirmatory, crossed
from .rivals_tuning import best

#: As the study `tuning` chose them: what the readings have to be held against.
BESIDE = ("zero-shot", "vanilla", "vanilla-balanced", "sequifi-canonical", "joint")
#: A reading, and the row that differs from it in one thing.
AGAINST = (
    ("sequifi-canonical+decaying-rate", "sequifi-canonical"),
    ("sequifi-canonical+pooled", "vanilla-balanced+pooled"),
    ("sequifi-cyclic-10-carried+pooled", "vanilla-balanced+pooled"),
    ("sequifi-cyclic-10-carried+pooled", "joint"),
)


def cells() -> list[Cell]:
    """Every reading as tuned, on every pair but the exploratory ones, in four class orders."""
    table, _ = load("further-readings-tuning")
    settings = {name: chosen()[name] for name in BESIDE} | best(table)
    return [cell for name, setting in settings.items() for cell in crossed([name], confirmatory(), [setting])]


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Make the tables of pairs, and ``against``: a reading held against what it differs from in one thing.

    ``difference`` in the mean UAR of source and target, in points, a mean over pairs, with a 95 % interval
    over speakers; ``corpora_low`` and ``corpora_high``, over corpora; ``least`` and ``most``, its range.
    """
    draws: dict[str, dict[Sequence[str], np.ndarray]] = {}
    for (name, pair), runs in grouped(table, ["variant", table["corpora"].map(tuple)]):
        draws.setdefault(name, {})[pair] = draws_of(stacked(runs)[0])["both"]
    rows = []
    for name, other in AGAINST:
        gains = {pair: draws[name][pair] - draws[other][pair] for pair in draws[name]}
        each: dict[Sequence[str], float] = {pair: float(gain[0]) for pair, gain in gains.items()}
        row = {"variant": name, "other": other, "pairs": len(gains)}
        row |= with_intervals({"difference": np.mean(list(gains.values()), 0)})
        row |= dict(zip(("corpora_low", "corpora_high"), jackknife(each)))
        rows.append(row | {"least": min(each.values()), "most": max(each.values())})
    return pairwise.finely(table) | {"against": pd.DataFrame(rows).round(2)}
