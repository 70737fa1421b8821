"""The study ``ears``: the main comparison as other ears hear it."""

from __future__ import annotations

from itertools import permutations

import pandas as pd

from ...data.ears import EARS, HEARD
from ..heard_cell import HeardCell, heard
from ..results import load
from ..tables import ears as sentences, pairwise
from .crossed import crossed
from .ears_tuning import STEPS


def chosen() -> list[dict]:
    """Take the trial that validation chose for every ear and variant."""
    table, _ = load("ears-tuning")
    best = table.loc[table["chosen"], ["ear", "variant", "value", "lr"]]
    return [
        {**row, "value": None if pd.isna(row["value"]) else row["value"]} for row in best.to_dict("records")
    ]


def cells() -> list[HeardCell]:
    """Every variant as tuned for its ear, and doing nothing, on the ordered pairs of four corpora.

    Class-ordered schedules in the four rotations of one order.
    """
    plan, settings = [], chosen()
    for ear in EARS:
        plain = crossed(["zero-shot"], permutations(HEARD, 2), [{"lr": 1e-3}])
        for setting in settings:
            if setting["ear"] == ear:
                fields = {name: setting[name] for name in ("value", "lr")}
                plain += crossed([setting["variant"]], permutations(HEARD, 2), [fields], T=STEPS)
        plan += heard(plain, ear)
    return plan


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Three tables.

    ``table`` and ``means``: as `pairwise.report` gives them, for every ear and variant; ``sentences``: which
    sentences of the verdict hold for which ear (see `sequifi_lite.studies.tables.ears`).
    """
    return pairwise.report(table, ["variant", "ear"]) | {"sentences": sentences.report(table)}
