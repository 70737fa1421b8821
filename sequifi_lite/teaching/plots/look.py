"""What all figures have in common: width, sizes of text, dashes, markers, and what cannot be drawn."""

from __future__ import annotations

from collections.abc import Sized

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from ...errors import SequifiError

DASHES = ("-", "--", "-.", ":", (0, (1, 1)), (0, (5, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P")
GREY = "0.35"
#: For words that lines may pass behind.
HALO = {"path_effects": [withStroke(linewidth=3, foreground="white")], "zorder": 5}
#: Inches. A telephone shows a figure 358 px wide, so 10 points in this width are 9 px there.
WIDTH = 5.5


def style() -> None:
    """Set the look of all figures: white ground, the colour-blind palette, no text below 10 points.

    The ground stays white, so that a figure can be read in any notebook; the book turns lightness round where
    its pages are dark (``book/site/site.css``).
    """
    sizes = {"font.size": 12, "axes.titlesize": 12, "axes.labelsize": 11, "legend.fontsize": 10}
    sizes |= {"xtick.labelsize": 10, "ytick.labelsize": 10, "legend.title_fontsize": 10}
    sns.set_theme(context="notebook", style="ticks", palette="colorblind", rc=sizes)
    plt.rcParams.update(
        {
            "figure.dpi": 110,
            "savefig.pad_inches": 0.03,  # notebooks crop and pad: more would make the text smaller
            "figure.figsize": (WIDTH, 3.6),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "figure.constrained_layout.use": True,
            "figure.constrained_layout.h_pad": 0.08,  # inches: a title keeps off the panel above
        }
    )


def legible(axis: Axes) -> None:
    """Write the numbers of a heat map in black or white, whichever stands out more from its cell.

    A page shows the map as it is drawn or, where the page is dark, with its lightness turned round (`style`);
    what counts is the weaker contrast of the two.
    """
    mesh = axis.collections[0]
    mesh.update_scalarmappable()
    faces = np.asarray(mesh.get_facecolor())[:, :3].reshape(*np.asarray(mesh.get_array()).shape, 3)
    grounds = [_light(faces), _light(_turned(faces))]
    contrast = {}
    for name, level in (("black", 0.0), ("white", 1.0)):
        ink = np.full(3, level)
        words = [_light(ink), _light(_turned(ink))]
        pairs = [(np.maximum(g, w) + 0.05) / (np.minimum(g, w) + 0.05) for g, w in zip(grounds, words)]
        contrast[name] = np.minimum(*pairs)
    for text in axis.texts:
        column, row = (int(at) for at in text.get_position())
        text.set_color(
            "black" if contrast["black"][row, column] > contrast["white"][row, column] else "white"
        )


def _light(colour: np.ndarray) -> np.ndarray:
    """Give the relative luminance of sRGB colours (..., 3) in [0, 1], as WCAG 2 counts it."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def _turned(colour: np.ndarray) -> np.ndarray:
    """Give colours (..., 3) as a dark page shows them: ``invert(0.93) hue-rotate(180deg)``."""
    turn = np.array([[-0.574, 1.43, 0.144], [0.426, 0.43, 0.144], [0.426, 1.43, -0.856]])
    return np.clip((0.93 - 0.86 * colour) @ turn.T, 0, 1)


def check(function: str, things: Sized, most: int | None = None) -> None:
    """Refuse what cannot be drawn: nothing, or more lines than can be told apart."""
    if not things:
        raise SequifiError(f"There is nothing to draw; give {function} at least one entry.")
    if most is not None and len(things) > most:
        raise SequifiError(
            f"{function} tells {most} lines apart and was given {len(things)}; draw fewer, or two figures."
        )
