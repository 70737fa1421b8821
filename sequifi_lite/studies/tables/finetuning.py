"""The tables of the studies in which the encoder moves, and what was foretold of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from ...evaluation.statistics import interval, with_intervals
from .. import results
from ..grouped import grouped
from ..plans.finetuning import MAIN, READINGS, STRENGTHS_BY_METHOD
from .pairwise import draws_of, settings, stacked
from .verdict import share_draws

BY = ("variant", "value", "depth", "lr", "T")


def table_of(cells: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    """One row for each pair and setting, and the draws that its intervals come from.

    ``both``, ``target`` and ``source`` in % of UAR on all replicates together, ``vs_vanilla`` (at the same
    depth, learning rate and steps) and ``vs_zero``, all with a 95 % interval over speakers or words; ``dS``
    and ``dP``, what source and target gained;
    ``worst``, the target's recall of its worst class; ``last_share``, the share of the predictions that are
    the last class;
    ``sd_replicates``, of ``both`` over replicates; ``distance`` of the weights from the source model.
    """
    every, measured, rows = {}, {}, []
    for pair, setting, runs in settings(cells, BY):
        tables, orders = stacked(runs)
        draws = draws_of(tables)
        if orders is not None:
            draws["last_share"] = share_draws(tables[pair[-1]], orders)
        every[pair, setting], measured[pair, setting] = draws, (tables, runs)
    for (pair, setting), draws in every.items():
        tables, runs = measured[pair, setting]
        vanilla = (pair, ("vanilla", None, *setting[2:]))
        zero = (pair, ("zero-shot", None, "all", *setting[3:]))
        for name, role, other in (
            ("vs_vanilla", "both", vanilla),
            ("vs_zero", "both", zero),
            ("dS", "source", zero),
            ("dP", "target", zero),
        ):
            if other in every:
                draws[name] = draws[role] - every[other][role]
        target = tables[pair[-1]].sum(0)
        recall = np.diagonal(target, axis1=-2, axis2=-1) / target.sum(-1)
        each = [draws_of(stacked(part)[0], 1)["both"][0] for _, part in runs.groupby("replicate")]
        row = {"source_corpus": pair[0], "target_corpus": pair[-1]} | dict(zip(BY, setting))
        shown = ("both", "target", "source", "vs_vanilla", "vs_zero", "dS", "dP", "last_share")
        row |= with_intervals({name: draws[name] for name in shown if name in draws})
        row |= {
            "worst": 100 * recall.min(-1).mean(),
            "sd_replicates": float(np.std(each, ddof=1)),
            "runs": len(runs),
        }
        rows.append(row | {"distance": float(np.mean([distance[-1] for distance in runs["distance"]]))})
    table = pd.DataFrame(rows)
    return table.round({name: 2 for name in table if name not in BY}), every


def rates_report(cells: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {"table": table_of(cells)[0]}


def orders_report(cells: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """`table_of` over all orders together, and, order by order, means over replicates in % and their standard
    deviation.
    """
    rows = []
    words = cells["order"].map(lambda order: " ".join(map(str, order)))
    for (pair, name, lr, order), runs in grouped(
        cells, [cells["corpora"].map(tuple), "variant", "lr", words]
    ):
        each = [draws_of(stacked(part)[0], 1) for _, part in runs.groupby("replicate")]
        row = {"source_corpus": pair[0], "target_corpus": pair[1], "variant": name, "lr": lr, "order": order}
        for role in ("both", "target", "source"):
            values = [draws[role][0] for draws in each]
            row |= {
                role: round(float(np.mean(values)), 2),
                f"{role}_sd": round(float(np.std(values, ddof=1)), 2),
            }
        rows.append(row)
    return {"table": table_of(cells)[0], "orders": pd.DataFrame(rows)}


def finetuned_report(cells: pd.DataFrame) -> dict[str, pd.DataFrame]:
    table, draws = table_of(cells)
    return {"table": table, "curves": curves(cells), "foretold": foretold(draws)}


def curves(cells: pd.DataFrame) -> pd.DataFrame:
    """UAR in % on small fixed subsets of the test parts on the way, means over replicates, by pair, variant
    and order.
    """
    rows = []
    plain = cells.loc[cells["variant"].isin(["vanilla", "vanilla-balanced", *READINGS])]
    words = plain["order"].map(lambda order: "" if order is None else " ".join(map(str, order)))
    for (pair, name, lr, order), runs in grouped(
        plain, [plain["corpora"].map(tuple), "variant", "lr", words]
    ):
        steps = runs["steps"].iloc[0]
        values = (
            np.mean([row.reshape(len(pair), -1) for row in runs["curve"] if len(row)], axis=0)
            if len(runs["curve"].iloc[0])
            else []
        )
        for corpus, line in zip(pair, values):
            where = {
                "source_corpus": pair[0],
                "target_corpus": pair[1],
                "variant": name,
                "lr": lr,
                "order": order,
                "corpus": corpus,
            }
            rows += [
                where | {"step": int(step), "uar": round(float(value), 2)} for step, value in zip(steps, line)
            ]
    return pd.DataFrame(rows)


#: E3, written down before E2 was run: what chapters 22 to 28 found on frozen embeddings, as statements about
#: a moving encoder. key: (statement, score, variant, compared with, lower limit, upper limit), all in points
#: of UAR.
FORETOLD = {
    "E3.1": (
        "vanilla loses less than three points of the source",
        "source",
        "vanilla",
        "zero-shot",
        -3.0,
        np.inf,
    ),
    "E3.2": (
        "the canonical pass is behind class-balanced vanilla",
        "both",
        "sequifi-canonical",
        "vanilla-balanced",
        -np.inf,
        -1.0,
    ),
    "E3.3": ("the canonical pass keeps the source", "source", "sequifi-canonical", "zero-shot", -3.0, np.inf),
    "E3.4": (
        "five cycles are better than one pass",
        "both",
        "sequifi-cyclic-5",
        "sequifi-canonical",
        1.0,
        np.inf,
    ),
    "E3.5": (
        "classes that stay are better than five cycles",
        "both",
        "sequifi-cumulative",
        "sequifi-cyclic-5",
        1.0,
        np.inf,
    ),
    "E3.6": (
        "focus is within three points of balanced vanilla",
        "both",
        "sequifi-focus",
        "vanilla-balanced",
        -3.0,
        3.0,
    ),
    "E3.7": ("replay is no worse than vanilla", "both", "er", "vanilla", -1.0, np.inf),
    "E3.8": ("distillation ends within three points of vanilla", "both", "lwf", "vanilla", -3.0, 3.0),
    "E3.9": ("EWC ends within three points of vanilla", "both", "ewc", "vanilla", -3.0, 3.0),
}


def foretold(draws: dict) -> pd.DataFrame:
    """Each statement of `FORETOLD` with what was measured on one pair, and the rank correlation, E3.10.

    A method with several values of its strength is read at the first, interpolation at its second. All of the
    interval between the limits: held; all of it outside: failed; else open. A method that was not run has no
    line. E3.10: Spearman's correlation, over variants, of ``both`` here with ``both`` on frozen embeddings
    (study ``pairs``, the same pair, as tuned there); held if the interval is above 0.5.
    """
    names = ["zero-shot", "vanilla", "vanilla-balanced", *READINGS, "er", "lwf", "interpolation"]
    (pair,) = {where for where, _ in draws}
    at_main = {setting[:2]: values for (_, setting), values in draws.items() if setting[3] == MAIN}
    first, rows = {}, []
    for name in [*names, "ewc"]:
        strength = STRENGTHS_BY_METHOD.get(name, (None,))[name == "interpolation"]
        if (name, strength) in at_main:
            first[name] = at_main[name, strength]
    for key, (text, score, name, other, low, high) in FORETOLD.items():
        if name in first:
            rows.append(_answer(key, text, first[name][score] - first[other][score], low, high))
    table, _ = results.load("pairs")
    on = (table["source_corpus"] == pair[0]) & (table["target_corpus"] == pair[1])
    frozen = table.loc[on].set_index("variant").loc[names, "both"]
    here = np.stack([first[name]["both"] for name in names])
    ranks = np.array([spearmanr(frozen, here[:, i])[0] for i in range(here.shape[1])])
    rows.append(
        _answer(
            "E3.10", "the ranking of the variants is the same: Spearman's correlation", ranks, 0.5, np.inf
        )
    )
    return pd.DataFrame(rows)


def _answer(key: str, text: str, values: np.ndarray, low: float, high: float) -> dict:
    least, most = interval(values)
    inside, outside = least >= low and most <= high, most < low or least > high
    outcome = "held" if inside else "failed" if outside else "open"
    numbers = {
        "value": round(float(values[0]), 2),
        "low": round(float(least), 2),
        "high": round(float(most), 2),
    }
    return {"id": key, "statement": text, "limit_low": low, "limit_high": high, **numbers, "outcome": outcome}
