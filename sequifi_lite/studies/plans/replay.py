"""The study ``rehearsal``: how much of old corpora has to be kept, chosen how, and used how?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ...evaluation.statistics import bootstrap_uar, with_intervals
from ..outcome import tables_of
from ..scenarios import CHAIN, PAIR
from ..training_run import Cell, by_cell
from .crossed import on_settings, over_rates, swept

SIZES = (1, 2, 5, 10, 20, 50)
ALPHAS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
RATES = (1e-4, 3e-4, 1e-3, 3e-3)
LINES = {
    "zero-shot": swept("zero-shot", (None,)),
    "joint": swept("joint", (None,)),
    "vanilla": over_rates(RATES),
    "er": swept("er", SIZES),
    "er-reservoir": swept("er", SIZES, choose="reservoir"),
    "er-herding": swept("er", SIZES, choose="herding"),
    "gem": swept("gem", (1, 5, 20)),
    "a-gem": swept("a-gem", SIZES),
    "der": swept("der", ALPHAS),
    "der++": swept("der++", ALPHAS),
    "der-size": [(n, {"variant": "der", "value": 0.03, "options": (("per_class", n),)}) for n in SIZES],
}
SCENARIOS = (CHAIN, PAIR)


def plan() -> dict[tuple, Cell]:
    """(setting, line, value, replicate) -> cell."""
    return on_settings(LINES, SCENARIOS)


def cells() -> list[Cell]:
    """Methods with a memory over their strength, vanilla over the learning rate, on the shared settings."""
    return list(plan().values())


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    row_of, lines = by_cell(table), {}
    for (setting, name, value, _), cell in plan().items():
        lines.setdefault(setting, {}).setdefault((name, value), []).append(tables_of(row_of[cell]))
    return {"table": pd.concat([summary(*setting) for setting in lines.items()], ignore_index=True)}


def summary(setting: str, lines: Mapping[tuple, Sequence[dict[str, np.ndarray]]]) -> pd.DataFrame:
    """Every method with a memory over its strength, vanilla over the learning rate, zero-shot and joint.

    On one setting.

    Parameters
    ----------
    lines : dict of (method, value) to the confusion matrices of every replicate at the end, by corpus
        UAR is taken on predictions pooled over replicates.

    Returns
    -------
    DataFrame
        One row for each setting, method and value: at the end of the chain, in % on test, ``stability`` (UAR
        on the source),
        ``plasticity`` (mean UAR on the corpora after it) and ``average`` (mean over all corpora), with 95 %
        intervals from 2,000 resamplings of speakers (MESD: words) within each corpus (``_low``, ``_high``);
        ``vs_er``, the average minus that of ER with the same number of class-balanced rows (NaN for other
        strengths than the size); and ``vs_vanilla``, the average minus that of vanilla at the learning rate
        whose average is highest in this table, so never in the method's favour. Both differences are paired
        on the same resamplings.
    """
    rows, draws = [], {key: scores(replicates) for key, replicates in lines.items()}
    rates = [each["average"] for (name, _), each in draws.items() if name == "vanilla"]
    plain = max(rates, key=lambda average: average[0])
    for (name, value), each in draws.items():
        sized = value in SIZES and name not in ("vanilla", "der", "der++") and ("er", value) in draws
        control = draws["er", value]["average"] if sized else np.full(len(plain), np.nan)
        compared = {"vs_er": each["average"] - control, "vs_vanilla": each["average"] - plain}
        keys = {"setting": setting, "method": name, "value": value, "replicates": len(lines[name, value])}
        rows.append((keys, with_intervals(each | compared)))
    measured = dict.fromkeys(rows[0][1], 2)
    return pd.DataFrame([keys | columns for keys, columns in rows]).round(measured)


def scores(replicates: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Draws in % of stability, plasticity and average.

    Draw i of two methods resamples the same speakers.
    """
    tables = [np.concatenate([by_corpus[corpus] for by_corpus in replicates]) for corpus in replicates[0]]
    apart = [100 * bootstrap_uar([table], seed=number) for number, table in enumerate(tables)]
    return {
        "stability": apart[0],
        "plasticity": np.mean(apart[1:], axis=0),
        "average": np.mean(apart, axis=0),
    }


def line(table: pd.DataFrame, setting: str, method: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Plasticity, stability and values of a method's strength.

    As `sequifi_lite.teaching.plots.frontier` draws them.
    """
    rows = table.loc[(table["setting"] == setting) & (table["method"] == method)]
    return rows["plasticity"].to_numpy(), rows["stability"].to_numpy(), rows["value"].to_numpy()
