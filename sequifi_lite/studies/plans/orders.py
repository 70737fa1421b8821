"""The study ``orders``: class orders against chance."""

from __future__ import annotations

from dataclasses import replace

from ..training_run import Cell
from ..tuning import chosen
from .crossed import CYCLE, ORDERS, crossed


def cells() -> list[Cell]:
    """All 24 class orders x five data seeds in every fold: what the order decides, and what chance."""
    settings = [{key: chosen()["sequifi-canonical"][key] for key in ("lr", "T")}, {"lr": 1e-3, "T": 200}]
    cells = crossed(["sequifi-canonical"], CYCLE, settings, ORDERS)
    return [replace(cell, seed=seed) for cell in cells for seed in range(5)]
