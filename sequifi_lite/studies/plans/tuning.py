"""The study ``tuning``: twelve trials for each method, judged on validation; and what it chose."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...evaluation.metrics import uar
from ...learning.methods import METHODS
from ..grouped import grouped
from ..outcome import tables_of
from ..training_run import Cell
from ..tuning import EXPLORATORY_PAIRS, trials
from ..variants import variant
from .crossed import COMPARED, MENDED, REPLICATES, ROTATIONS

#: Methods that came later and are tuned in the study `rivals-tuning`, so that this one stays as it was run.
ELSEWHERE = ("router",)


def pooled(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """UAR in % of source and target, on predictions pooled over replicates and then averaged over class
    orders.

    Parameters
    ----------
    table : DataFrame of cells (see `sequifi_lite.studies.training_run.train_group`)
    by : columns that tell settings apart

    Returns
    -------
    DataFrame
        The columns of `by`, then ``source``, ``target`` (the last corpus) and their mean ``both``.
    """
    rows = []
    orders = table["order"].map(lambda order: "" if order is None else str(list(order)))
    # Once, and not in each of thousands of groups.
    answers = table.filter(["groups", "emotions", "confusions"]).to_dict("records")
    read = table[list(by)].assign(answers=answers)
    for setting, cells in grouped(read, [*by, orders], dropna=False):
        tables = [tables_of(row) for row in cells["answers"]]
        first, *_, last = tables[0]
        score = {
            role: 100 * uar(np.sum([counts[name].sum(0) for counts in tables], axis=0))
            for role, name in (("source", first), ("target", last))
        }
        rows.append(dict(zip(by, setting)) | score)
    means = pd.DataFrame(rows).groupby(list(by), sort=False, dropna=False).agg("mean").reset_index()
    means["both"] = (means["source"] + means["target"]) / 2
    return means


def best_of(scores: pd.DataFrame, by: Sequence[str], score: str = "both") -> pd.Series:
    """Mark the best row of every group, of equal ones the first.

    Parameters
    ----------
    by : columns that tell groups apart
    """
    top = scores[score] == scores.groupby(list(by), sort=False)[score].transform("max")
    first = ~scores.assign(_top=top).duplicated([*by, "_top"])
    return pd.Series(top & first, index=scores.index)


def cells() -> list[Cell]:
    """Twelve trials for each method and each schedule, on the exploratory pairs, judged on validation.

    Class-ordered schedules are tried on the four rotations of one order: each class stands once at each
    place.
    """
    out = []
    here = [name for name in METHODS if name not in ELSEWHERE]
    for name in [*here, *COMPARED, "gaussian-replay", *MENDED]:
        trained = variant(name)
        for value, lr, T in trials(trained.method):
            for pair in EXPLORATORY_PAIRS:
                for r in REPLICATES:
                    for order in ROTATIONS if trained.ordered else [None]:
                        out.append(Cell(name, pair, r, lr, T, order, value, part="valid"))
    return out


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every trial's mean over the pairs, in % on validation.

    ``chosen`` marks the best of a variant, of equal ones the first.
    """
    table = table.assign(pair=["-".join(names) for names in table["corpora"]])
    trial = ["variant", "value", "lr", "T"]
    by_pair = pooled(table, [*trial, "pair"]).drop(columns="pair")
    scores = by_pair.groupby(trial, sort=False, dropna=False).agg("mean").reset_index()
    scores["chosen"] = best_of(scores, ["variant"])
    scores.insert(1, "knob", [variant(name).method.strength or "" for name in scores["variant"]])
    return {"table": scores.round({"source": 2, "target": 2, "both": 2})}
