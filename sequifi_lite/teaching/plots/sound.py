"""Sound: waves, pitch and level, mel spectrograms, and features by emotion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from ..prosody import Frames
from .look import GREY, MARKERS, WIDTH


def voices(clips: dict[str, np.ndarray], rate: int, measured: dict[str, Frames], note: str = "") -> Figure:
    """Draw clips side by side: waveform, pitch and level over time, one column each, with common scales.

    Parameters
    ----------
    clips : dict of str to ndarray (samples,)
        Column title -> wave.
    rate : int
        Samples per second.
    measured : dict of str to sequifi_lite.teaching.prosody.Frames
        What `sequifi_lite.teaching.prosody.analyse` says of each clip.
    note : str
        Stands above all columns; say there if the clips are synthetic.
    """
    size = (WIDTH, 5.2)
    figure, axes = plt.subplots(3, len(clips), figsize=size, sharex=True, sharey="row", squeeze=False)
    for column, (name, wave) in zip(axes.T, clips.items()):
        frames, colour = measured[name], sns.color_palette()[0]
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
    """Draw mel spectrograms side by side, dark for much energy, with one scale of 70 dB.

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
    figure, axes = plt.subplots(1, len(pictures), figsize=(WIDTH, 3.4), sharey=True, squeeze=False)
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
    """Draw how features differ between emotions: medians over speakers, lines over the middle half of them.

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
    size = (WIDTH, 1.1 + down * (0.7 + 0.4 * len(rows)))
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
        whole = re.sub(r"(?<=\d) (?=[a-zA-Z])", "\N{NO-BREAK SPACE}", title)  # a number stays with its unit
        axis.set(title=fill(whole, 24), yticks=range(len(rows)))
        axis.grid(axis="x", color="0.9")
        axis.set_axisbelow(True)
    for axis in axes.flat[len(features) :]:
        axis.set_visible(False)
    for axis in axes[:, 0]:
        axis.set_yticklabels(rows.values())
    axes[0, 0].set_ylim(len(rows) - 0.4, -0.6)
    for axis in axes[-1]:
        axis.set_xlabel(fill(f"difference from the {group}'s neutral", 24))
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(emotions), frameon=False)
    return figure
