"""Who says what, and in which part of a split."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from .look import WIDTH, check


def fold_map(clips: pd.DataFrame, panels: dict[str, dict[str, np.ndarray]]) -> Figure:
    """Draw who says what in which part: a mark per clip, a row per speaker, a column per sentence.

    Parameters
    ----------
    clips : DataFrame
        Clip table with speaker and sentence.
    panels : dict of str to dict of str to ndarray
        Panel title -> part -> row numbers. Parts look alike in all panels; test is the darkest, dropped a
        cross.
    """
    check("fold_map", panels)
    looks = {
        "train": {"marker": "o", "s": 7, "color": "0.72"},
        "valid": {"marker": "o", "s": 14, "facecolors": "none", "edgecolors": "0.35", "linewidths": 0.9},
        "test": {"marker": "s", "s": 16, "color": "black"},
        "dropped": {"marker": "x", "s": 12, "color": "0.5", "linewidths": 0.9},
    }
    speakers, rows = np.unique(clips["speaker"].to_numpy(dtype=str), return_inverse=True)
    sentences, columns = np.unique(clips["sentence"].to_numpy(dtype=str), return_inverse=True)
    # Clips of one speaker and sentence stand side by side in their cell, three to a line.
    turn = clips.groupby([rows, columns]).cumcount().to_numpy()
    x, y = columns + 0.25 * (turn % 3 - 1), rows + 0.25 * (turn // 3 - 1)
    across = min(2, len(panels))
    down = -(-len(panels) // across)
    size = (WIDTH, 0.9 + down * (0.7 + 0.2 * len(speakers)))
    figure, axes = plt.subplots(down, across, figsize=size, sharex=True, sharey=True, squeeze=False)
    for axis, (title, parts) in zip(axes.flat, panels.items()):
        for part, numbers in parts.items():
            if len(numbers):
                axis.scatter(x[numbers], y[numbers], label=part, **looks[part])
        axis.set(xticks=range(len(sentences)), title=title)
        axis.set_xticklabels(sentences, rotation=90)
        axis.set_xticks(np.arange(len(sentences) + 1) - 0.5, minor=True)
        axis.set_yticks(np.arange(len(speakers) + 1) - 0.5, minor=True)
        axis.grid(which="minor", color="0.93")
        axis.tick_params(which="minor", length=0)
    axes[0, 0].set(yticks=range(len(speakers)), yticklabels=speakers, ylim=(len(speakers) - 0.5, -0.5))
    for axis in axes[:, 0]:
        axis.set_ylabel("speaker")
    for axis in axes[-1]:
        axis.set_xlabel("sentence")
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    handle_of = {}
    for axis in axes.flat:
        handles, labels = axis.get_legend_handles_labels()
        handle_of = dict(zip(labels, handles)) | handle_of
    figure.legend(
        handle_of.values(),
        handle_of.keys(),
        loc="outside lower center",
        ncols=len(handle_of),
        frameon=False,
        markerscale=2.2,
    )
    return figure
