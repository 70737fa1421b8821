"""Choosing a method's strength: the same number of trials for all, judged on validation, never on test.

Every method has twelve trials: the six values of its one strength (its class's ``grid``) times two learning
rates; a method without a strength has four learning rates times three numbers of steps instead. The study
``tuning`` scores them all on three exploratory pairs of corpora (`sequifi_lite.studies.registry`): a trial's
score is the mean, over the pairs, of the mean UAR on the validation parts of source and target, on
predictions pooled over the replicates. What was chosen is then left alone.
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
from ..learning.methods.method import Method
from ..learning.sequence import train_sequence
from . import results

EXPLORATORY_PAIRS = (
    ("cremad", "emodb"),
    ("cremad", "mesd"),
    ("ravdess", "emodb"),
)  # the exploratory ones; no verdict is taken from them
TRIALS = 12
RATES = {"strength": (1e-3, 3e-3), "no strength": (1e-4, 3e-4, 1e-3, 3e-3)}
STEPS = {"strength": (200,), "no strength": (50, 100, 200)}


def trials(cls: type[Method]) -> list[tuple]:
    """The twelve trials of a method: (strength or None, learning rate, steps)."""
    kind = "strength" if cls.strength else "no strength"
    return list(product(cls.grid if cls.strength else (None,), RATES[kind], STEPS[kind]))


def sweep(
    cls: type[Method],
    values: Sequence,
    problem: Problem,
    source_model: MLP,
    seed: int,
    part: str = "valid",
    **options,
) -> np.ndarray:
    """Confusion matrices after the last corpus for every value of a method's strength, along the run axis.

    Parameters
    ----------
    values : sequence of V values; (None,) for a method without a strength
    source_model : MLP with one run
    seed : int
        Data seed of all values: they see the same batches.
    options : ``lr``, ``steps``, ``stream`` and so on of `sequifi_lite.learning.sequence.train_sequence`

    Returns
    -------
    ndarray (corpora, V, K, K)
    """
    if cls.strength and cls.strength_per_run:
        made = [(cls(**{cls.strength: torch.tensor(values)}), len(values))]
    else:
        made = [(cls(**({cls.strength: value} if cls.strength else {})), 1) for value in values]
    tables = []
    for method, runs in made:
        *_, last = train_sequence(
            method, problem, source_model.select([0] * runs), seeds=[seed] * runs, **options
        )
        rows = [getattr(parts, part) for parts in problem.parts.values()]
        predicted = [last.model.predict(problem.X[r]).numpy() for r in rows]
        tables.append(
            np.stack(
                [confusion(problem.labels[r], s, len(problem.emotions)) for r, s in zip(rows, predicted)]
            )
        )
    return np.concatenate(tables, axis=1)


def chosen() -> dict[str, dict]:
    """The settings that tuning chose: variant -> value, lr, T."""
    table, _ = results.load("tuning")
    best = table.loc[table["chosen"]]
    return {
        row["variant"]: {
            "value": None if pd.isna(row["value"]) else float(row["value"]),
            "lr": row["lr"],
            "T": int(row["T"]),
        }
        for row in best.to_dict("records")
    }
