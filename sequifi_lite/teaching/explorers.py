"""Two figures for readers to work in: class orders to drag, and frontiers to filter.

Each is one piece of HTML that holds its numbers, styles and script, so that it runs in a static page, in
Jupyter and in Colab, fetches nothing, and stands on a page as often as one likes. Colours are Okabe and
Ito's; dashes and markers say the same in grey.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..data.corpora import CORPORA
from ..errors import SequifiError
from ..studies.grouped import grouped
from .assets import asset

SETTING = ["source_corpus", "target_corpus", "lr", "T"]
REFERENCES = ("zero-shot", "joint")
ENDS = ("target_low", "target_high", "source_low", "source_high")


def _page(name: str, data):
    """Put the script `name` and its data into the explorers' page.

    Whatever a table says is shown as text (`textContent`) or as an attribute, never as markup.
    """
    from IPython.display import HTML

    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    for mark in "<>&":  # so that no word of a table can end the script
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    page = asset("explorer.html").replace("STYLE", asset("explorer.css"))
    script = f"{asset('explorer.js')}\n{asset(name)}"
    return HTML(page.replace("SCRIPT", script).replace("DATA", text, 1))


def _check(table: pd.DataFrame, name: str, columns: Sequence[str], numbers: Sequence[str]) -> None:
    """Refuse a table that lacks columns, rows or, in columns of numbers, numbers."""
    if missing := [column for column in columns if column not in table]:
        raise SequifiError(
            f"The table {name} lacks {', '.join(missing)}; give it the columns {', '.join(columns)}."
        )
    if table.empty:
        raise SequifiError(f"The table {name} is empty; give it rows with {', '.join(columns)}.")
    for column in numbers:
        if not np.isfinite(np.asarray(pd.to_numeric(table[column], errors="coerce"), dtype=float)).all():
            where = f"The column {column} of the table {name}"
            raise SequifiError(f"{where} has values that are no numbers; fill or drop these rows.")


def _tenths(values) -> list:
    """Round to tenths, as plain numbers."""
    return np.asarray(values, dtype=float).round(1).tolist()


def _check_orders(orders: pd.DataFrame, curves: pd.DataFrame) -> list[str]:
    """Refuse tables that do not fit together; return the words of an order, as the columns of `orders` go."""
    scores = ["target", "source"]
    _check(orders, "orders", [*SETTING, "order", *scores], ["lr", "T", *scores])
    first = str(orders["order"].iloc[0]).split(">")
    _check(orders, "orders", [*SETTING, "order", *scores, *first], first)
    _check(curves, "curves", [*SETTING, "order", "step", *scores], ["lr", "T", "step", *scores])
    if odd := [order for order in orders["order"] if sorted(str(order).split(">")) != sorted(set(first))]:
        words = ", ".join(first)
        raise SequifiError(
            f"The table orders has {odd[0]!r}, no order of the words {words}; use each of them once."
        )
    columns = [*SETTING, "order"]
    for name, table, keys in (("orders", orders, columns), ("curves", curves, [*columns, "step"])):
        if table.duplicated(keys).any():
            raise SequifiError(
                f"The table {name} has several rows for one {', '.join(keys)}; take their mean first."
            )
    return [column for column in orders.columns if column in first]


def _titled(corpus) -> str:
    """Give a corpus's own name, as readers know it; what is no corpus of the book keeps the name it has."""
    return CORPORA[corpus].TITLE if corpus in CORPORA else str(corpus)


def _setting(key: tuple, rows: pd.DataFrame, path: pd.DataFrame | None, words: list[str]) -> dict:
    """Write down one setting for the script: its rows of the table orders, and their curves."""
    where = f"{key[0]} to {key[1]}, lr {key[2]:g}, T {key[3]:g}"
    if path is None:
        raise SequifiError(
            f"The table curves has no rows for {where}; give it the settings of the table orders."
        )
    lines = [
        path.pivot(index="order", columns="step", values=score).reindex(rows["order"])
        for score in ("source", "target")
    ]
    if lines[0].isna().any(axis=None):
        problem = f"The table curves has not the same steps for every order of {where}"
        raise SequifiError(f"{problem}; give it one row per order and step.")
    ranks = rows["target"].rank(ascending=False, method="min").astype(int).tolist()
    target, source, recalls, *curves = map(_tenths, (rows["target"], rows["source"], rows[words], *lines))
    keys = [",".join(str(words.index(word)) for word in order.split(">")) for order in rows["order"]]
    T = int(key[3])
    return {
        "source": _titled(key[0]),
        "target": _titled(key[1]),
        "lr": f"{key[2]:g}",
        "T": T,
        "ends": np.bincount(np.arange(T) % len(words), minlength=len(words)).cumsum().tolist(),
        "steps": lines[0].columns.tolist(),
        "orders": dict(zip(keys, zip(target, source, ranks, recalls, *curves))),
    }


def order_explorer(orders: pd.DataFrame, curves: pd.DataFrame, pair: tuple[str, str] | None = None):
    """Drag the classes into an order and see how it is learnt: curves, final UAR, recall of each class, rank.

    Parameters
    ----------
    orders : DataFrame
        One row per setting and order: ``source_corpus``, ``target_corpus``, ``lr``, ``T`` (steps), ``order``
        (words joined by ``>``), final UAR ``target`` and ``source`` (%), and a column with the recall on the
        target (%) named after each word.
    curves : DataFrame
        UAR over steps: the same first five columns, ``step``, ``source`` and ``target`` (%).
    pair : (source, target), optional
        Corpora to begin with; the first of `orders` unless given.

    Returns
    -------
    IPython.display.HTML
        Self-contained; numbers rounded to one decimal. Ranks are by target UAR as it stands in `orders`, ties
        share the better one. Stages are the canonical ones: T steps cut into K equal stages.

    Raises
    ------
    SequifiError
        If a table is empty or lacks columns or numbers, if the orders are not of the same words, if an order
        has several rows or no whole curve, or if `pair` is not there.
    """
    words, paths = _check_orders(orders, curves), dict(list(curves.groupby(SETTING)))
    settings = list(grouped(orders, SETTING))
    pairs: list[tuple[str, ...]] = [(str(key[0]), str(key[1])) for key, _ in settings]
    if pair is not None and tuple(pair) not in pairs:
        there = "; ".join(sorted({" to ".join(one) for one in pairs}))
        raise SequifiError(f"The table orders has no pair {' to '.join(pair)}; choose one of: {there}.")
    sets = [_setting(key, rows, paths.get(key), words) for key, rows in settings]
    start = 0 if pair is None else pairs.index(tuple(pair))
    return _page("order_explorer.js", {"words": words, "start": start, "sets": sets})


def frontier_explorer(points: pd.DataFrame, shown: Sequence[str] | None = None):
    """Show source against target of many variants: tick them, ask what is left if the source keeps a score.

    Parameters
    ----------
    points : DataFrame
        One row per dot: ``variant``, ``label`` (its strength in words, such as "lam 10, lr 0.001"), UAR
        ``source`` and ``target`` (%), optionally ``family`` (heading in the list) and the ends of both
        intervals, ``target_low``, ``target_high``, ``source_low``, ``source_high``. The line of a variant
        goes through its dots in the order of the rows. The variants "zero-shot" and "joint" are references:
        stars that are never named the best.
    shown : sequence of str, optional
        Variants that are ticked to begin with; the chart then opens zoomed to their best dots, and prints
        their names. All, and the whole chart, unless given.

    Returns
    -------
    IPython.display.HTML
        Self-contained; numbers rounded to one decimal. Axes as in `plots.frontier`: up and right is better.

    Raises
    ------
    SequifiError
        If the table is empty or lacks columns or numbers, or has no variant that is to be shown.
    """
    numbers = ["target", "source", *(end for end in ENDS if set(ENDS) <= set(points))]
    _check(points, "points", ["variant", "label", "source", "target"], numbers)
    if unknown := sorted(set(shown or ()) - set(points["variant"])):
        raise SequifiError(f"The table points has no variant {unknown[0]}; leave it out of shown.")
    texts = points.reindex(columns=["variant", "label", "family"]).astype(object)
    texts = texts.fillna(
        {"variant": "", "label": "", "family": "other" if "family" in points else "variants"}
    ).astype(str)
    table = texts.assign(**{name: _tenths(points[name]) for name in numbers})
    variants = [
        {"name": name, "family": rows["family"].iloc[0], "reference": name.lower() in REFERENCES}
        | {"shown": shown is None or name in shown, "points": rows[["label", *numbers]].to_numpy().tolist()}
        for (name,), rows in grouped(table, ["variant"])
    ]
    return _page(
        "frontier_explorer.js", sorted(variants, key=lambda variant: variant["reference"])
    )  # drawn last, on top
