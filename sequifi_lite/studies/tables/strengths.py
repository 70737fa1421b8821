"""The table of methods over their strength, corpus by corpus, and what the chapters read off it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...evaluation.metrics import uar
from ..outcome import tables_of
from ..training_run import Cell, by_cell


def matrix(row: Mapping) -> np.ndarray:
    """R[i, j] in %: UAR on corpus j at stop i of a cell, (stops, corpora)."""
    stops = len(row["corpora"]) - 1 + row["before"]
    tables = [tables_of(row, stop) for stop in range(stops)]
    return np.array([[100 * uar(table.sum(0)) for table in by_corpus.values()] for by_corpus in tables])


def table_of(plan: dict[tuple, Cell], cells: pd.DataFrame) -> pd.DataFrame:
    """One row for each line of a plan and each corpus.

    Parameters
    ----------
    plan : dict of (setting, method, value, replicate) to Cell
        As `sequifi_lite.studies.plans.crossed.on_settings` makes it. The first line of a setting predicts
        with the source model before it learns the second corpus.
    cells : DataFrame, what came of these cells

    Returns
    -------
    DataFrame
        Test UAR in %: ``zero_shot`` (the source model), ``first`` (right after the corpus was learnt) and
        ``last`` (after the last corpus).
    """
    row_of, before, rows = by_cell(cells), {}, []
    for (setting, method, value, replicate), cell in plan.items():
        R = matrix(row_of[cell])
        zero = before.setdefault((setting, replicate), R[0])
        keys = {"setting": setting, "method": method, "value": value, "replicate": replicate}
        for j, corpus in enumerate(cell.corpora):
            scores = {"zero_shot": zero[j], "first": R[j, j], "last": R[-1, j]}
            rows.append(keys | {"corpus": corpus} | scores)
    return pd.DataFrame(rows).round({"zero_shot": 2, "first": 2, "last": 2})


def means(table: pd.DataFrame, setting: str, method: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The line of a method on the frontier: plasticity, stability, values of its strength.

    Plasticity is the mean UAR on the corpora after the source, stability that on the source, both at the end;
    means over the replicates, in the unit of the table.
    """
    rows = table.loc[(table["setting"] == setting) & (table["method"] == method)]
    source = rows["corpus"] == table.loc[table["setting"] == setting, "corpus"].iloc[0]
    new, old = (rows.loc[part].groupby("value")["last"].agg("mean") for part in (~source, source))
    return new.to_numpy(), old.to_numpy(), new.index.to_numpy()


def zero_shot(table: pd.DataFrame, setting: str) -> tuple[float, float]:
    """Plasticity and stability of the untouched source model."""
    rows = table.loc[table["setting"] == setting]
    source = rows["corpus"] == rows["corpus"].iloc[0]
    return rows.loc[~source, "zero_shot"].mean(), rows.loc[source, "zero_shot"].mean()


def final(table: pd.DataFrame, setting: str, method: str) -> pd.DataFrame:
    """Mean UAR over all corpora at the end.

    A row for each replicate, a column for each value of the strength.
    """
    rows = table.loc[(table["setting"] == setting) & (table["method"] == method)]
    return rows.pivot_table(index="replicate", columns="value", values="last", aggfunc="mean")


def chosen_elsewhere(scores: pd.DataFrame) -> pd.Series:
    """Choose a value for every replicate by the mean over the others: one value for each replicate.

    Parameters
    ----------
    scores : DataFrame
        A row for each replicate, a column for each value, as of `final`.

    Notes
    -----
    Replicate r is scored on fold r of every corpus, and folds share no speaker (MESD: no word). So no clip
    takes part in choosing the value that it is scored with.
    """
    return pd.Series({row: scores.drop(index=row).mean().idxmax() for row in scores.index})


def as_chosen(scores: pd.DataFrame) -> pd.Series:
    """Score every replicate with the value that the others choose for it (see `chosen_elsewhere`)."""
    return pd.Series({row: scores.loc[row, value] for row, value in chosen_elsewhere(scores).items()})


def gain(table: pd.DataFrame, setting: str, method: str) -> dict:
    """A method's strength, as the other replicates choose it, against vanilla, replicate by replicate.

    Vanilla has the learning rate that is best on this very table: the one choice made on what is scored, and
    it is made against the method. ``chosen λ`` is what was chosen for most replicates.
    """
    swept, plain = final(table, setting, method), final(table, setting, "vanilla")
    scores, rate = as_chosen(swept), plain.mean().idxmax()
    pairs, chosen = scores - plain[rate], chosen_elsewhere(swept).mode().iloc[0]
    told = {"chosen λ": chosen, "mean of all": scores.mean()}
    told |= {"lr of vanilla": rate, "vanilla": plain[rate].mean()}
    return told | {"gain": pairs.mean(), "smallest": pairs.min(), "largest": pairs.max()}
