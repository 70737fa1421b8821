"""The study ``pairs``: every method and schedule, as tuned, on every ordered pair of corpora."""

from __future__ import annotations

from itertools import permutations

from ..training_run import Cell
from ..tuning import chosen
from .crossed import CORPORA, MENDED, ORDERS, crossed


def cells() -> list[Cell]:
    """Every ordered pair of the corpora in the pack, every method and schedule as tuned.

    Schedules in all 24 class orders.
    """
    plan = []
    for name, setting in chosen().items():
        if name not in MENDED:  # these are in the study `mended`
            plan += crossed([name], permutations(CORPORA, 2), [setting], ORDERS)
    return plan
