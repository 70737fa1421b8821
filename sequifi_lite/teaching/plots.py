"""Figures of the book.

Readable in grey and by the colour-blind, because every line differs in dash and marker as well.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from ..errors import SequifiError
from ..learning.schedule import Schedule

DASHES = ("-", "--", "-.", ":", (0, (1, 1)), (0, (5, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P")
GREY = "0.35"


def style() -> None:
    """The look of all figures: white ground, the colour-blind palette of seaborn."""
    sns.set_theme(context="notebook", style="ticks", palette="colorblind")
    plt.rcParams.update(
        {
            "figure.dpi": 110,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "figure.constrained_layout.use": True,
        }
    )


def _check(function: str, things: Sequence, most: int | None = None) -> None:
    """Refuse what cannot be drawn: nothing, or more lines than can be told apart."""
    if not things:
        raise SequifiError(f"There is nothing to draw; give {function} at least one entry.")
    if most is not None and len(things) > most:
        raise SequifiError(
            f"{function} tells {most} lines apart and was given {len(things)}; draw fewer, or two figures."
        )


def who_is_seen(
    schedules: dict[str, Schedule], labels: np.ndarray, emotions: Sequence[str], run: int = 0
) -> Figure:
    """Draw schedules: the share of each class in every batch of one run, dark for the whole batch.

    Parameters
    ----------
    schedules : dict of str to Schedule
        One panel each.
    labels : ndarray of int
        Class of every row number.

    Raises
    ------
    SequifiError
        If there is no schedule, or a row's class has no name in `emotions`.
    """
    if not schedules:
        raise SequifiError(
            "There is no schedule to draw; give who_is_seen at least one, as {name: schedule}."
        )
    if (most := max(int(labels[schedule.rows[run]].max()) for schedule in schedules.values())) >= len(
        emotions
    ):
        raise SequifiError(
            f"Class {most} has no name among {len(emotions)} emotions; give the labels' emotions in their"
            " order."
        )
    figure, axes = plt.subplots(
        len(schedules), 1, figsize=(7.5, 0.7 + 1.5 * len(schedules)), sharex=True, squeeze=False
    )
    for axis, (name, schedule) in zip(axes[:, 0], schedules.items()):
        shown = labels[schedule.rows[run]]
        share = np.stack([(shown == k).mean(1) for k in range(len(emotions))])
        extent = (0, len(shown), len(emotions) - 0.5, -0.5)
        image = axis.imshow(
            share, aspect="auto", cmap="Greys", vmin=0, vmax=1, interpolation="nearest", extent=extent
        )
        for end in schedule.ends[:-1]:
            axis.axvline(end, color="white", linewidth=1.5)
        axis.set(yticks=range(len(emotions)), yticklabels=emotions, title=name)
    axes[-1, 0].set_xlabel("training step")
    figure.colorbar(image, ax=axes[:, 0].tolist(), label="share of the batch", aspect=12 * len(schedules))
    return figure


def curves(
    lines: dict[str, tuple[Sequence[int], np.ndarray]],
    stages: Sequence[int] | None = None,
    chance: float | None = None,
    ylabel: str = "UAR (%)",
    title: str = "",
    axis=None,
) -> Figure:
    """Continual evaluation.

    A score over training steps, the median over runs with the range from the lowest to the highest.

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
    _check("curves", lines, len(sns.color_palette()))
    for name, (steps, values) in lines.items():
        if np.ndim(values) != 2 or len(values) != len(steps):
            raise SequifiError(
                f"The line {name!r} has {len(steps)} steps and values of shape {np.shape(values)}; give"
                " values of (steps, runs)."
            )
    if axis is None:
        _, axis = plt.subplots(figsize=(7.5, 4.2))
    if stages is not None:
        edges = [0, *stages]
        for i, (left, right) in enumerate(zip(edges, edges[1:])):
            axis.axvspan(left, right, color="0.5", alpha=0.16 if i % 2 == 0 else 0.05, linewidth=0)
            place = axis.get_xaxis_transform()
            axis.text(
                (left + right) / 2,
                1.01,
                f"class {i + 1}",
                transform=place,
                ha="center",
                va="bottom",
                fontsize="small",
                color=GREY,
            )
    if chance is not None:
        axis.axhline(chance, color=GREY, linestyle=":", linewidth=1)
        axis.annotate(
            "chance",
            (1.01, chance),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize="small",
            color=GREY,
        )
    for i, (name, (steps, values)) in enumerate(lines.items()):
        values = np.asarray(values)
        colour, dash, marker = sns.color_palette()[i], DASHES[i % len(DASHES)], MARKERS[i % len(MARKERS)]
        if values.shape[1] > 1:
            alpha = 0.18 if i % 2 else 0.32  # bands that overlap differ in grey, too
            axis.fill_between(steps, values.min(1), values.max(1), color=colour, alpha=alpha, linewidth=0)
        axis.plot(
            steps, np.median(values, 1), color=colour, linestyle=dash, marker=marker, markersize=5, label=name
        )
    axis.set(xlabel="training step", ylabel=ylabel, xlim=(0, max(max(steps) for steps, _ in lines.values())))
    axis.set_title(title, pad=20 if stages is not None else 8)
    axis.legend(frameon=False, fontsize="small")
    return axis.figure


def frontier(
    lines: dict[str, tuple[Sequence[float], Sequence[float], Sequence[float]]],
    points: dict[str, tuple[float, float]] | None = None,
    vanilla: tuple[Sequence[float], Sequence[float], Sequence[float]] | None = None,
    strengths: dict[str, str] | None = None,
    title: str = "",
    axis=None,
) -> Figure:
    """Stability against plasticity: every method over its strength, vanilla over the learning rate.

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
        _, axis = plt.subplots(figsize=(7.5, 5.2))
    drawn = {} if vanilla is None else {"vanilla": vanilla}
    drawn |= lines
    strengths = {"vanilla": "lr", **(strengths or {})}
    methods_dashes = DASHES[:1] + DASHES[2:]  # the plain dashes are vanilla's
    corners = (
        (5, 5),
        (-5, -5),
        (-5, 5),
        (5, -5),
    )  # so that the values of lines which share an end can be read
    for i, (name, (plasticity, stability, values)) in enumerate(
        drawn.items(), start=0 if vanilla is None else -1
    ):
        x, y = np.asarray(plasticity, dtype=float), np.asarray(stability, dtype=float)
        if not len(x) == len(y) == len(values):
            raise SequifiError(
                f"The line {name!r} has {len(x)} and {len(y)} scores for {len(values)} values; give one each."
            )
        if i < 0:
            look = {
                "color": GREY,
                "linestyle": "--",
                "marker": "X",
                "label": "vanilla over the learning rate",
            }
        else:
            look = {
                "color": sns.color_palette()[i % 10],
                "linestyle": methods_dashes[i % 5],
                "marker": MARKERS[i % 6],
                "label": name,
            }
        axis.plot(
            x,
            y,
            markersize=7,
            linewidth=1.6,
            markeredgecolor="white",
            markeredgewidth=0.6,
            zorder=3 if i < 0 else 2,
            **look,
        )
        symbol = f"{strengths[name]} = " if strengths.get(name) else ""
        corner = corners[i % 4]
        sides = {"ha": "left" if corner[0] > 0 else "right", "va": "bottom" if corner[1] > 0 else "top"}
        # A method without a strength is one dot, and has no value to be noted.
        for place in sorted({0, int(np.nanargmax(x + y)), len(x) - 1}) if len(x) > 1 else ():
            value = values[place] if isinstance(values[place], str) else f"{values[place]:g}"
            note = axis.annotate(
                symbol + value,
                (x[place], y[place]),
                corner,
                textcoords="offset points",
                fontsize="x-small",
                **sides,
            )
            note.set(
                path_effects=[withStroke(linewidth=2, foreground="white")], zorder=5
            )  # lines may pass behind it
    for name, place in (points or {}).items():
        axis.plot(*place, marker="*", markersize=14, color="black", linestyle="", fillstyle="none", zorder=4)
        axis.annotate(
            name, place, (0, 16), textcoords="offset points", ha="center", fontsize="small", weight="bold"
        )
    axis.set(
        xlabel="plasticity: mean UAR on the corpora after the source (%)",
        ylabel="stability: UAR on the source (%)",
    )
    axis.set_title(title)
    axis.grid(color="0.93")
    axis.set_axisbelow(True)
    axis.margins(0.13)
    axis.legend(frameon=False, fontsize="small", loc="best")
    return axis.figure


def accuracy_matrices(matrices: dict[str, np.ndarray], corpora: Sequence[str]) -> Figure:
    """Accuracy matrices: row i is the model after corpus i, column j the test set of corpus j, cells in %.

    Side by side, and in two columns where there are more than two corpora.

    Raises
    ------
    SequifiError
        If there is no matrix, or one does not have a row and a column for each corpus.
    """
    _check("accuracy_matrices", matrices)
    for name, matrix in matrices.items():
        if np.shape(matrix) != (len(corpora),) * 2:
            raise SequifiError(
                f"The matrix {name!r} has shape {np.shape(matrix)} for {len(corpora)} corpora; give a row and"
                " a column for each."
            )
    across = len(matrices) if len(corpora) < 3 else min(2, len(matrices))
    down = -(-len(matrices) // across)
    size = (across * (2.8 + 0.4 * len(corpora)), down * (2.3 + 0.4 * len(corpora)))
    figure, axes = plt.subplots(down, across, figsize=size, squeeze=False)
    for axis, (name, matrix) in zip(axes.flat, matrices.items()):
        sns.heatmap(
            matrix,
            ax=axis,
            annot=True,
            fmt=".1f",
            cmap="Greys",
            vmin=0,
            vmax=130,
            cbar=False,
            square=True,
            linewidths=1.5,
            xticklabels=corpora,
            yticklabels=corpora,
        )
        axis.set(xlabel="tested on", title=name)
        axis.tick_params(left=False, bottom=False)
        if len(corpora) > 2:
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
    """Estimates with their intervals, one panel per quantity, one line of dots per setting.

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
    _check("intervals", panels)
    for entries in panels.values():
        _check("intervals", entries, len(MARKERS))
        for name, values in entries.items():
            if np.shape(values) != (len(rows), 3):
                raise SequifiError(
                    f"{name!r} has shape {np.shape(values)} for {len(rows)} rows; give estimate, lower and"
                    " upper end for each."
                )
    most = max(len(entries) for entries in panels.values())
    size = (2.2 + 3.8 * len(panels), 0.9 + max(0.5, 0.17 * most) * len(rows))
    step = (
        0.3 if most < 4 else 0.75 / most
    )  # dots of one row stay nearer to each other than to the next row's
    figure, axes = plt.subplots(1, len(panels), figsize=size, sharey=True, squeeze=False)
    for axis, (title, entries) in zip(axes[0], panels.items()):
        if chance is not None:
            axis.axvline(chance, color=GREY, linestyle=":", linewidth=1)
        there = np.stack([~np.isnan(values[:, 0]) for values in entries.values()])
        rank = there.cumsum(0) - 1  # dots share a row's height evenly, however many there are
        for i, (name, values) in enumerate(entries.items()):
            place = np.arange(len(rows)) + step * (rank[i] - (there.sum(0) - 1) / 2)
            ends = np.abs(values[:, 1:] - values[:, :1]).T
            look = {"fmt": MARKERS[i], "color": sns.color_palette()[i], "capsize": 3, "markersize": 5}
            axis.errorbar(values[:, 0], place, xerr=ends, label=name, **look)
        axis.set(title=title, xlabel=xlabel, yticks=range(len(rows)))
        axis.grid(axis="x", color="0.9")
        axis.set_axisbelow(True)
    axes[0, 0].set_yticklabels(rows)
    axes[0, 0].set_ylim(len(rows) - 0.4, -0.6)
    axes[0, -1].legend(frameon=False, fontsize="small")
    return figure


def fold_map(clips: pd.DataFrame, panels: dict[str, dict[str, np.ndarray]]) -> Figure:
    """Draw who says what in which part.

    One mark per clip, a row for every speaker, a column for every sentence.

    Parameters
    ----------
    clips : DataFrame
        Clip table with speaker and sentence.
    panels : dict of str to dict of str to ndarray
        Panel title -> part -> row numbers. Parts look alike in all panels; test is the darkest, dropped the
        faintest.
    """
    _check("fold_map", panels)
    looks = {
        "train": {"marker": "o", "s": 7, "color": "0.72"},
        "valid": {"marker": "o", "s": 14, "facecolors": "none", "edgecolors": "0.35", "linewidths": 0.9},
        "test": {"marker": "s", "s": 16, "color": "black"},
        "dropped": {"marker": "x", "s": 9, "color": "0.7", "linewidths": 0.7},
    }
    speakers, rows = np.unique(clips["speaker"].to_numpy(dtype=str), return_inverse=True)
    sentences, columns = np.unique(clips["sentence"].to_numpy(dtype=str), return_inverse=True)
    # Clips of one speaker and sentence stand side by side in their cell, three to a line.
    turn = clips.groupby([rows, columns]).cumcount().to_numpy()
    x, y = columns + 0.25 * (turn % 3 - 1), rows + 0.25 * (turn // 3 - 1)
    across = min(2, len(panels))
    down = -(-len(panels) // across)
    size = (across * (0.8 + 0.32 * len(sentences)), 0.7 + down * (0.8 + 0.24 * len(speakers)))
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
    found = {}
    for axis in axes.flat:
        handles, labels = axis.get_legend_handles_labels()
        found = dict(zip(labels, handles)) | found
    figure.legend(
        found.values(),
        found.keys(),
        loc="outside lower center",
        ncols=len(found),
        frameon=False,
        markerscale=1.6,
    )
    return figure


def voices(clips: dict[str, np.ndarray], rate: int, found: dict, note: str = "") -> Figure:
    """Clips side by side: waveform, pitch and level over time, one column each, with common scales.

    Parameters
    ----------
    clips : dict of str to ndarray (samples,)
        Column title -> wave.
    rate : int
        Samples per second.
    found : dict of str to sequifi_lite.teaching.prosody.Frames
        What `sequifi_lite.teaching.prosody.analyse` says of each clip.
    note : str
        Stands above all columns; say there if the clips are synthetic.
    """
    size = (1.2 + 2.4 * len(clips), 5.6)
    figure, axes = plt.subplots(3, len(clips), figsize=size, sharex=True, sharey="row", squeeze=False)
    for column, (name, wave) in zip(axes.T, clips.items()):
        frames, colour = found[name], sns.color_palette()[0]
        column[0].plot(np.arange(len(wave)) / rate, wave, color=GREY, linewidth=0.4)
        column[0].set_title(name)
        column[1].plot(frames.time, frames.pitch, "o", color=colour, markersize=2)
        if np.isfinite(frames.pitch).any():
            column[1].axhline(np.nanmedian(frames.pitch), color=colour, linestyle=":", linewidth=1)
        column[1].set_yscale("log", base=2)
        column[2].plot(frames.time, np.maximum(frames.level, -70), color=GREY)
        column[2].set_xlabel("s")
    low, high = axes[1, 0].get_ylim()
    places = [place for place in (50, 70, 100, 150, 200, 300, 400, 600) if low <= place <= high]
    axes[1, 0].set_yticks(places, [str(place) for place in places])
    for axis, label in zip(axes[:, 0], ("wave", "pitch (Hz)", "level (dB)")):
        axis.set_ylabel(label)
    if note:
        figure.suptitle(note, fontsize="medium", color=GREY)
    return figure


def mel_spectrograms(
    pictures: dict[str, np.ndarray], centres: np.ndarray, hop: float, note: str = ""
) -> Figure:
    """Mel spectrograms side by side, dark for much energy, with one scale of 70 dB.

    Parameters
    ----------
    pictures : dict of str to ndarray (mels, frames)
        Column title -> levels in dB.
    centres : ndarray (mels,)
        Centre frequencies of the bands in Hz.
    hop : float
        Seconds from frame to frame.
    note : str
        As for `voices`.
    """
    figure, axes = plt.subplots(
        1, len(pictures), figsize=(1.2 + 2.4 * len(pictures), 4.2), sharey=True, squeeze=False
    )
    top = max(picture.max() for picture in pictures.values())
    greys = plt.get_cmap("Greys", 20)  # steps of 3 dB keep the file small
    ticks = [
        frequency for frequency in (250, 500, 1000, 2000, 4000) if centres[0] <= frequency <= centres[-1]
    ]
    places = np.interp(
        ticks, centres, range(len(centres))
    )  # between two bands where no band is centred on a round number
    for axis, (name, picture) in zip(axes[0], pictures.items()):
        extent = (0, picture.shape[1] * hop, -0.5, len(picture) - 0.5)
        look = {"cmap": greys, "vmin": top - 70, "vmax": top, "interpolation": "nearest"}
        image = axis.imshow(picture, origin="lower", aspect="auto", extent=extent, **look)
        axis.set(title=name, xlabel="s", yticks=places, yticklabels=[f"{tick:,}" for tick in ticks])
    axes[0, 0].set_ylabel("Hz (mel scale)")
    figure.colorbar(image, ax=axes[0].tolist(), label="dB", aspect=18)
    if note:
        figure.suptitle(note, fontsize="medium", color=GREY)
    return figure


def by_emotion(
    differences: pd.DataFrame,
    features: dict[str, str],
    rows: dict[str, str],
    emotions: Sequence[str],
    group: str = "speaker",
) -> Figure:
    """How features differ between emotions.

    The median over speakers, with a line over the middle half of them.

    Parameters
    ----------
    differences : DataFrame
        One row per speaker and emotion, columns ``corpus``, ``emotion`` and one per feature: the speaker's
        mean less the one of the same speaker's neutral clips.
    features : dict of str to str
        Column -> title of its panel, unit included.
    rows : dict of str to str
        Corpus -> name on the vertical axis, from the top.
    emotions : sequence of str
    group : str
        What one row of `differences` stands for, for the label of the axis.
    """
    across = 2
    down = -(-len(features) // across)
    size = (9.2, 0.6 + down * (0.8 + 0.42 * len(rows)))
    figure, axes = plt.subplots(down, across, figsize=size, sharey=True, squeeze=False)
    for axis, (feature, title) in zip(axes.flat, features.items()):
        axis.axvline(0, color=GREY, linewidth=1)
        for i, emotion in enumerate(emotions):
            of_emotion = differences[differences["emotion"] == emotion]
            values = [of_emotion.loc[of_emotion["corpus"] == corpus, feature].dropna() for corpus in rows]
            middle = np.array([value.median() for value in values])
            quarters = np.array([[value.quantile(q) for q in (0.25, 0.75)] for value in values])
            place = np.arange(len(rows)) + 0.24 * (i - (len(emotions) - 1) / 2)
            look = {"fmt": MARKERS[i], "color": sns.color_palette()[i], "markersize": 5}
            axis.errorbar(middle, place, xerr=np.abs(quarters - middle[:, None]).T, label=emotion, **look)
        axis.set(title=title, xlabel=f"difference from the {group}'s neutral", yticks=range(len(rows)))
        axis.grid(axis="x", color="0.9")
        axis.set_axisbelow(True)
    for axis in axes.flat[len(features) :]:
        axis.set_visible(False)
    for axis in axes[:, 0]:
        axis.set_yticklabels(rows.values())
    axes[0, 0].set_ylim(len(rows) - 0.4, -0.6)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(emotions), frameon=False)
    return figure
