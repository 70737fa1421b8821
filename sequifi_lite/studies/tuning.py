"""Choosing a method's strength: the same number of trials for all, judged on validation, never on test.

Every method has twelve trials: the six values of its one knob (its class's ``grid``) times two learning rates; a method without a
knob has four learning rates times three numbers of steps instead. The study ``tuning`` scores them all on three exploratory pairs
of corpora (`sequifi_lite.studies.registry`): a trial's score is the mean, over the pairs, of the mean UAR on the validation parts of
source and target, on predictions pooled over the replicates. What was chosen is then left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd
import torch

from ..data.problem import Problem
from ..evaluation.metrics import confusion
from ..learning.heads import MLP
from ..learning.methods.vanilla import Vanilla
from ..learning.sequence import follow
from . import results

PAIRS = (
    ("cremad", "emodb"),
    ("cremad", "mesd"),
    ("ravdess", "emodb"),
)  # the exploratory ones; no verdict is taken from them
TRIALS = 12
RATES = {"knob": (1e-3, 3e-3), "no knob": (1e-4, 3e-4, 1e-3, 3e-3)}
STEPS = {"knob": (200,), "no knob": (50, 100, 200)}


def trials(cls: type[Vanilla]) -> list[tuple]:
    """The twelve trials of a method: (knob or None, learning rate, steps)."""
    kind = "knob" if cls.knob else "no knob"
    return list(product(cls.grid if cls.knob else (None,), RATES[kind], STEPS[kind]))


def sweep(
    cls: type[Vanilla],
    values: Sequence,
    world: Problem,
    theta_0: MLP,
    seed: int,
    part: str = "valid",
    **options,
) -> np.ndarray:
    """Confusion matrices after the last corpus for every value of a method's knob, along the run axis.

    Parameters
    ----------
    values : sequence of V values; (None,) for a method without a knob
    theta_0 : MLP with one run
    seed : int
        Data seed of all values: they see the same batches.
    options : ``lr``, ``steps``, ``stream`` and so on of `sequifi_lite.learning.sequence.follow`

    Returns
    -------
    ndarray (corpora, V, K, K)
    """
    if cls.knob and cls.knob_per_run:
        made = [(cls(**{cls.knob: torch.tensor(values)}), len(values))]
    else:
        made = [(cls(**({cls.knob: value} if cls.knob else {})), 1) for value in values]
    tables = []
    for method, runs in made:
        *_, last = follow(method, world, theta_0.select([0] * runs), seeds=[seed] * runs, **options)
        rows = [getattr(parts, part) for parts in world.parts.values()]
        said = [last.model.predict(world.X[r]).numpy() for r in rows]
        tables.append(
            np.stack([confusion(world.labels[r], s, len(world.emotions)) for r, s in zip(rows, said)])
        )
    return np.concatenate(tables, axis=1)


def chosen() -> dict[str, dict]:
    """The settings that tuning chose: variant -> value, lr, T."""
    table, _ = results.load("tuning")
    best = table[table["chosen"]]
    return {
        row["variant"]: {
            "value": None if pd.isna(row["value"]) else float(row["value"]),
            "lr": row["lr"],
            "T": int(row["T"]),
        }
        for row in best.to_dict("records")
    }
