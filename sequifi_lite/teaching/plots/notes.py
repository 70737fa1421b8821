"""Words beside marks, kept apart from each other and from lines."""

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


#: To notes that keep off it, a line is a row of small squares, so many px from each other and so wide.
STEP, THICK = 3.0, 2.0
FAR = 2.0  # a point from the own mark weighs as many square px of a line
NEVER = 10.0  # a square px of another note, of a mark or beyond the frame weighs as many of a line


class Apart(Artist):
    """Find a place for every note just before a figure is drawn, when its limits and its size are known.

    A note takes the spot at which it covers least, and of equal ones the nearest: no other note, no mark,
    neither the legend nor the frame; and no line, unless it would have to go far away for that.

    Parameters
    ----------
    notes : sequence of Annotation
        Their positions are in points from their marks.
    lines : sequence of ndarray (points, 2)
        What should not be covered, in data coordinates: marks, and what joins those of one line.
    """

    def __init__(self, notes: Sequence[Annotation], lines: Sequence[np.ndarray]):
        super().__init__()
        self.notes, self.lines = notes, lines
        self.set_zorder(0)  # drawn first, so before the notes
        self.set_in_layout(False)

    def draw(self, renderer) -> None:
        """Move the notes; nothing is drawn here."""
        axis = self.axes
        if axis is None:
            return
        legend = axis.get_legend()
        taken = np.array([] if legend is None else [legend.get_window_extent(renderer).extents]).reshape(
            -1, 4
        )
        paths = [axis.transData.transform(line) for line in self.lines]
        marks = np.concatenate(paths)
        marks = _squares(marks[np.isfinite(marks).all(1)], 4)
        lines = _squares(np.concatenate([_along(path) for path in paths]), THICK / 2)
        for note in self.notes:
            if not axis.bbox.contains(*axis.transData.transform(note.xy)):
                continue  # a mark beyond the limits has no note
            tried = []
            for spot in SPOTS:
                box = _at(note, spot, renderer)
                worst = _covered(box, taken) + _covered(box, marks) + _outside(box, axis.bbox)
                tried.append((NEVER * worst + _covered(box, lines) + FAR * np.hypot(*spot), spot))
            here = _at(note, min(tried, key=lambda one: one[0])[1], renderer)
            taken = np.vstack([taken, here.extents])


def _at(note: Annotation, spot: tuple[float, float], renderer) -> Bbox:
    """Put a note to a spot, and tell where it stands then."""
    x, y = spot
    note.set_position(spot)
    note.set_horizontalalignment("left" if x > 0 else "right" if x < 0 else "center")
    note.set_verticalalignment("bottom" if y > 0 else "top" if y < 0 else "center")
    return note.get_window_extent(renderer).padded(1)


def _along(path: np.ndarray) -> np.ndarray:
    """Places on the way through points (points, 2), `STEP` px from each other: (places, 2)."""
    pieces = [
        np.linspace(start, end, 1 + int(np.hypot(*(end - start)) / STEP), endpoint=False)
        for start, end in zip(path, path[1:])
        if np.isfinite([start, end]).all()
    ]
    return np.concatenate(pieces) if pieces else np.empty((0, 2))


def _squares(places: np.ndarray, half: float) -> np.ndarray:
    """Squares around places (n, 2), as left, lower, right and upper ends: (n, 4)."""
    return np.hstack([places - half, places + half])


def _covered(box: Bbox, others: np.ndarray) -> float:
    """Area that a box shares with others (n, 4), in square px."""
    low, high = np.maximum(box.min, others[:, :2]), np.minimum(box.max, others[:, 2:])
    return float(np.maximum(high - low, 0).prod(1).sum())


def _outside(box: Bbox, frame: Bbox) -> float:
    """Area of a box beyond the frame of its panel, in square px."""
    inside = Bbox.intersection(box, frame)
    return box.width * box.height - (0 if inside is None else inside.width * inside.height)
