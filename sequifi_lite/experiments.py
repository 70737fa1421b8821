"""The studies made of cells: which trainings each of them asks for, and the tables that come of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np
import pandas as pd

from . import pairs, results
from .cells import Cell, tables_of
from .emotions import FOUR
from .methods import METHODS
from .metrics import uar
from .schedule import all_orders
from .tuning import PAIRS, trials
from .variants import variant

REPLICATES = range(5)
CORPORA = ("cremad", "ravdess", "emodb", "mesd", "nemo")
ORDERS = [tuple(int(k) for k in order) for order in all_orders(len(FOUR))]
ROTATIONS = [tuple(np.roll(range(len(FOUR)), -shift).tolist()) for shift in range(len(FOUR))]
#: Schedules that stand in every comparison; the other switches are studied by themselves.
COMPARED = (
    "vanilla-balanced",
    "sequifi-canonical",
    "sequifi-canonical-carried",
    "sequifi-cyclic-5",
    "sequifi-cyclic-5-carried",
    "sequifi-cumulative",
    "sequifi-focus",
    "sequifi-newhead",
)


def pooled(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """UAR in % of source and target, on predictions pooled over replicates and then averaged over class orders.

    Parameters
    ----------
    table : DataFrame of cells (see `sequifi_lite.cells.train_group`)
    by : columns that tell settings apart

    Returns
    -------
    DataFrame
        The columns of `by`, then ``source``, ``target`` (the last corpus) and their mean ``both``.
    """
    rows = []
    orders = table["order"].map(lambda order: "" if order is None else str(list(order)))
    for setting, found in table.groupby([*by, orders.rename("_order")], sort=False, dropna=False):
        tables = [tables_of(row) for row in found.to_dict("records")]
        first, *_, last = tables[0]
        score = {role: 100 * uar(sum(t[name].sum(0) for t in tables)) for role, name in (("source", first), ("target", last))}
        rows.append(dict(zip(by, setting)) | score)
    means = pd.DataFrame(rows).groupby(list(by), sort=False, dropna=False).mean().reset_index()
    means["both"] = (means["source"] + means["target"]) / 2
    return means


def tuning_cells() -> list[Cell]:
    """Twelve trials for each method and each schedule, on the exploratory pairs, judged on validation.

    Class-ordered schedules are tried on the four rotations of one order: each class stands once at each place.
    """
    out = []
    for name in [*METHODS, *COMPARED]:
        what = variant(name)
        for value, lr, T in trials(what.method):
            for pair in PAIRS:
                for r in REPLICATES:
                    for order in ROTATIONS if what.ordered else [None]:
                        out.append(Cell(name, pair, r, lr, T, order, value, part="valid"))
    return out


def tuning_report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every trial's mean over the pairs, in % on validation; ``chosen`` marks the best of a variant, of equal ones the first."""
    table = table.assign(pair=table["corpora"].map(lambda names: "-".join(names)))
    trial = ["variant", "value", "lr", "T"]
    scores = pooled(table, [*trial, "pair"]).groupby(trial, sort=False, dropna=False)[["source", "target", "both"]].mean()
    scores = scores.reset_index()
    best = scores.groupby("variant", sort=False)["both"].transform("max")
    scores["chosen"] = (scores["both"] == best) & ~scores.assign(top=scores["both"] == best).duplicated(["variant", "top"])
    knobs = scores["variant"].map(lambda name: variant(name).method.knob or "")
    scores.insert(1, "knob", knobs)
    return {"table": scores.round({"source": 2, "target": 2, "both": 2})}


def chosen() -> dict[str, dict]:
    """The settings that tuning chose: variant -> value, lr, T."""
    table, _ = results.load("tuning")
    best = table[table["chosen"]]
    return {
        row["variant"]: {"value": None if pd.isna(row["value"]) else float(row["value"]), "lr": row["lr"], "T": int(row["T"])}
        for row in best.to_dict("records")
    }


def pairs_cells() -> list[Cell]:
    """Every ordered pair of the corpora in the pack, every method and schedule as tuned; schedules in all 24 class orders."""
    out = []
    for name, setting in chosen().items():
        orders = ORDERS if variant(name).ordered else [None]
        for pair in permutations(CORPORA, 2):
            out += [Cell(name, pair, r, order=order, **setting) for r in REPLICATES for order in orders]
    return out


class Experiment(NamedTuple):
    """A study made of cells: ``cells()`` is its plan, ``report(table)`` its tables, one of them named ``table``."""

    cells: Callable[[], list[Cell]]
    report: Callable[[pd.DataFrame], dict[str, pd.DataFrame]]


EXPERIMENTS = {"tuning": Experiment(tuning_cells, tuning_report), "pairs": Experiment(pairs_cells, pairs.report)}
