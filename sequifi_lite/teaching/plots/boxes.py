"""What drawings of an idea are made of: a sheet measured in inches, boxes with words, arrows between them."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from .look import GREY, WIDTH

#: A box that is trained or chosen, one that stays as it is, and one that is kept in store.
LOOKS = {
    "filled": {"facecolor": "0.25", "edgecolor": "0.25"},
    "outlined": {"facecolor": "white", "edgecolor": "black"},
    "kept": {"facecolor": "0.85", "edgecolor": "black"},
    "absent": {"facecolor": "white", "edgecolor": "0.5", "linestyle": ":"},
}


def board(high: float, wide: float = WIDTH) -> Axes:
    """Make a figure that is one empty sheet: a unit of either axis is an inch, and nothing is distorted."""
    figure = plt.figure(figsize=(wide, high), layout="none")
    axis = figure.add_axes((0, 0, 1, 1))
    axis.set(xlim=(0, wide), ylim=(0, high))
    axis.axis("off")
    return axis


def box(axis: Axes, x: float, y: float, words: str, look: str = "outlined", pad: float = 0.5) -> Patch:
    """Put words into a box around a point; `look` is one of `LOOKS`, `pad` in heights of the text."""
    frame = {"boxstyle": f"round,pad={pad}"} | LOOKS[look]
    shade = {"filled": "white", "absent": GREY}.get(look, "black")
    text = axis.text(x, y, words, ha="center", va="center", fontsize=10, color=shade, bbox=frame)
    patch = text.get_bbox_patch()
    assert patch is not None  # as it was given a frame
    return patch


def arrow(axis: Axes, start, end, style: str = "->", **look) -> None:
    """Draw an arrow between two points, each (x, y) or (box, (across, up)), the latter from 0 to 1."""
    (a, leave), (b, arrive) = (
        ("data", at) if isinstance(at[0], int | float) else (at[0], at[1]) for at in (start, end)
    )
    drawn = {"arrowstyle": style, "color": "black", "linewidth": 1.3, "shrinkA": 1, "shrinkB": 1} | look
    axis.annotate("", arrive, leave, xycoords=b, textcoords=a, arrowprops=drawn)
