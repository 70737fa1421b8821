"""Scores over training steps."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure, SubFigure

from ...errors import SequifiError
from .colours import colours
from .look import DASHES, GREY, HALO, MARKERS, WIDTH, check


def curves(
    lines: dict[str, tuple[Sequence[int], np.ndarray]],
    stages: Sequence[int] | None = None,
    chance: float | None = None,
    ylabel: str = "UAR (%)",
    title: str = "",
    axis=None,
) -> Figure | SubFigure:
    """Draw a score over training steps: the median over runs, with the range from the lowest to the highest.

    Parameters
    ----------
    lines : dict of str to (steps, values)
        ``values`` has shape (points, runs), in the unit of `ylabel`.
    stages : sequence of int, optional
        Steps at which stages end; every other stage is shaded.
    chance : float, optional
        Level of a constant guess, drawn as a dotted line.

    Raises
    ------
    SequifiError
        If there is no line, or more than colours, or values do not have a row for each step.
    """
    check("curves", lines, len(sns.color_palette()))
    for name, (steps, values) in lines.items():
        if np.ndim(values) != 2 or len(values) != len(steps):
            raise SequifiError(
                f"The line {name!r} has {len(steps)} steps and values of shape {np.shape(values)}; give"
                " values of (steps, runs)."
            )
    if axis is None:
        _, axis = plt.subplots(figsize=(WIDTH, 3.6))
    if stages is not None:
        _shade(axis, stages)
    for i, ((name, (steps, values)), colour) in enumerate(zip(lines.items(), colours(lines))):
        values = np.asarray(values)
        dash, marker = DASHES[i % len(DASHES)], MARKERS[i % len(MARKERS)]
        if values.shape[1] > 1:
            alpha = 0.18 if i % 2 else 0.32  # bands that overlap differ in grey, too
            axis.fill_between(steps, values.min(1), values.max(1), color=colour, alpha=alpha, linewidth=0)
        axis.plot(
            steps, np.median(values, 1), color=colour, linestyle=dash, marker=marker, markersize=5, label=name
        )
    last = max(max(steps) for steps, _ in lines.values())
    axis.set(xlabel="training step", ylabel=ylabel, xlim=(0, last))
    if chance is not None:
        near = [np.median(values, 1)[np.asarray(steps) >= 0.75 * last] for steps, values in lines.values()]
        _chance(axis, chance, np.concatenate(near))
    axis.set_title(title, pad=20 if stages is not None else 8)
    axis.legend(frameon=False, fontsize="small")
    return axis.figure


def _shade(axis, stages: Sequence[int]) -> None:
    """Shade every other stage, and number their classes above the frame, in one word where there is room."""
    edges = [0, *stages]
    room = axis.get_position().width * axis.figure.get_figwidth() / len(stages)  # inches of a stage
    for i, (left, right) in enumerate(zip(edges, edges[1:])):
        axis.axvspan(left, right, color="0.5", alpha=0.16 if i % 2 == 0 else 0.05, linewidth=0)
        look = {"ha": "center", "va": "bottom", "fontsize": "small", "color": GREY}
        middle, above = (left + right) / 2, axis.get_xaxis_transform()
        words = f"class {i + 1}" if room > 0.6 or i == 0 else str(i + 1)
        axis.text(middle, 1.01, words, transform=above, **look)


def _chance(axis, level: float, near: np.ndarray) -> None:
    """Draw the level of a constant guess, named at its right end where fewer scores are."""
    axis.axhline(level, color=GREY, linestyle=":", linewidth=1)
    room = 0.09 * np.ptp(axis.get_ylim())  # the height of the word
    over = ((near > level) & (near < level + room)).sum() < ((near <= level) & (near > level - room)).sum()
    look = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "fontsize": "small"}
    spot = {"xytext": (-2, 2 if over else -2), "ha": "right", "va": "bottom" if over else "top"}
    axis.annotate("chance", (1, level), color=GREY, **spot, **look, **HALO)
