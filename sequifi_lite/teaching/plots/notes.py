"""Words beside marks, kept apart from each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

#: Where a note may stand, in points from its mark, the best first.
SPOTS = [
    (x * far, y * far)
    for far in (5, 12, 20, 30)
    for x, y in ((1, 1), (-1, -1), (-1, 1), (1, -1), (0, 1.2), (0, -1.2), (1.4, 0), (-1.4, 0))
]


class Apart(Artist):
    """Find a place for every note just before a figure is drawn, when its limits and its size are known.

    A note takes the nearest spot at which it covers no other note, no mark, neither the legend nor the frame;
    where there is none, the spot at which it covers least.

    Parameters
    ----------
    notes : sequence of Annotation
        Their positions are in points from their marks.
    marks : ndarray (marks, 2)
        What should not be covered, in data coordinates.
    """

    def __init__(self, notes: Sequence[Annotation], marks: np.ndarray):
        super().__init__()
        self.notes, self.marks = notes, marks
        self.set_zorder(0)  # drawn first, so before the notes
        self.set_in_layout(False)

    def draw(self, renderer) -> None:
        """Move the notes; nothing is drawn here."""
        axis = self.axes
        if axis is None:
            return
        legend = axis.get_legend()
        taken = [] if legend is None else [legend.get_window_extent(renderer)]
        marks = [Bbox([place - 4, place + 4]) for place in axis.transData.transform(self.marks)]
        for note in self.notes:
            if not axis.bbox.contains(*axis.transData.transform(note.xy)):
                continue  # a mark beyond the limits has no note
            tried = []
            for spot in SPOTS:
                box = _at(note, spot, renderer)
                tried.append((_covered(box, taken) + _covered(box, marks) + _outside(box, axis.bbox), spot))
                if not tried[-1][0]:
                    break
            taken.append(_at(note, min(tried, key=lambda one: one[0])[1], renderer))


def _at(note: Annotation, spot: tuple[float, float], renderer) -> Bbox:
    """Put a note to a spot, and tell where it stands then."""
    x, y = spot
    note.set_position(spot)
    note.set_horizontalalignment("left" if x > 0 else "right" if x < 0 else "center")
    note.set_verticalalignment("bottom" if y > 0 else "top" if y < 0 else "center")
    return note.get_window_extent(renderer).padded(1)


def _covered(box: Bbox, others: Sequence[Bbox]) -> float:
    """Area that a box shares with others, in square px."""
    shared = (Bbox.intersection(box, other) for other in others)
    return sum(one.width * one.height for one in shared if one is not None)


def _outside(box: Bbox, frame: Bbox) -> float:
    """Area of a box beyond the frame of its panel, in square px."""
    inside = Bbox.intersection(box, frame)
    return box.width * box.height - (0 if inside is None else inside.width * inside.height)
