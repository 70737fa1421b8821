"""The study ``consolidation``: what averages of weights and class statistics keep, over their strength."""

from __future__ import annotations

import pandas as pd

from ...learning.methods import EMA, SWA, PerClassSoup
from ..scenarios import CHAIN
from ..tables import strengths
from ..training_run import Cell
from .crossed import on_settings, over_rates, swept

RATES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3)
SHARES = tuple(round(0.1 * i, 1) for i in range(11))
SHRINKAGES = (1e-4, 1e-3, 1e-2, 0.1, 0.3, 0.5, 0.7, 1.0)
RIDGES = (1e2, 1e3, 1e4, 1e5, 3e5, 1e6, 3e6, 1e7)
FASTER = {"lr": 3 * CHAIN.lr}  # the learning rate of the shared settings times three
LINES = {
    "vanilla": over_rates(RATES),
    "joint": swept("joint"),
    "interpolation": swept("interpolation", SHARES),
    "interpolation, lr x 3": swept("interpolation", SHARES, FASTER),
    "interpolation-source": swept("interpolation", SHARES, anchor="source"),
    "one-over-t": swept("one-over-t"),
    "one-over-t, lr x 3": swept("one-over-t", fields=FASTER),
    "ema": swept("ema", EMA.grid),
    "swa": swept("swa", SWA.grid),
    "soup": swept("soup"),
    "greedy-soup": swept("greedy-soup"),
    "per-class-soup": swept("per-class-soup", PerClassSoup.grid),
    "ncm": swept("ncm"),
    "ncm-hidden": swept("ncm", features="hidden"),
    "ncm-last": swept("ncm", scope="last"),
    "slda": swept("slda", SHRINKAGES),
    "slda-hidden": swept("slda", SHRINKAGES, features="hidden"),
    "slda-last": swept("slda", SHRINKAGES, scope="last"),
    "ranpac": swept("ranpac", RIDGES),
}


def plan() -> dict[tuple, Cell]:
    """(setting, line, value, replicate) -> cell."""
    return on_settings(LINES, before=True)


def cells() -> list[Cell]:
    """Averages of weights and class statistics over their strength, vanilla over the learning rate, on the
    shared settings.
    """
    return list(plan().values())


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {"table": strengths.table_of(plan(), table)}
