"""The study ``six``: six emotions in place of four."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd

from ...data.emotions import SIX
from ..tables import pairwise
from ..training_run import Cell
from ..tuning import chosen
from .crossed import crossed

POLISH = ("anger", "happiness", "neutral", "sadness", "fear", "surprise")


def cells() -> list[Cell]:
    """Six classes: all pairs that have them, and nEMO's own six with RAVDESS.

    Schedules in 24 random class orders.
    """
    generator = np.random.default_rng(6)
    orders = [tuple(int(k) for k in generator.permutation(6)) for _ in range(24)]
    names = (
        "zero-shot",
        "vanilla",
        "joint",
        "er",
        "slda",
        "vanilla-balanced",
        "sequifi-canonical",
        "sequifi-cyclic-5",
    )
    names += ("sequifi-cyclic-5-carried", "sequifi-cumulative", "sequifi-focus")
    plan, settings = [], chosen()
    for name in names:
        for corpora, emotions in (
            (("cremad", "ravdess", "emodb", "mesd"), SIX),
            (("ravdess", "nemo"), POLISH),
        ):
            plan += crossed([name], permutations(corpora, 2), [settings[name]], orders, emotions=emotions)
    return plan


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    six = np.array([tuple(words) == SIX for words in table["emotions"]])
    return pairwise.finely(table.loc[six]) | {"surprise": pairwise.finely(table.loc[~six])["table"]}
