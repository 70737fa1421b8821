"""The tables of the pairs study: every variant on every ordered pair of corpora, with intervals, and the means over pairs.

Draw i of every row resamples the same speakers of a corpus, wherever the corpus stands and whatever was trained. So differences
between variants are paired, and a mean over pairs knows that its pairs share speakers.
"""

from __future__ import annotations

import zlib

import numpy as np
import pandas as pd

from .cells import tables_of
from .metrics import last_class_share, macro_f1, uar
from .statistics import bootstrap_uar, interval
from .tuning import PAIRS
from .variants import variant

DRAWS = 2000
#: What every variant is compared with: the fair twin, vanilla at its own best, and doing nothing.
AGAINST = {"vs_twin": "vanilla-balanced", "vs_vanilla": "vanilla", "vs_zero": "zero-shot"}
SCORES = ("both", "target", "source")


def stacked(cells: pd.DataFrame) -> tuple[dict[str, np.ndarray], np.ndarray | None]:
    """Confusion matrices of a setting by corpus, (G, orders, K, K), groups of all replicates one behind the other; and orders."""
    ordered = cells["order"].notna().all()
    cells = cells.assign(_order=cells["order"].map(lambda order: tuple(order) if ordered else ()))
    orders = sorted(set(cells["_order"]))
    out: dict[str, list] = {}
    for _, replicate in cells.groupby("replicate"):
        rows = replicate.set_index("_order").loc[orders].to_dict("records")
        found = [tables_of(row) for row in rows]
        for name in found[0]:
            out.setdefault(name, []).append(np.stack([tables[name] for tables in found], 1))
    return {name: np.concatenate(parts) for name, parts in out.items()}, np.array(orders) if ordered else None


def draws_of(tables: dict[str, np.ndarray], draws: int = DRAWS) -> dict[str, np.ndarray]:
    """Bootstrap draws in % of source, target and their mean; one seed for each corpus."""
    source, target = (100 * bootstrap_uar([table], draws, seed=zlib.crc32(name.encode())) for name, table in tables.items())
    return {"both": (source + target) / 2, "target": target, "source": source}


def report(cells: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Two tables.

    Returns
    -------
    dict of DataFrame
        ``table``: one row for each pair and variant: ``both``, ``target`` and ``source`` in % of UAR, each with a 95 % interval
        over speakers; ``vs_twin``, ``vs_vanilla`` and ``vs_zero``, the difference in ``both``, with intervals; ``f1`` (macro, of
        the target), ``worst`` (target's recall of its worst class), and for class-ordered variants ``last_share``, ``sd_orders``,
        ``order_low`` and ``order_high`` (least and greatest target UAR of an order).

        ``means``: one row per variant, over pairs not used for tuning: the same scores and differences, and ``iqm``,
        the interquartile mean of ``both`` over these pairs, with intervals.
    """
    cells = cells.assign(pair=cells["corpora"].map(lambda names: tuple(names)))
    rows, kept = [], {}
    for (pair, name), found in cells.groupby(["pair", "variant"], sort=False):
        tables, orders = stacked(found)
        kept[pair, name] = draws_of(tables)
        target = tables[pair[1]].sum(0)  # (orders, K, K)
        recall = np.diagonal(target, axis1=-2, axis2=-1) / target.sum(-1)
        row = {"f1": 100 * macro_f1(target).mean(), "worst": 100 * recall.min(-1).mean(), "runs": len(found)}
        if orders is not None:
            each = 100 * uar(target)
            row |= {"last_share": 100 * last_class_share(target, orders).mean(), "sd_orders": each.std(ddof=1)}
            row |= {"order_low": each.min(), "order_high": each.max()}
        rows.append({"source_corpus": pair[0], "target_corpus": pair[1], "exploratory": pair in PAIRS, "variant": name} | row)
    for row in rows:
        pair = row["source_corpus"], row["target_corpus"]
        row |= _with_intervals(kept[pair, row["variant"]] | _differences(kept, pair, row["variant"]))
    return {"table": pd.DataFrame(rows).round(2), "means": _means(kept).round(2)}


def _differences(kept: dict, pair: tuple, name: str) -> dict[str, np.ndarray]:
    return {
        what: kept[pair, name]["both"] - kept[pair, other]["both"] for what, other in AGAINST.items() if (pair, other) in kept
    }


def _with_intervals(draws: dict[str, np.ndarray]) -> dict[str, float]:
    out = {}
    for name, values in draws.items():
        out |= dict(zip((name, f"{name}_low", f"{name}_high"), (values[0], *interval(values))))
    return out


def interquartile_mean(values: np.ndarray) -> np.ndarray:
    """Mean of the middle half along the first axis; the values at its edges count in part (Agarwal et al. 2021, 2108.13264)."""
    n = len(values)
    weights = np.clip(np.minimum(np.arange(1, n + 1), 0.75 * n) - np.maximum(np.arange(n), 0.25 * n), 0, None)
    return (np.sort(values, axis=0) * (weights / weights.sum())[:, None]).sum(0)


def _means(kept: dict) -> pd.DataFrame:
    pairs = list(dict.fromkeys(pair for pair, _ in kept if pair not in PAIRS))
    rows = []
    for name in dict.fromkeys(name for _, name in kept):
        mine = [kept[pair, name] | _differences(kept, pair, name) for pair in pairs if (pair, name) in kept]
        if len(mine) < len(pairs) or not mine:
            continue
        values = {key: np.mean([draws[key] for draws in mine], axis=0) for key in mine[0]}
        values["iqm"] = interquartile_mean(np.stack([draws["both"] for draws in mine]))
        rows.append({"variant": name, "ordered": variant(name).ordered, "pairs": len(pairs)} | _with_intervals(values))
    return pd.DataFrame(rows)
