"""Which choices are free, and what is the same for everyone: a panel of sliders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from .boxes import board
from .look import GREY, check

#: In inches: where names end, the first stop and the last, and the height of a row and of a heading.
NAMES, FIRST, LAST, ROW, HEADING = 1.5, 1.8, 5.2, 0.58, 0.42


def free_and_bound(panels: dict[str, dict[str, tuple[Sequence[str], str]]]) -> Figure | SubFigure:
    """Draw choices as sliders: all stops of each, and the one that is taken filled in.

    A choice with a single stop is none: its mark is a square, with its words beside it.

    Parameters
    ----------
    panels : dict of str to dict of str to (sequence of str, str)
        Heading -> choice -> its stops, and which of them is taken.

    Raises
    ------
    SequifiError
        If there is no panel.
    """
    check("free_and_bound", panels)
    rows = [len(choices) for choices in panels.values()]
    singles = sum(len(stops) == 1 for choices in panels.values() for stops, _ in choices.values())
    axis = board(HEADING * len(panels) + ROW * sum(rows) - 0.2 * singles)
    y = axis.get_ylim()[1]
    for heading, choices in panels.items():
        y -= HEADING
        axis.text(0.05, y + 0.14, heading, va="center", fontsize=11)
        axis.plot([0.05, LAST + 0.2], [y, y], color="0.8", linewidth=0.8)
        for name, (stops, taken) in choices.items():
            alone = len(stops) == 1
            y -= ROW - 0.2 * alone
            at = y + (0.17 if alone else 0.34)
            axis.text(NAMES, at, name, ha="right", va="center", fontsize=10)
            _slide(axis, at, stops, taken)
    return axis.figure


def _slide(axis: Axes, y: float, stops: Sequence[str], taken: str) -> None:
    """Draw the stops of one choice."""
    if len(stops) == 1:
        axis.plot(FIRST, y, "s", color="0.25", markersize=8)
        axis.text(FIRST + 0.17, y, taken, va="center", fontsize=10)
        return
    places = np.linspace(FIRST, LAST, len(stops))
    axis.plot(places, [y] * len(stops), color=GREY, linewidth=1.2, zorder=1)
    for x, stop in zip(places, stops):
        face = "0.25" if stop == taken else "white"
        axis.plot(x, y, "o", markersize=11 if stop == taken else 8, markeredgecolor="0.25", color=face)
        axis.text(x, y - 0.22, stop, ha="center", va="center", fontsize=10)
