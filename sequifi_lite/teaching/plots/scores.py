"""Scores at the end: accuracy matrices, and estimates with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure

from ...errors import SequifiError
from .colours import colours
from .look import GREY, MARKERS, WIDTH, check, legible


def accuracy_matrices(matrices: dict[str, np.ndarray], corpora: Sequence[str]) -> Figure:
    """Draw accuracy matrices: row i is the model after corpus i, column j the test of corpus j, cells in %.

    Two beside each other.

    Raises
    ------
    SequifiError
        If there is no matrix, or one does not have a row and a column for each corpus.
    """
    check("accuracy_matrices", matrices)
    for name, matrix in matrices.items():
        if np.shape(matrix) != (len(corpora),) * 2:
            raise SequifiError(
                f"The matrix {name!r} has shape {np.shape(matrix)} for {len(corpora)} corpora; give a row and"
                " a column for each."
            )
    across = min(2, len(matrices))
    down = -(-len(matrices) // across)
    side = 0.9 + 0.38 * len(corpora)
    size = (WIDTH if across == 2 else min(WIDTH, 1.6 + side), down * (0.9 + side))
    figure, axes = plt.subplots(down, across, figsize=size, squeeze=False)
    for axis, (name, matrix) in zip(axes.flat, matrices.items()):
        sns.heatmap(
            matrix,
            ax=axis,
            annot=True,
            fmt=".1f",
            cmap="Greys",
            vmin=0,
            vmax=205,  # numbers stand out up to 0.49 of the way (`legible`)
            cbar=False,
            square=True,
            linewidths=1.5,
            xticklabels=corpora,
            yticklabels=corpora,
        )
        legible(axis)
        axis.set(xlabel="tested on", title=name)
        axis.tick_params(left=False, bottom=False)
        if len(corpora) > 2 or across == 2:
            axis.set_xticklabels(corpora, rotation=30, ha="right", rotation_mode="anchor")
        axis.set_yticklabels(corpora if axis in axes[:, 0] else [], rotation=0)
    for axis in axes[:, 0]:
        axis.set_ylabel("trained up to")
    for axis in axes.flat[len(matrices) :]:
        axis.set_visible(False)
    return figure


def intervals(
    panels: dict[str, dict[str, np.ndarray]],
    rows: Sequence[str],
    xlabel: str = "UAR (%)",
    chance: float | None = None,
) -> Figure:
    """Draw estimates with their intervals: one panel per quantity, one line of dots per setting.

    Parameters
    ----------
    panels : dict of str to dict of str to ndarray (len(rows), 3)
        Panel title -> legend entry -> estimate, lower and upper end for every row; NaN where there is none.
    rows : sequence of str
        Names on the vertical axis, from the top.
    chance : float, optional
        Level of a constant guess, drawn as a dotted line.

    Raises
    ------
    SequifiError
        If there is no panel or no entry, more entries than markers, or an entry does not have three numbers
        for each row.
    """
    check("intervals", panels)
    for entries in panels.values():
        check("intervals", entries, len(MARKERS))
        for name, values in entries.items():
            if np.shape(values) != (len(rows), 3):
                raise SequifiError(
                    f"{name!r} has shape {np.shape(values)} for {len(rows)} rows; give estimate, lower and"
                    " upper end for each."
                )
    most = max(len(entries) for entries in panels.values())
    room = (WIDTH - 0.08 * max(map(len, rows)) - 0.2) / len(panels)  # inches of a panel beside names of rows
    size = (WIDTH, 1.1 + 0.2 * -(-most // 2) * (most > 1) + max(0.36, 0.15 * most) * len(rows))
    step = 0.25 if most < 4 else 0.75 / most  # dots of a row stay nearer to each other than to the next's
    figure, axes = plt.subplots(1, len(panels), figsize=size, sharey=True, squeeze=False)
    for axis, (title, entries) in zip(axes[0], panels.items()):
        if chance is not None:
            axis.axvline(chance, color=GREY, linestyle=":", linewidth=1)
        there = np.stack([~np.isnan(values[:, 0]) for values in entries.values()])
        rank = there.cumsum(0) - 1  # dots share a row's height evenly, however many there are
        for i, ((name, values), colour) in enumerate(zip(entries.items(), colours(entries))):
            place = np.arange(len(rows)) + step * (rank[i] - (there.sum(0) - 1) / 2)
            ends = np.abs(values[:, 1:] - values[:, :1]).T
            look = {"fmt": MARKERS[i], "color": colour, "capsize": 3, "markersize": 5}
            axis.errorbar(values[:, 0], place, xerr=ends, label=name, **look)
        axis.set(title=fill(title, max(10, int(room / 0.09))), yticks=range(len(rows)))
        axis.grid(axis="x", color="0.9")
        axis.set_axisbelow(True)
    _title_below(figure, axes[0], xlabel, room)
    axes[0, 0].set_yticklabels(rows)
    axes[0, 0].set_ylim(len(rows) - 0.4, -0.6)
    if most > 1:
        _name(figure, axes[0])
    return figure


def _title_below(figure: Figure, axes, xlabel: str, room: float) -> None:
    """Say once, below all panels, what they measure."""
    if len(axes) == 1:
        axes[0].set_xlabel(fill(xlabel, max(10, int(room / 0.085))))
    else:
        figure.set_layout_engine("constrained", w_pad=0.08)  # ticks of neighbours stand apart
        figure.supxlabel(xlabel, fontsize="medium")


def _name(figure: Figure, axes) -> None:
    """Name what the panels show, each once: below a single one, above several."""
    named = {}
    for axis in axes:
        handles, names = axis.get_legend_handles_labels()
        named |= dict(zip(names, handles))
    where = "outside lower center" if len(axes) == 1 else "outside upper center"
    figure.legend(named.values(), named, loc=where, ncols=2, frameon=False)
