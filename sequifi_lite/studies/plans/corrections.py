"""The study ``corrections``: does a corrected output layer undo what training class by class did to it?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ...evaluation.metrics import last_class_share, uar
from ...learning.methods import LogitAdjustment
from ..outcome import tables_of
from ..scenarios import PAIR, REPLICATES
from ..training_run import Cell, by_cell
from .crossed import ORDERS

CORRECTED = (
    replace(PAIR, name="cremad-emodb", rewritten=False),
    replace(PAIR, name="cremad-mesd", corpora=("cremad", "mesd"), rewritten=False),
)
#: Row name -> what is read off the trained head besides what it predicts itself: method and strength.
CORRECTIONS = {
    "bias-correction": ("bias-correction", None),
    "weight-alignment": ("weight-alignment", None),
    **{f"logit-adjustment, tau {tau:g}": ("logit-adjustment", tau) for tau in LogitAdjustment.grid[1:]},
}
#: Row name -> variant, and whether there is a run for every class order.
TRAINED = {
    "sequifi-canonical": ("sequifi-canonical", True),
    "sequifi-cyclic": ("sequifi-cyclic-5", True),
    "sequifi-cyclic-carried": ("sequifi-cyclic-5-carried", True),
    "balanced vanilla": ("vanilla-balanced", False),
}
RATES = (1e-4, 1e-3)


def plan() -> dict[tuple, list[Cell]]:
    """(setting, variant, learning rate, replicate) -> its cells, one for each class order."""
    out = {}
    for setting in CORRECTED:
        for r in REPLICATES:
            plain = Cell("zero-shot", replicate=r, **setting.fields, optimiser="torch-adam")
            out[setting.name, "zero-shot", 0.0, r] = [plain]
            for lr in RATES:
                for name, (variant, ordered) in TRAINED.items():
                    cell = replace(plain, variant=variant, lr=lr, readings=tuple(CORRECTIONS.values()))
                    orders = ORDERS if ordered else [None]
                    out[setting.name, name, lr, r] = [replace(cell, order=order) for order in orders]
                soup = replace(plain, variant="per-class-soup", lr=lr)
                out[setting.name, soup.variant, lr, r] = [soup]
    return out


def cells() -> list[Cell]:
    """Head corrections after training on one class at a time, all class orders.

    Nothing is trained twice: a cell holds what every correction makes of its head.
    """
    return [cell for line in plan().values() for cell in line]


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """One row for each setting, variant, learning rate, correction and replicate.

    Test UAR in % on ``target`` and ``source``, ``worst`` (the target's, of the worst order) and
    ``last_share`` (share of target predictions equal to the class trained last, in %), means over orders. A
    setting's per-class soup and zero-shot have a row each.
    """
    row_of, rows = by_cell(table), []
    for (setting, variant, lr, replicate), some in plan().items():
        for stop, correction in enumerate(["none", *(CORRECTIONS if some[0].readings else ())]):
            keys = {"setting": setting, "variant": variant, "lr": lr, "correction": correction}
            tables = [tables_of(row_of[cell], stop) for cell in some]
            rows.append(keys | {"replicate": replicate} | _scores(tables, some))
    return {"table": pd.DataFrame(rows).round({"target": 2, "source": 2, "worst": 2, "last_share": 2})}


def _scores(tables: list[dict[str, np.ndarray]], cells: list[Cell]) -> dict[str, float]:
    """Means over class orders, one table for each."""
    counts = [np.stack([table[name].sum(0) for table in tables]) for name in cells[0].corpora]
    source, target = (100 * uar(count) for count in counts)
    out = {"target": target.mean(), "source": source.mean(), "worst": target.min(), "last_share": np.nan}
    if len(cells) > 1:
        orders = np.array([cell.order for cell in cells])
        out["last_share"] = 100 * last_class_share(counts[1], orders).mean()
    return out
