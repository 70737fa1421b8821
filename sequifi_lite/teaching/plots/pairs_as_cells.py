"""All ordered pairs of corpora as a grid, and what is done in one of its cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle

from .boxes import arrow, board, box
from .look import GREY, check

LEFT, TOP, CELL = 0.95, 2.7, 0.36  # inches
LOOKS = {False: {"facecolor": "white"}, True: {"facecolor": "white", "hatch": "//////"}}


def pairs_as_cells(pairs: pd.DataFrame, names: dict[str, str], shown: tuple[str, str]) -> Figure | SubFigure:
    """Draw a grid with a cell for each pair of corpora, and beside it what is trained and tested in one.

    Parameters
    ----------
    pairs : DataFrame
        A row per pair: source_corpus, target_corpus, and whether it was used for tuning (exploratory).
    names : dict of str to str
        Corpus -> its name in the figure, in the order of rows and columns.
    shown : (str, str)
        Source and target of the cell that is explained.

    Raises
    ------
    SequifiError
        If there is no pair.
    """
    check("pairs_as_cells", pairs.to_dict("records"))
    pairs = pairs.loc[:, ["source_corpus", "target_corpus", "exploratory"]].drop_duplicates()
    axis, corpora = board(3.9), list(names)
    for place, corpus in enumerate(corpora):
        at = TOP - (place + 0.5) * CELL
        axis.text(LEFT - 0.08, at, names[corpus], ha="right", va="center", fontsize=10)
        at = LEFT + (place + 0.5) * CELL
        axis.text(at, TOP + 0.08, names[corpus], ha="center", va="bottom", rotation=90, fontsize=10)
    wide = len(corpora) * CELL
    axis.text(LEFT + wide / 2, TOP + 0.92, "target: learnt next", ha="center", va="center", fontsize=10)
    axis.text(0.1, TOP - wide / 2, "source: learnt first", ha="center", va="center", rotation=90, fontsize=10)
    for source, target, tuned in pairs.itertuples(index=False):
        here = (LEFT + corpora.index(target) * CELL, TOP - (corpora.index(source) + 1) * CELL)
        look = {"facecolor": "0.25"} if (source, target) == shown else LOOKS[tuned]
        _cell(axis, *here, CELL, look)
    _key(axis, TOP - wide - 0.32, pairs["exploratory"].to_numpy())
    _one(axis, [names[corpus] for corpus in shown])
    return axis.figure


def _cell(axis: Axes, x: float, y: float, side: float, look: dict) -> None:
    """Draw one cell of the grid."""
    axis.add_patch(Rectangle((x + 0.02, y + 0.02), side - 0.04, side - 0.04, edgecolor=GREY, **look))


def _key(axis: Axes, y: float, tuned: np.ndarray) -> None:
    """Say how many cells of either kind there are."""
    for turn, (kind, words) in enumerate({False: "in the means", True: "for tuning alone"}.items()):
        at = y - 0.28 * turn
        _cell(axis, LEFT, at - 0.12, 0.24, LOOKS[kind])
        told = f"{(tuned == kind).sum()} pairs: {words}"
        axis.text(LEFT + 0.32, at, told, va="center", fontsize=10)


def _one(axis: Axes, names: list[str]) -> None:
    """Draw what is done in one cell."""
    source, target = names
    middle, left, right = 4.3, 3.75, 4.9
    axis.text(middle, TOP + 0.92, "in the filled cell", ha="center", va="center", fontsize=10)
    first = box(axis, middle, 3.15, f"learn {source}")
    then = box(axis, middle, 2.5, f"go on with {target}")
    arrow(axis, (first, (0.5, 0)), (then, (0.5, 1)))
    tests = [box(axis, x, 1.65, f"test on\n{name}") for x, name in ((left, source), (right, target))]
    for test, across in zip(tests, (0.25, 0.75)):
        arrow(axis, (then, (across, 0)), (test, (0.5, 1)))
    axis.text(left, 1.17, "kept?", ha="center", va="center", fontsize=10)
    axis.text(right, 1.17, "learnt?", ha="center", va="center", fontsize=10)
    mean = box(axis, middle, 0.42, "their mean:\nthe main score", "kept")
    for x in (left, right):
        arrow(axis, (x, 1.03), (mean, (0.5 + (x - middle) / 2.5, 1)))
