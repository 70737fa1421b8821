"""The study ``mended``: repairs as tuned, beside what they have to reach."""

from __future__ import annotations

from itertools import permutations

from ..training_run import Cell
from ..tuning import chosen
from .crossed import CORPORA, MENDED, crossed


def cells() -> list[Cell]:
    """What stands in for classes that are over, as tuned, on all pairs, beside what it has to reach."""
    plan, settings = [], chosen()
    for name in (
        "zero-shot",
        "vanilla",
        "vanilla-balanced",
        "er",
        "slda",
        "ranpac",
        "sequifi-canonical",
        *MENDED,
    ):
        plan += crossed([name], permutations(CORPORA, 2), [settings[name]])
    return plan
