"""The tables of studies of pairs.

Every setting on every ordered pair of corpora, with intervals, and the means over pairs.

Draw i of every row resamples the same speakers of a corpus, wherever the corpus stands and whatever was
trained. So differences between settings are paired, and a mean over pairs knows that its pairs share
speakers.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from ...evaluation.metrics import accuracy, last_class_share, macro_f1, uar
from ...evaluation.over_corpora import jackknife
from ...evaluation.statistics import (
    bootstrap_uar,
    holm,
    interquartile_mean,
    interval,
    p_value,
    with_intervals,
)
from ..grouped import grouped
from ..outcome import tables_of
from ..tuning import EXPLORATORY_PAIRS
from ..variants import HEADS, variant

DRAWS = 2000
FINE = 20_000  # where p values are corrected for the number of rows: 2,000 draws know none small enough
SCORES = ("both", "target", "source")
TARGET_SCORES = ("accuracy", "f1")


def finely(cells: pd.DataFrame, by: Sequence[str] = ("variant",)) -> dict[str, pd.DataFrame]:
    """Make the tables of `report` from as many draws as corrected p values need."""
    return report(cells, by, FINE)


def control(name: str) -> str:
    """The control of a variant: class-balanced vanilla from the same beginning."""
    word = HEADS[variant(name).head]
    return f"vanilla-balanced-{word}" if word else "vanilla-balanced"


#: What every variant is compared with: its control, vanilla, and doing nothing.
AGAINST = {"vs_twin": control, "vs_vanilla": lambda name: "vanilla", "vs_zero": lambda name: "zero-shot"}


def stacked(cells: pd.DataFrame) -> tuple[dict[str, np.ndarray], np.ndarray | None]:
    """Confusion matrices of a setting by corpus, (G, orders, K, K), groups of all replicates one behind the
    other; and orders.
    """
    ordered = bool(cells["order"].notna().all())
    read = ("replicate", "order", "emotions", "groups", "confusions")
    rows = [dict(zip(read, values)) for values in zip(*(cells[name].tolist() for name in read))]
    where = [(row["replicate"], tuple(row["order"]) if ordered else ()) for row in rows]
    orders = sorted({order for _, order in where})
    out: dict[str, list] = {}
    for replicate in sorted({replicate for replicate, _ in where}):
        each = [[row for row, at in zip(rows, where) if at == (replicate, order)] for order in orders]
        by_order = [tables_of(row) for found in each for row in found]
        for name in by_order[0]:
            out.setdefault(name, []).append(np.stack([tables[name] for tables in by_order], 1))
    return {name: np.concatenate(parts) for name, parts in out.items()}, np.array(orders) if ordered else None


def draws_of(tables: dict[str, np.ndarray], draws: int = DRAWS) -> dict[str, np.ndarray]:
    """Bootstrap draws in % of the last corpus, of the first, and of the mean over all.

    One seed for each corpus.
    """
    each = [
        100 * bootstrap_uar([table], draws, seed=zlib.crc32(name.encode())) for name, table in tables.items()
    ]
    return {"both": np.mean(each, axis=0), "target": each[-1], "source": each[0]}


def report(
    cells: pd.DataFrame, by: Sequence[str] = ("variant",), draws: int = DRAWS
) -> dict[str, pd.DataFrame]:
    """Two tables.

    Parameters
    ----------
    by : columns that tell settings apart, ``variant`` first
        Comparisons are with the other variant at the same other settings.
    draws : int, of resampled speakers

    Returns
    -------
    dict of DataFrame
        ``table``: one row for each pair and setting: ``both``, ``target`` and ``source`` in % of UAR, each
        with a 95 % interval over speakers; ``vs_twin``, ``vs_vanilla`` and ``vs_zero``, the difference in
        ``both``, with intervals; ``f1`` (macro, of the target), ``accuracy`` (of the target), ``worst``
        (target's recall of its worst class), ``anytime`` (mean over the training of both corpora's UAR on
        small subsets), ``loss`` (mean training loss before the ends of stages), ``distance`` (of the weights
        from the source model's), and for class-ordered variants ``last_share``, ``sd_orders``, ``order_low``
        and ``order_high`` (least and greatest target UAR of an order).

        ``means``: one row per setting, over pairs not used for tuning: the same scores and differences;
        ``vs_twin_90_low`` and
        ``_high``, for tests of equivalence; ``vs_vanilla_corpora_low`` and ``_high``, the interval of
        ``vs_vanilla`` over corpora, and ``vs_vanilla_least`` and ``_most``, its range over pairs;
        ``accuracy`` and ``f1`` of the target; ``iqm``, the interquartile mean of ``both`` over these pairs;
        ``wins``, on how many of them in % it is above vanilla, with intervals; ``p_vanilla``, the two-sided
        bootstrap p of ``vs_vanilla``, and
        ``holm``, the same after Holm's correction over all settings.
    """
    rows, scores, targets = [], {}, {}
    for pair, setting, runs in settings(cells, by):
        tables, orders = stacked(runs)
        scores[pair, setting] = draws_of(tables, draws)
        target = tables[pair[-1]].sum(0)  # (orders, K, K)
        recall = np.diagonal(target, axis1=-2, axis2=-1) / target.sum(-1)
        row = {"f1": 100 * macro_f1(target).mean(), "accuracy": 100 * accuracy(target).mean()}
        targets[pair, setting] = row
        row |= {"worst": 100 * recall.min(-1).mean(), **_on_the_way(runs), "runs": len(runs)}
        if orders is not None:
            each = 100 * uar(target)
            row |= {
                "last_share": 100 * last_class_share(target, orders).mean(),
                "sd_orders": each.std(ddof=1),
            }
            row |= {"order_low": each.min(), "order_high": each.max()}
        rows.append(
            {"source_corpus": pair[0], "target_corpus": pair[-1], "exploratory": pair in EXPLORATORY_PAIRS}
            | dict(zip(by, setting))
            | row
        )
        rows[-1]["_key"] = pair, setting
    for row in rows:
        pair, setting = row.pop("_key")
        row |= with_intervals(scores[pair, setting] | _differences(scores, pair, setting))
    means = _means(scores, by, targets)
    return {"table": _rounded(pd.DataFrame(rows), by), "means": _rounded(means, by)}


def settings(cells: pd.DataFrame, by: Sequence[str]) -> Iterator[tuple[tuple, tuple, pd.DataFrame]]:
    """The cells of every chain and setting: (corpora, values of `by` with None for what is absent, rows)."""
    cells = cells.assign(_corpora=cells["corpora"].map(tuple))
    for column in by:
        cells[column] = [_plain(value) for value in cells[column]]
    for key, runs in grouped(cells, ["_corpora", *by], dropna=False):
        yield key[0], tuple(None if pd.isna(value) else value for value in key[1:]), runs


def _plain(value):
    """A list as text: what a table can hold and a group can be named by."""
    return "-".join(map(str, value)) if isinstance(value, (list, tuple, np.ndarray)) else value


def _rounded(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    return table.round(
        {name: 4 if name in ("loss", "p_vanilla", "holm") else 2 for name in table if name not in by}
    )


def _on_the_way(runs: pd.DataFrame) -> dict[str, float]:
    """Means over a setting's runs of what was noted during training."""
    if "curve" not in runs or not len(runs["curve"].iloc[0]):
        return {}
    return {
        "anytime": float(np.mean([np.mean(curve) for curve in runs["curve"]])),
        "loss": float(np.mean([loss_reached(row) for row in runs.filter(LOSS).to_dict("records")])),
        "distance": float(np.mean([distance[-1] for distance in runs["distance"]])),
    }


#: What `loss_reached` reads of a run.
LOSS = ("variant", "emotions", "steps", "loss")


def loss_reached(row: dict) -> float:
    """Mean over a run's stages of the training loss just before the stage was over (of the last corpus)."""
    trained, loss, steps = variant(row["variant"]), row["loss"], row["steps"]
    if trained.schedule.get("epochs"):  # stages of unequal length: the end of the last one alone
        return loss[-1]
    cycles = trained.schedule.get("random") or trained.schedule.get("cycles", 1)
    stages = len(row["emotions"]) * cycles if trained.ordered else 1
    ends = np.cumsum(np.bincount(np.arange(steps[-1]) % stages))
    return np.mean(loss[np.isin(steps, ends)])


def _differences(scores: dict, pair: tuple, setting: tuple) -> dict[str, np.ndarray]:
    out = {}
    for name, other in AGAINST.items():
        if (key := (pair, (other(setting[0]), *setting[1:]))) in scores:
            out[name] = scores[pair, setting]["both"] - scores[key]["both"]
    return out


def _between_pairs(differences: dict[Sequence[str], float]) -> dict[str, float]:
    """Say how far the pairs lie apart: the interval over corpora, and the range."""
    out = {"vs_vanilla_least": min(differences.values()), "vs_vanilla_most": max(differences.values())}
    corpora = {corpus for pair in differences for corpus in pair}
    if all(any(corpus not in pair for pair in differences) for corpus in corpora):
        out |= dict(zip(("vs_vanilla_corpora_low", "vs_vanilla_corpora_high"), jackknife(differences)))
    return out


def _means(scores: dict, by: Sequence[str], targets: dict) -> pd.DataFrame:
    pairs = list(dict.fromkeys(pair for pair, _ in scores if pair not in EXPLORATORY_PAIRS))
    rows = []
    for setting in dict.fromkeys(setting for _, setting in scores):
        by_pair = [
            scores[pair, setting] | _differences(scores, pair, setting)
            for pair in pairs
            if (pair, setting) in scores
        ]
        if len(by_pair) < len(pairs) or not by_pair:
            continue
        values = {key: np.mean([draws[key] for draws in by_pair], axis=0) for key in by_pair[0]}
        values["iqm"] = interquartile_mean(np.stack([draws["both"] for draws in by_pair]))
        row = dict(zip(by, setting)) | {"ordered": variant(setting[0]).ordered, "pairs": len(pairs)}
        if "vs_vanilla" in values:
            values["wins"] = 100 * np.mean([draws["vs_vanilla"] > 0 for draws in by_pair], axis=0)
            if setting[0] != "vanilla":
                row["p_vanilla"] = p_value(values["vs_vanilla"])
                row |= _between_pairs({pair: draws["vs_vanilla"][0] for pair, draws in zip(pairs, by_pair)})
        row |= with_intervals(values)
        row |= {name: np.mean([targets[pair, setting][name] for pair in pairs]) for name in TARGET_SCORES}
        if "vs_twin" in values:
            row["vs_twin_90_low"], row["vs_twin_90_high"] = interval(values["vs_twin"], 0.9)
        rows.append(row)
    table = pd.DataFrame(rows)
    if "p_vanilla" in table:
        table["holm"] = holm(table["p_vanilla"].to_numpy(dtype=float))
    return table
