"""Means of classes in the directions in which classes differ."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from ...errors import SequifiError
from .colours import CORPORA
from .look import MARKERS, WIDTH, check
from .notes import keep_apart


def class_means(panels: dict[str, np.ndarray], corpora: Sequence[str], emotions: Sequence[str]) -> Figure:
    """Draw each corpus's mean of each class in two dimensions, a panel below the other.

    Parameters
    ----------
    panels : dict of str to ndarray (corpora, classes, 2)
        Panel title -> the means.
    corpora : sequence of str
        Names of the first axis; each has a colour, and its first two letters beside its marks.
    emotions : sequence of str
        Names of the second axis; each has a marker.

    Raises
    ------
    SequifiError
        If there is no panel, more classes than markers, or a panel is not of that shape.
    """
    check("class_means", panels)
    check("class_means", emotions, len(MARKERS))
    for title, z in panels.items():
        if np.shape(z) != (len(corpora), len(emotions), 2):
            raise SequifiError(
                f"The panel {title!r} has shape {np.shape(z)} for {len(corpora)} corpora and {len(emotions)}"
                " emotions; give two coordinates of each."
            )
    figure, axes = plt.subplots(len(panels), 1, figsize=(WIDTH, 0.7 + 3 * len(panels)), squeeze=False)
    for axis, (title, z) in zip(axes[:, 0], panels.items()):
        for corpus, colour, means in zip(corpora, CORPORA, z):
            for marker, place in zip(MARKERS, means):
                axis.plot(*place, linestyle="", marker=marker, color=colour, markersize=9)
                words = {"textcoords": "offset points", "fontsize": "small"}
                axis.annotate(corpus[:2], place, (0, 0), **words)
        axis.set(title=title, xticks=[], yticks=[])
        axis.margins(0.1)
        keep_apart(axis)
    named = [axes[0, 0].plot([], [], marker, color="0.4", label=e)[0] for marker, e in zip(MARKERS, emotions)]
    figure.legend(handles=named, loc="outside lower center", ncols=len(emotions), frameon=False)
    return figure
