"""The study ``confused-orders``: does it help to order the emotions by what the source model confuses?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from ...evaluation.metrics import confusion
from ...evaluation.over_corpora import jackknife
from ...evaluation.statistics import with_intervals
from ..grouped import grouped
from ..tables.pairwise import draws_of, stacked
from ..tables.verdict import cells_of
from ..training_run import begin, by_cell
from ..tuning import EXPLORATORY_PAIRS
from .crossed import COMPARED

ORDERED = [name for name in COMPARED if name not in ("vanilla-balanced", "sequifi-newhead")]


def by_recall(counts: np.ndarray) -> list[int]:
    """Put the class first that is least often recognised; of equals, the one with the smaller number.

    Parameters
    ----------
    counts : ndarray (K, K), true by predicted
    """
    return np.argsort(np.diagonal(counts) / counts.sum(1), kind="stable").tolist()


def by_confusion(counts: np.ndarray, most: bool = True) -> list[int]:
    """Begin with the class least often recognised; next comes what is most (or least) confused with the last.

    Parameters
    ----------
    counts : ndarray (K, K), true by predicted
        How far two classes are confused is the mean of both shares that are taken for the other.
    """
    shares = counts / counts.sum(1, keepdims=True)
    confused = (shares + shares.T) / 2 * (1 if most else -1)
    order = by_recall(counts)[:1]
    while len(order) < len(counts):
        order.append(max(set(range(len(counts))) - {*order}, key=lambda k: (confused[order[-1], k], -k)))
    return order


#: Rules that know the source model's confusions on the training part of the target, and no test clip.
RULES = {
    "least known first": by_recall,
    "best known first": lambda counts: by_recall(counts)[::-1],
    "confused next to each other": by_confusion,
    "confused far apart": lambda counts: by_confusion(counts, most=False),
}
HINDSIGHT = "best by test"


def study(progress=lambda text: None) -> pd.DataFrame:
    """Read from the cells of ``pairs`` how orders fare that a rule chooses, against the mean of all orders.

    Nothing is trained but the source models. Draw i resamples the same speakers of a corpus in every entry.

    Returns
    -------
    DataFrame
        One row per class-ordered variant and rule, a mean over all but the exploratory pairs: ``both``,
        ``target`` and ``source`` in % of UAR, and ``vs_orders``, the difference in ``both`` to the mean over
        all 24 orders, with 95 % intervals over speakers; ``vs_orders_corpora_low`` and ``_high`` over
        corpora; on how ``many`` pairs, and on how many of them it is ``above``. The rule ``best by test``
        takes each pair's best order in hindsight: no rule can do better.
    """
    progress("orders chosen by the source model's confusions")
    cells = cells_of("pairs")
    cells = cells[cells["variant"].isin(ORDERED)].assign(_corpora=lambda table: table["corpora"].map(tuple))
    counts: dict[tuple, np.ndarray] = {}
    draws: dict[tuple[str, str], dict[tuple, dict]] = {}
    for (pair, name), runs in grouped(cells, ["_corpora", "variant"]):
        if pair in EXPLORATORY_PAIRS:
            continue
        every = draws_of(stacked(runs)[0])
        for rule, taken in _taken(pair, runs, counts):
            got = draws_of(stacked(taken.assign(order=None))[0])
            got["vs_orders"] = got["both"] - every["both"]
            draws.setdefault((name, rule), {})[pair] = got
    rows = [_row(name, rule, by_pair) for (name, rule), by_pair in draws.items()]
    return pd.DataFrame(rows).round(2)


def _row(name: str, rule: str, by_pair: dict[tuple, dict]) -> dict:
    gains: dict[Sequence[str], float] = {pair: float(got["vs_orders"][0]) for pair, got in by_pair.items()}
    means = {
        score: np.mean([got[score] for got in by_pair.values()], 0) for score in next(iter(by_pair.values()))
    }
    row = {"variant": name, "rule": rule, "many": len(gains), "above": sum(v > 0 for v in gains.values())}
    row |= with_intervals(means)
    return row | dict(zip(("vs_orders_corpora_low", "vs_orders_corpora_high"), jackknife(gains)))


def _taken(pair: tuple, runs: pd.DataFrame, counts: dict) -> Iterator[tuple[str, pd.DataFrame]]:
    """Of each replicate the cell in the order that a rule chooses."""
    orders = runs["order"].map(tuple)
    for rule, order_of in RULES.items():
        chosen = {r: tuple(order_of(_known(runs, pair, r, counts))) for r in sorted(set(runs["replicate"]))}
        here = np.array([order == chosen[r] for order, r in zip(orders, runs["replicate"])])
        yield rule, runs.loc[here]
    score = {
        order: draws_of(stacked(group)[0], draws=1)["both"][0]
        for (order,), group in grouped(runs.assign(_order=orders), ["_order"])
    }
    best = max(score, key=lambda order: score[order])
    yield HINDSIGHT, runs.loc[(orders == best).to_numpy()]


def _known(runs: pd.DataFrame, pair: tuple, replicate: int, counts: dict) -> np.ndarray:
    """Count what the source model says on the training part of the target: (K, K)."""
    if (pair, replicate) not in counts:
        cell = next(cell for cell in by_cell(runs.head(1000)) if cell.replicate == replicate)
        problem, source_model = begin(cell)
        rows = problem.parts[pair[-1]].train
        said = source_model.predict(problem.X[rows]).numpy()
        counts[pair, replicate] = confusion(problem.labels[rows], said, len(problem.emotions))[0]
    return counts[pair, replicate]
