"""The study ``rivals``: rivals at their best on every pair, beside what they are compared with."""

from __future__ import annotations

from itertools import permutations

from .. import results
from ..training_run import Cell
from ..tuning import chosen
from . import rivals_tuning
from .crossed import CORPORA, crossed

#: As the study `tuning` chose them: what a table of rivals has to be read against.
BESIDE = ("zero-shot", "vanilla", "vanilla-balanced", "joint", "er", "gem", "slda")


def best() -> dict[str, dict]:
    """What `rivals-tuning` chose, variant -> fields of `Cell`; what it did not try is as `tuning` chose."""
    table, _ = results.load("rivals-tuning")
    return {name: chosen()[name] for name in BESIDE} | rivals_tuning.best(table)


def cells() -> list[Cell]:
    """Every ordered pair of the corpora, five replicates."""
    plan = []
    for name, setting in best().items():
        plan += crossed([name], permutations(CORPORA, 2), [setting])
    return plan
