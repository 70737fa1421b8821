"""The way of a clip: from sound through a frozen encoder to the numbers that a head reads."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle

from .boxes import arrow, board, box
from .look import GREY, WIDTH

#: In inches: the sheet, the middle of the encoder's line, and of the head's.
HIGH, UP, DOWN = 3.3, 2.55, 0.8
TILE = (0.085, 0.1)


def way_of_a_clip(
    clip: np.ndarray, mel: np.ndarray, blocks: int, read: int, width: int, rates: tuple[int, int]
) -> Figure | SubFigure:
    """Draw the way of a clip to a head, and where the encoder is cut.

    Parameters
    ----------
    clip : ndarray (samples,)
    mel : ndarray (bands, frames)
        Its log-mel frames.
    blocks, read : int
        The encoder's blocks, and behind which of them states are read.
    width : int
        Numbers in a state.
    rates : (int, int)
        Log-mel frames and states a second.
    """
    axis = board(HIGH)
    _sound(axis, clip, mel, rates[0])
    stem = box(axis, 2.55, UP, "stem", "kept", 0.4)
    arrow(axis, (1.98, UP), (stem, (0, 0.5)))
    last, places = stem, np.linspace(3.15, 5.3, blocks)
    for number, x in enumerate(places, 1):
        gone = number > read
        block = box(axis, x, UP, str(number), "absent" if gone else "kept", 0.55)
        if number != read + 1:
            look = {"color": "0.5", "linestyle": ":"} if gone else {}
            arrow(axis, (last, (1, 0.5)), (block, (0, 0.5)), **look)
        last = block
    axis.text((2.3 + places[read - 1]) / 2, UP + 0.42, "frozen encoder", ha="center", fontsize=10)
    axis.text(
        (places[read] + places[-1]) / 2, UP + 0.42, "not computed", ha="center", fontsize=10, color=GREY
    )
    cut = (places[read - 1] + places[read]) / 2
    axis.plot([cut, cut], [UP - 0.36, UP + 0.65], color="black", linewidth=1.3, linestyle="--")
    _states(axis, places[read - 1], width, rates[1])
    head = box(axis, 4.05, DOWN, "head", "filled", 0.7)
    arrow(axis, (2.72, DOWN), (head, (0, 0.5)))
    arrow(axis, (head, (1, 0.5)), (4.72, DOWN))
    axis.text(4.76, DOWN, "emotion", va="center", fontsize=10)
    axis.text(4.05, DOWN - 0.4, "trained", ha="center", va="center", fontsize=10)
    return axis.figure


def _sound(axis: Axes, clip: np.ndarray, mel: np.ndarray, rate: int) -> None:
    """Draw a clip as it is and as log-mel frames, with their names."""
    thinned = clip[: len(clip) // 200 * 200].reshape(200, -1)
    t = np.linspace(0.05, 0.85, 200)
    for edge in (thinned.min(1), thinned.max(1)):
        axis.fill_between(t, UP, UP + 0.3 * edge / np.abs(clip).max(), color=GREY, linewidth=0)
    arrow(axis, (0.9, UP), (1.16, UP))
    axis.imshow(mel, extent=(1.18, 1.96, UP - 0.3, UP + 0.3), aspect="auto", origin="lower", cmap="Greys")
    axis.set(xlim=(0, WIDTH), ylim=(0, HIGH))
    axis.text(0.45, UP + 0.42, "sound", ha="center", fontsize=10)
    axis.text(1.57, UP + 0.42, "log-mel", ha="center", fontsize=10)
    axis.text(1.57, UP - 0.47, f"{mel.shape[0]} bands", ha="center", va="center", fontsize=10)
    axis.text(1.57, UP - 0.65, f"{rate} a second", ha="center", va="center", fontsize=10)


def _states(axis: Axes, out: float, width: int, rate: int) -> None:
    """Draw the states that come out of the last block that is read, and what pooling makes of them."""
    (wide, high), columns, rows = TILE, 10, 5
    bottom, left = DOWN - rows * high / 2, 0.5
    turn = UP - 0.87
    axis.plot(
        [out, out, left + 0.42, left + 0.42], [UP - 0.2, turn, turn, turn - 0.2], color="black", linewidth=1.3
    )
    arrow(axis, (left + 0.42, turn - 0.15), (left + 0.42, bottom + rows * high + 0.02))
    for column in range(columns):
        _tiles(axis, left + column * wide, bottom, rows, "white")
    arrow(axis, (left + columns * wide + 0.06, DOWN), (2.42, DOWN))
    for half, name, shade in ((0, "spread", "0.6"), (1, "mean", "0.85")):
        _tiles(axis, 2.48, DOWN + (half - 1) * rows * high, rows, shade, 0.16)
        axis.text(2.74, DOWN + (half - 0.5) * rows * high, name, va="center", fontsize=10)
    axis.text(
        2.56, DOWN - rows * high - 0.18, f"{2 * width:,} numbers", ha="center", va="center", fontsize=10
    )
    middle = left + columns * wide / 2
    axis.text(middle, bottom - 0.18, f"{width} numbers,", ha="center", va="center", fontsize=10)
    axis.text(middle, bottom - 0.4, f"{rate} times a second", ha="center", va="center", fontsize=10)


def _tiles(axis: Axes, x: float, bottom: float, rows: int, shade: str, wide: float = TILE[0]) -> None:
    """Draw one column of numbers."""
    look = {"facecolor": shade, "edgecolor": GREY, "linewidth": 0.6}
    for row in range(rows):
        axis.add_patch(Rectangle((x, bottom + row * TILE[1]), wide, TILE[1], **look))
