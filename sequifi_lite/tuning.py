"""Choosing a method's strength: the same number of trials for all, judged on validation, never on test.

Every method has twelve trials: the six values of its one knob (its class's ``grid``) times two learning rates; a method without a
knob has four learning rates times three numbers of steps instead. A trial's score is the mean, over the pairs, of the mean UAR on
the validation parts of source and target, on predictions pooled over the replicates. What was chosen is then left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import pandas as pd
import torch

from .follow import follow
from .heads import MLP
from .methods import METHODS
from .methods.vanilla import Vanilla
from .metrics import confusion, uar
from .problem import Problem, problem
from .source import source_model

PAIRS = (("cremad", "emodb"), ("cremad", "mesd"), ("ravdess", "emodb"))  # the exploratory ones; no verdict is taken from them
TRIALS = 12
RATES = {"knob": (1e-3, 3e-3), "no knob": (1e-4, 3e-4, 1e-3, 3e-3)}
STEPS = {"knob": (200,), "no knob": (50, 100, 200)}


def trials(cls: type[Vanilla]) -> list[tuple]:
    """The twelve trials of a method: (knob or None, learning rate, steps)."""
    kind = "knob" if cls.knob else "no knob"
    return list(product(cls.grid if cls.knob else (None,), RATES[kind], STEPS[kind]))


def sweep(
    cls: type[Vanilla], values: Sequence, world: Problem, theta_0: MLP, seed: int, part: str = "valid", **options
) -> np.ndarray:
    """Confusion matrices after the last corpus for every value of a method's knob, along the run axis.

    Parameters
    ----------
    values : sequence of V values; (None,) for a method without a knob
    theta_0 : MLP with one run
    seed : int
        Data seed of all values: they see the same batches.
    options : ``lr``, ``steps``, ``stream`` and so on of `sequifi_lite.follow.follow`

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
        tables.append(np.stack([confusion(world.labels[r], s, len(world.emotions)) for r, s in zip(rows, said)]))
    return np.concatenate(tables, axis=1)


def tune(cls: type[Vanilla], pairs: Sequence[Sequence[tuple[Problem, MLP]]], stream: Callable | None = None) -> pd.DataFrame:
    """Score every trial of a method.

    Parameters
    ----------
    pairs : sequence over pairs of corpora of sequences over replicates of (problem, source model)

    Returns
    -------
    DataFrame
        One row per trial: ``method``, ``knob``, ``value``, ``lr``, ``T``, then ``source``, ``target`` and their mean ``both`` in
        % on validation, and ``chosen``, true for the best trial; of equal ones the first.
    """
    rows = []
    values = cls.grid if cls.knob else (None,)
    for lr, steps in dict.fromkeys((lr, steps) for _, lr, steps in trials(cls)):
        options = {"lr": lr, "steps": steps} | ({"stream": stream} if stream else {})
        scores = []
        for replicates in pairs:
            pooled = sum(sweep(cls, values, world, theta_0, r, **options) for r, (world, theta_0) in enumerate(replicates))
            scores.append(100 * uar(pooled))
        source, target = np.mean(scores, axis=0)
        rows += [
            {"method": cls.name, "knob": cls.knob or "", "value": value, "lr": lr, "T": steps, "source": s, "target": t}
            for value, s, t in zip(values, source, target)
        ]
    table = pd.DataFrame(rows)
    table["both"] = (table["source"] + table["target"]) / 2
    table["chosen"] = np.arange(len(table)) == table["both"].argmax()
    return table


def study(progress=lambda text: None) -> pd.DataFrame:
    """Tune every method on the three exploratory pairs, five replicates, z-scored: the table behind every later comparison."""
    pairs = [[(world := problem(pair, r), source_model(world, r)) for r in range(5)] for pair in PAIRS]
    tables = []
    for name, cls in METHODS.items():
        progress(name)
        tables.append(tune(cls, pairs))
    return pd.concat(tables, ignore_index=True).round({"source": 2, "target": 2, "both": 2})
