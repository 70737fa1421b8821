"""Stability against plasticity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure, SubFigure

from ...errors import SequifiError
from .colours import colours
from .look import DASHES, GREY, HALO, MARKERS, WIDTH
from .notes import keep_apart

METHODS_DASHES = DASHES[:1] + DASHES[2:]  # the plain dashes are vanilla's


def frontier(
    lines: dict[str, tuple[Sequence[float], Sequence[float], Sequence[float]]],
    points: dict[str, tuple[float, float]] | None = None,
    vanilla: tuple[Sequence[float], Sequence[float], Sequence[float]] | None = None,
    strengths: dict[str, str] | None = None,
    title: str = "",
    axis=None,
) -> Figure | SubFigure:
    """Draw stability against plasticity: every method over its strength, vanilla over the learning rate.

    Up and right is better.

    Parameters
    ----------
    lines : dict of str to (plasticity, stability, values)
        One line per method: mean UAR on the corpora after the source (%), UAR on the source (%), and the
        strength's values, in the order in which the line goes through them. Its two ends and the dot with the
        best mean of both axes carry the value.
    points : dict of str to (plasticity, stability), optional
        Labelled points, such as zero-shot and joint.
    vanilla : (plasticity, stability, learning rates), optional
        The grey line that a method has to get beyond: a smaller learning rate also forgets less.
    strengths : dict of str to str, optional
        Entry of `lines` -> symbol of its strength, written before the values at its ends.
    """
    if axis is None:
        _, axis = plt.subplots(figsize=(WIDTH, 4.6))
    drawn = {} if vanilla is None else {"vanilla": vanilla}
    drawn |= lines
    strengths = {"vanilla": "lr", **(strengths or {})}
    for i, (name, (plasticity, stability, values)) in enumerate(
        drawn.items(), start=0 if vanilla is None else -1
    ):
        x, y = np.asarray(plasticity, dtype=float), np.asarray(stability, dtype=float)
        if not len(x) == len(y) == len(values):
            raise SequifiError(
                f"The line {name!r} has {len(x)} and {len(y)} scores for {len(values)} values; give one each."
            )
        edge = {"markersize": 7, "linewidth": 1.6, "markeredgecolor": "white", "markeredgewidth": 0.6}
        axis.plot(x, y, zorder=3 if i < 0 else 2, **edge, **_look(i, name, lines))
        _note(axis, x, y, values, f"{strengths[name]} = " if strengths.get(name) else "")
    for name, place in (points or {}).items():
        axis.plot(*place, marker="*", markersize=14, color="black", linestyle="", fillstyle="none", zorder=4)
        look = {"textcoords": "offset points", "fontsize": "small", "weight": "bold"}
        axis.annotate(name, place, (0, 16), **look, **HALO)
    axis.set(
        xlabel="plasticity: mean UAR on the corpora after the source (%)",
        ylabel="stability: UAR on the source (%)",
    )
    axis.set_title(title)
    axis.grid(color="0.93")
    axis.set_axisbelow(True)
    axis.margins(0.13)
    axis.legend(frameon=False, fontsize="small", loc="best")
    keep_apart(axis)
    return axis.figure


def _look(number: int, name: str, lines: Iterable[str]) -> dict:
    """Settle how a line looks: vanilla (below 0) grey, methods by their number in dash and marker."""
    if number < 0:
        label = "vanilla over the learning rate"
        return {"color": GREY, "linestyle": "--", "marker": "X", "label": label}
    return {
        "color": dict(zip(lines, colours(lines)))[name],
        "linestyle": METHODS_DASHES[number % 5],
        "marker": MARKERS[number % 6],
        "label": name,
    }


def _note(axis, x: np.ndarray, y: np.ndarray, values: Sequence, symbol: str) -> None:
    """Write the strength at a line's ends and at its best mean; a single dot has none to be noted."""
    for place in sorted({0, int(np.nanargmax(x + y)), len(x) - 1}) if len(x) > 1 else ():
        value = values[place] if isinstance(values[place], str) else f"{values[place]:g}"
        look = {"textcoords": "offset points", "fontsize": "small"}
        axis.annotate(symbol + value, (x[place], y[place]), (5, 5), **look, **HALO)
