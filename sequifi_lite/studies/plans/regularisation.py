"""The study ``regularisation``: what methods that hold weights or answers in place give up, and for what."""

from __future__ import annotations

import pandas as pd

from ..scenarios import PAIR
from ..tables import strengths
from ..training_run import Cell
from .crossed import on_settings, over_rates, swept

SPRINGS = (0.1, 0.3, 1.0, 3.0, 10.0, 100.0, 1e3, 1e4)
TEACHER = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
RATES = (1e-4, 3e-4, 1e-3, 3e-3)
LINES = {
    "vanilla": over_rates(RATES),
    "l2-sp": swept("l2-sp", SPRINGS),
    "ewc": swept("ewc", SPRINGS),
    "ewc-sampled": swept("ewc", SPRINGS, kind="sampled"),
    "ewc-empirical": swept("ewc", SPRINGS, kind="empirical"),
    "ewc-batched": swept("ewc", SPRINGS, kind="batched"),
    "ewc-online": swept("ewc", SPRINGS, gamma=1.0),
    "si": swept("si", SPRINGS),
    "mas": swept("mas", SPRINGS),
    "lwf": swept("lwf", TEACHER),
    "lwf-t1": swept("lwf", TEACHER, T=1.0),
}


def plan() -> dict[tuple, Cell]:
    """(setting, line, value, replicate) -> cell; without SI where the source model has no path to walk."""
    lines = on_settings(LINES, before=True)
    return {key: cell for key, cell in lines.items() if key[:2] != (PAIR.name, "si")}


def cells() -> list[Cell]:
    """L2-SP, EWC, SI, MAS and LwF over their strength, vanilla over the learning rate, on the shared
    settings.
    """
    return list(plan().values())


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {"table": strengths.table_of(plan(), table)}
