"""The tables of the orders study.

How much the class order decides, how much chance, and which order is the better one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from ...errors import SequifiError
from ...evaluation.metrics import last_class_share, recalls, uar
from ..grouped import grouped
from ..outcome import tables_of


def components(scores: np.ndarray) -> dict[str, float]:
    """Standard deviations of a table (orders, seeds) of scores.

    Two-way random effects, one observation a cell.

    ``sd_orders`` and ``sd_seeds`` are the square roots of the variance components, (MS - MS_rest) over the
    number of the other factor's levels, 0 where that is negative; ``sd_rest`` is what neither explains
    (Searle, Casella & McCulloch 1992, chapter 4).

    Raises
    ------
    SequifiError
        If there are not at least two orders and two seeds: with one, its noise cannot be told from its
        effect.
    """
    if scores.ndim != 2 or min(scores.shape) < 2:
        raise SequifiError(
            f"Scores of shape {scores.shape} have no variance to take apart; give at least 2 orders by 2"
            " seeds."
        )
    O, S = scores.shape
    rows, columns, mean = scores.mean(1), scores.mean(0), scores.mean()
    rest = scores - rows[:, None] - columns + mean
    ms_rest = (rest**2).sum() / ((O - 1) * (S - 1))
    ms = S * ((rows - mean) ** 2).sum() / (O - 1), O * ((columns - mean) ** 2).sum() / (S - 1)
    return {
        "sd_orders": float(np.sqrt(max(ms[0] - ms_rest, 0) / S)),
        "sd_seeds": float(np.sqrt(max(ms[1] - ms_rest, 0) / O)),
        "sd_rest": float(np.sqrt(ms_rest)),
    }


def explained(values: np.ndarray, groups: np.ndarray) -> float:
    """Share of the variance of values (n,) that the means of groups explain: eta squared, in %."""
    means = pd.Series(values).groupby(groups).transform("mean").to_numpy()
    return 100 * float(((means - values.mean()) ** 2).sum() / ((values - values.mean()) ** 2).sum())


def report(cells: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Three tables, of predictions pooled over folds.

    Returns
    -------
    dict of DataFrame
        ``table``: one row per pair and setting: mean target UAR, the standard deviations of `components` in
        points, least and greatest mean over seeds of an order, ``by_last`` and ``by_first`` (share of the
        variance between orders that the last or first class explains, in %), ``position_recall`` (mean over
        classes of Spearman's correlation between a class's place in the order and its recall), ``last_share``
        (share of predictions equal to the last class, in %).

        ``orders``: every pair, setting and order: target, source and the recall of every class, means over
        seeds, in %.

        ``curves``: UAR on the small subsets over steps, means over folds and seeds.
    """
    cells = cells.assign(pair=cells["corpora"].map(tuple), order=cells["order"].map(tuple))
    rows, every, curves = [], [], []
    for (pair, lr, T), runs in grouped(cells, ["pair", "lr", "T"]):
        setting = {"source_corpus": pair[0], "target_corpus": pair[1], "lr": lr, "T": T}
        emotions, orders = list(runs["emotions"].iloc[0]), sorted(set(runs["order"]))
        counts = _counts(runs, pair, orders)
        rows.append(setting | _summary(counts[pair[1]], np.array(orders)))
        target, source = ((100 * uar(counts[name])).mean(1) for name in pair[::-1])
        recall = (100 * recalls(counts[pair[1]])).mean(1)
        for o, order in enumerate(orders):
            keys = setting | {"order": ">".join(emotions[k] for k in order)}
            every.append(keys | {"target": target[o], "source": source[o]} | dict(zip(emotions, recall[o])))
            curves += [keys | point for point in _path(runs.loc[runs["order"] == order])]
    tables = {"table": pd.DataFrame(rows), "orders": pd.DataFrame(every), "curves": pd.DataFrame(curves)}
    return {name: table.round({c: 2 for c in table if c != "lr"}) for name, table in tables.items()}


def _counts(runs: pd.DataFrame, pair: tuple[str, ...], orders: list[tuple]) -> dict[str, np.ndarray]:
    """Confusion matrices of each corpus, pooled over folds: (orders, seeds, K, K)."""
    K, seeds = len(runs["emotions"].iloc[0]), sorted(set(runs["seed"]))
    counts = {name: np.zeros((len(orders), len(seeds), K, K)) for name in pair}
    for row in runs.to_dict("records"):
        for name, table in tables_of(row).items():
            counts[name][orders.index(row["order"]), seeds.index(row["seed"])] += table.sum(0)
    return counts


def _summary(counts: np.ndarray, orders: np.ndarray) -> dict[str, float]:
    """What ``table`` says of a setting, from the target's confusions."""
    target, recall = 100 * uar(counts), 100 * recalls(counts)  # (O, S), (O, S, K)
    mean, places = target.mean(1), np.argsort(orders, axis=1)  # place of every class in every order
    seeds = target.shape[1]
    flat, K = recall.reshape(-1, recall.shape[2]), recall.shape[2]
    correlations = np.array([spearmanr(np.repeat(places[:, k], seeds), flat[:, k])[0] for k in range(K)])
    return {
        "target": target.mean(),
        **components(target),
        "order_low": mean.min(),
        "order_high": mean.max(),
        "by_last": explained(mean, orders[:, -1]),
        "by_first": explained(mean, orders[:, 0]),
        "position_recall": float(correlations.mean()),
        "last_share": 100 * last_class_share(counts.sum(1), orders).mean(),
    }


def _path(runs: pd.DataFrame) -> list[dict]:
    """UAR of both corpora over the steps of an order, means over folds and seeds."""
    paths = np.mean(np.stack(runs["curve"].tolist()), axis=0).reshape(2, -1)
    return [
        {"step": int(step), "source": a, "target": b} for step, a, b in zip(runs["steps"].iloc[0], *paths)
    ]
