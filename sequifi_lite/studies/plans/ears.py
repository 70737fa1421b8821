"""The study ``ears``: the main comparison as other ears hear it."""

from __future__ import annotations

from itertools import permutations

import pandas as pd

from ...data.ears import EARS, HEARD
from ..heard_cell import HeardCell, heard
from ..results import load
from ..scenarios import REPLICATES
from ..tables import ears as sentences, pairwise
from ..training_run import Cell
from ..tuning import EXPLORATORY_PAIRS
from ..variants import variant
from .crossed import ROTATIONS
from .ears_tuning import STEPS

#: Those on which nothing was chosen.
PAIRS = [pair for pair in permutations(HEARD, 2) if pair not in EXPLORATORY_PAIRS]


def chosen(ear: str) -> list[dict]:
    """Take the trial that validation chose for every variant heard by an ear; first, doing nothing."""
    table, _ = load("ears-tuning")
    best = table.loc[table["chosen"] & (table["ear"] == ear), ["variant", "value", "lr"]]
    rows = [{"variant": "zero-shot", "value": None, "lr": 1e-3}, *best.to_dict("records")]
    return [row | {"value": None if pd.isna(row["value"]) else row["value"]} for row in rows]


def cells() -> list[HeardCell]:
    """Every variant as tuned for its ear, five replicates, on the nine pairs that were not used for that.

    Class-ordered schedules begin every replicate with the next class: its number tells the rotation.
    """
    plan = []
    for ear in EARS:
        plain = [
            Cell(corpora=pair, replicate=r, T=STEPS, order=_order(setting["variant"], r), **setting)
            for pair in PAIRS
            for r in REPLICATES
            for setting in chosen(ear)
        ]
        plan += heard(plain, ear)
    return plan


def _order(name: str, replicate: int) -> tuple[int, ...] | None:
    return ROTATIONS[replicate % len(ROTATIONS)] if variant(name).ordered else None


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Three tables.

    ``table`` and ``means``: as `pairwise.report` gives them, for every variant and ear, predictions pooled
    over replicates whatever their class order; ``sentences``: which sentences of the verdict hold for which
    ear (see `sequifi_lite.studies.tables.ears`).
    """
    table = table.assign(order=None)
    return pairwise.report(table, ["variant", "ear"]) | {"sentences": sentences.report(table)}
