"""Words beside marks, kept apart from each other and from lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

#: Where a note may stand, in points from its mark, the best first.
SPOTS = [
    (x * far, y * far)
    for far in (5, 8, 12, 17, 23, 30)
    for x, y in (
        *((1, 1), (-1, -1), (-1, 1), (1, -1), (0, 1.2), (0, -1.2), (1.4, 0), (-1.4, 0)),
        *((1.3, 0.5), (-1.3, -0.5), (-1.3, 0.5), (1.3, -0.5), (0.5, 1.2), (-0.5, -1.2), (-0.5, 1.2)),
        (0.5, -1.2),
    )
]


#: To notes that keep off it, a line is a row of small squares, so many px from each other and so wide.
STEP, THICK = 3.0, 2.0
FAR = 2.0  # a point from the own mark weighs as many square px of a line
NEVER = 10.0  # a square px of another note, of a mark or beyond the frame weighs as many of a line
APART = np.array([4.0, 1.0])  # px that stay free beside a note, and above and below it
ROUNDS = 3  # after the first, a note may move when all the others have their places
WRONG = 100.0  # as many square px of a line weighs a spot that is nearer to a mark of others
LEADER = 11.0  # px between a note and its mark beyond which a thin line joins them


class Apart(Artist):
    """Find a place for every note just before a figure is drawn, when its limits and its size are known.

    A note takes the spot at which it covers least, and of equal ones the nearest: no other words, no mark of
    its panel, neither the legend nor the frame; and no line, unless it would have to go far away for that.

    Parameters
    ----------
    notes : sequence of Annotation
        Their positions are in points from their marks.
    """

    def __init__(self, notes: Sequence[Annotation]):
        super().__init__()
        self.notes = notes
        self.set_zorder(0)  # drawn first, so before the notes
        self.set_in_layout(False)

    def draw(self, renderer) -> None:
        """Move the notes, and join those that had to go far to their marks."""
        axis = self.axes
        if not isinstance(axis, Axes):
            return
        legend = axis.get_legend()
        others = [text for text in axis.texts if text not in self.notes]
        fixed = [thing.get_window_extent(renderer) for thing in (*others, *([legend] if legend else []))]
        taken = np.array([box.extents for box in fixed]).reshape(-1, 4)
        marks, lines = _marks(axis), _lines(axis)
        # A mark beyond the limits has no note.
        seen = [note for note in self.notes if axis.bbox.contains(*axis.transData.transform(note.xy))]
        boxes = [[_at(note, spot, renderer) for spot in SPOTS] for note in seen]
        costs = [
            np.array(
                [
                    NEVER * (_covered(box, np.vstack([taken, marks])) + _outside(box, axis.bbox))
                    + _covered(box, lines)
                    + WRONG * _belongs_elsewhere(box, axis.transData.transform(note.xy), marks)
                    + FAR * np.hypot(*spot)
                    for box, spot in zip(mine, SPOTS)
                ]
            )
            for note, mine in zip(seen, boxes)
        ]
        here: dict[int, int] = {}
        for number in list(range(len(seen))) * ROUNDS:
            rest = [boxes[other][spot].extents for other, spot in here.items() if other != number]
            words = np.array(rest).reshape(-1, 4)
            shared = np.array([_covered(box, words) for box in boxes[number]])
            here[number] = int(np.argmin(costs[number] + NEVER * shared))
        for number, note in enumerate(seen):
            _lead(axis, note, _at(note, SPOTS[here[number]], renderer), renderer)


def keep_apart(axis: Axes) -> None:
    """Find places for all notes of a panel, the last one first, whenever it is drawn."""
    notes = [text for text in reversed(axis.texts) if isinstance(text, Annotation) and text.get_text()]
    for note in notes:
        note.set_in_layout(False)  # it will stand in the frame, and needs no room beside it
    axis.add_artist(Apart(notes))


def _marks(axis: Axes) -> np.ndarray:
    """Squares over the marks of a panel: (n, 4)."""
    inch, found = axis.figure.dpi, [np.empty((0, 4))]
    for line in axis.lines:
        path = line.get_transform().transform(line.get_xydata())
        large = line.get_markersize() if line.get_marker() not in ("", "None", None) else 0
        found.append(_squares(path[np.isfinite(path).all(1)], max(2, 0.42 * large * inch / 72)))
    for dots in axis.collections:
        if isinstance(dots, PathCollection):
            places = axis.transData.transform(np.asarray(dots.get_offsets()))
            large = np.resize(np.sqrt(dots.get_sizes()), len(places))[:, None]
            found.append(_squares(places, 0.42 * large * inch / 72))
    return np.vstack(found)


def _lines(axis: Axes) -> np.ndarray:
    """Small squares along the lines of a panel: (n, 4)."""
    drawn = [line for line in axis.lines if line.get_linestyle() not in ("", "None", " ")]
    found = [_along(line.get_transform().transform(line.get_xydata())) for line in drawn]
    return _squares(np.concatenate([np.empty((0, 2)), *found]), THICK / 2)


def _lead(axis: Axes, note: Annotation, box: Bbox, renderer) -> None:
    """Draw a thin line from a mark to a note that stands far from it."""
    mark = axis.transData.transform(note.xy)
    near = np.clip(mark, box.min + APART, box.max - APART)
    if np.hypot(*(near - mark)) > LEADER:
        join = Line2D(*zip(mark, near), color="0.55", linewidth=0.8)
        join.set_figure(axis.figure)
        join.draw(renderer)


def _at(note: Annotation, spot: tuple[float, float], renderer) -> Bbox:
    """Put a note to a spot, and tell where it stands then."""
    x, y = spot
    note.set_position(spot)
    note.set_horizontalalignment("left" if x > 0 else "right" if x < 0 else "center")
    note.set_verticalalignment("bottom" if y > 0 else "top" if y < 0 else "center")
    box = note.get_window_extent(renderer)
    return Bbox.from_extents(*(box.min - APART), *(box.max + APART))


def _belongs_elsewhere(box: Bbox, mine: np.ndarray, marks: np.ndarray) -> bool:
    """Whether a box stands nearer to another mark than to its own, a place (2,)."""
    middles = (marks[:, :2] + marks[:, 2:]) / 2
    others = middles[np.hypot(*(middles - mine).T) > STEP]
    far = [np.hypot(*(np.clip(at, box.min, box.max) - at).T) for at in (mine[None], others)]
    return bool((far[1] < far[0] + STEP).any())


def _along(path: np.ndarray) -> np.ndarray:
    """Places on the way through points (points, 2), `STEP` px from each other: (places, 2)."""
    pieces = [
        np.linspace(start, end, 1 + int(np.hypot(*(end - start)) / STEP), endpoint=False)
        for start, end in zip(path, path[1:])
        if np.isfinite([start, end]).all()
    ]
    return np.concatenate(pieces) if pieces else np.empty((0, 2))


def _squares(places: np.ndarray, half: float | np.ndarray) -> np.ndarray:
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
