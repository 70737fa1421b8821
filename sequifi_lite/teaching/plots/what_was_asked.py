"""Which question was asked in which setting."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Circle, Rectangle

from .boxes import board
from .look import GREY, check

#: In inches: where sketches begin, how wide they are, where names begin, the first question, the last, a row.
SKETCH, WIDE, NAME, FIRST, LAST, ROW = 0.1, 0.84, 1.12, 3.15, 5.05, 0.5


def what_was_asked(
    counts: pd.DataFrame, sketches: dict[str, tuple[int, int, bool] | None]
) -> Figure | SubFigure:
    """Draw a circle for every question in every setting, with the number of problems it was asked on.

    Parameters
    ----------
    counts : DataFrame of int
        A row per setting, a column per question; 0 is an open circle.
    sketches : dict of str to (int, int, bool)
        Setting -> corpora that are learnt one after the other, encoders on which that was done, and whether
        these are trained; None where nothing is known.

    Raises
    ------
    SequifiError
        If there is no setting.
    """
    check("what_was_asked", counts.to_dict("records"))
    high = 0.6 + ROW * len(counts)
    axis = board(high)
    step = (LAST - FIRST) / max(1, len(counts.columns) - 1)
    for turn, question in enumerate(counts.columns):
        axis.text(FIRST + turn * step, high - 0.27, question, ha="center", va="center", fontsize=10)
    for row, setting in enumerate(map(str, counts.index)):
        y = high - 0.57 - (row + 0.5) * ROW
        _sketch(axis, y, sketches[setting])
        axis.text(NAME, y, setting, va="center", fontsize=10)
        for turn, number in enumerate(counts.loc[setting].tolist()):
            look = {"facecolor": "0.25"} if number else {"facecolor": "white", "linestyle": ":"}
            x = FIRST + turn * step
            axis.add_patch(Circle((x, y), 0.19, edgecolor=GREY, **look))
            if number:
                axis.text(x, y, str(number), ha="center", va="center", color="white", fontsize=10)
    return axis.figure


def _sketch(axis: Axes, y: float, setting: tuple[int, int, bool] | None) -> None:
    """Draw corpora in a row, over encoders that are filled if they are trained."""
    if setting is None:
        axis.text(SKETCH + WIDE / 2, y, "?", ha="center", va="center", fontsize=12)
        return
    corpora, encoders, moves = setting
    wide, face = WIDE / encoders, "0.25" if moves else "white"
    for number in range(encoders):
        corner = (SKETCH + number * wide + 0.015, y - 0.19)
        axis.add_patch(Rectangle(corner, wide - 0.03, 0.14, facecolor=face, edgecolor=GREY))
    for number in range(corpora):
        x = SKETCH + WIDE * (number + 0.5) / corpora
        axis.add_patch(Rectangle((x - 0.06, y), 0.12, 0.14, facecolor="0.85", edgecolor=GREY))
        if number:
            before = x - WIDE / corpora
            axis.plot([before + 0.06, x - 0.06], [y + 0.07, y + 0.07], color=GREY, linewidth=1)
