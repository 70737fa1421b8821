"""What all figures have in common: palette, dashes, markers, and what is refused before anything is drawn."""

from __future__ import annotations

from collections.abc import Sized

import matplotlib.pyplot as plt
import seaborn as sns

from ...errors import SequifiError

DASHES = ("-", "--", "-.", ":", (0, (1, 1)), (0, (5, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P")
GREY = "0.35"


def style() -> None:
    """Set the look of all figures: white ground, the colour-blind palette of seaborn."""
    sns.set_theme(context="notebook", style="ticks", palette="colorblind")
    plt.rcParams.update(
        {
            "figure.dpi": 110,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "figure.constrained_layout.use": True,
        }
    )


def check(function: str, things: Sized, most: int | None = None) -> None:
    """Refuse what cannot be drawn: nothing, or more lines than can be told apart."""
    if not things:
        raise SequifiError(f"There is nothing to draw; give {function} at least one entry.")
    if most is not None and len(things) > most:
        raise SequifiError(
            f"{function} tells {most} lines apart and was given {len(things)}; draw fewer, or two figures."
        )
