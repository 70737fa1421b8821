"""What one step of a method reads and computes, and what is stored for it."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle

from .boxes import board
from .look import check

#: In inches: where names end, where the three columns begin, how wide they may be, a row and its blocks.
NAMES, COLUMNS, WIDE, ROW, HIGH = 1.2, (1.35, 3.1, 4.4), (1.5, 0.75, 0.65), 0.42, 0.24
FACES = {"new": "white", "kept": "0.85", "done": "0.25"}


def what_a_step_takes(table: pd.DataFrame) -> Figure | SubFigure:
    """Draw a row for each method, with blocks as long as what a step reads, computes and has in store.

    Parameters
    ----------
    table : DataFrame
        Indexed by name: rows of a step that are `new` and `kept`, its operations as a multiple of vanilla's
        (`times`), and the `numbers` in store.

    Raises
    ------
    SequifiError
        If there is no method.
    """
    check("what_a_step_takes", table.to_dict("records"))
    top = 0.62 + ROW * len(table)
    axis = board(top)
    heads = ("reads:\nrows in a step", "computes:\nvanilla = 1", "stores:\n1,000 numbers")
    for x, words in zip(COLUMNS, heads):
        axis.text(x, top - 0.27, words, va="center", fontsize=10)
    read = (table["new"] + table["kept"]).max()
    scales = [wide / most for wide, most in zip(WIDE, (read, table["times"].max(), table["numbers"].max()))]
    for row, (name, one) in enumerate(table.to_dict("index").items()):
        y = top - 0.55 - (row + 0.5) * ROW
        axis.text(NAMES, y, str(name), ha="right", va="center", fontsize=10)
        x, scale = COLUMNS[0], scales[0]
        for kind in ("new", "kept"):
            if one[kind]:
                _block(axis, x, y, one[kind] * scale, kind)
                words = f"{one[kind]:.0f}"
                axis.text(x + one[kind] * scale / 2, y, words, ha="center", va="center", fontsize=10)
                x += one[kind] * scale
        _bar(axis, COLUMNS[1], y, one["times"] * scales[1], "done", f"{one['times']:.1f}")
        _bar(axis, COLUMNS[2], y, one["numbers"] * scales[2], "kept", _short(one["numbers"]))
    return axis.figure


def _short(number: float) -> str:
    """Write a count in thousands."""
    return f"{number / 1000:,.0f}" if number else "none"


def _bar(axis: Axes, x: float, y: float, long: float, kind: str, words: str) -> None:
    """Draw a block with its number behind it."""
    if long:
        _block(axis, x, y, long, kind)
    axis.text(x + long + (0.06 if long else 0), y, words, va="center", fontsize=10)


def _block(axis: Axes, x: float, y: float, long: float, kind: str) -> None:
    """Draw one block."""
    axis.add_patch(Rectangle((x, y - HIGH / 2), long, HIGH, facecolor=FACES[kind], edgecolor="black"))
