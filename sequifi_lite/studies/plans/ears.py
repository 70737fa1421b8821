"""The study ``ears``: the main comparison as other ears hear it."""

from __future__ import annotations

import pandas as pd

from ...data.ears import HEARD
from ..heard_cell import HeardCell, heard
from ..results import load
from ..tables import ears as sentences, pairwise
from .crossed import confirmatory, crossed
from .ears_tuning import STEPS, STUDIED

#: Those on which nothing was chosen.
PAIRS = confirmatory(HEARD)


def chosen(ear: str) -> list[dict]:
    """Take the trial that validation chose for every variant heard by an ear; first, doing nothing."""
    table, _ = load("ears-tuning")
    best = table.loc[table["chosen"] & (table["ear"] == ear), ["variant", "value", "lr"]]
    rows = [{"variant": "zero-shot", "value": None, "lr": 1e-3}, *best.to_dict("records")]
    return [row | {"value": None if pd.isna(row["value"]) else row["value"]} for row in rows]


def cells() -> list[HeardCell]:
    """Every variant as tuned for its ear, on the nine pairs that were not used for that.

    Five replicates, class-ordered schedules in four orders: each emotion is first in one and last in one.
    """
    plan = []
    for ear in STUDIED:
        for setting in chosen(ear):
            name = setting.pop("variant")
            plan += heard(crossed([name], PAIRS, [setting], T=STEPS), ear)
    return plan


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Three tables.

    ``table`` and ``means``: as `pairwise.report` gives them, for every variant and ear; ``sentences``: which
    sentences of the verdict hold for which ear (see `sequifi_lite.studies.tables.ears`).
    """
    return pairwise.report(table, ["variant", "ear"]) | {"sentences": sentences.report(table)}
