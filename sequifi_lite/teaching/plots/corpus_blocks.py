"""A corpus as a block of clips: who speaks, what is said, in which emotion."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Circle, Rectangle, Wedge

from .boxes import arrow, board
from .look import GREY, check

#: In inches: where the nearest sheet begins, a cell, from sheet to sheet, and the height of a corpus.
LEFT, CELL, STEP, HIGH = 1.45, (0.27, 0.3), (0.075, 0.075), 2.15
ACROSS = 6  # cells


def corpus_blocks(names: pd.DataFrame, titles: dict[str, str]) -> Figure | SubFigure:
    """Draw each corpus as a stack of sheets, one for each emotion, ruled by who speaks and what is said.

    The clip that is filled in is the first one of the corpus. Three rows and six columns are drawn of each
    sheet; the numbers beside them say how many there are.

    Parameters
    ----------
    names : DataFrame
        A row per clip: corpus, file, speaker (missing where a name does not tell it), gender, sentence,
        emotion.
    titles : dict of str to str
        Corpus -> its name in the figure.

    Raises
    ------
    SequifiError
        If there is no corpus.
    """
    check("corpus_blocks", titles)
    axis = board(HIGH * len(titles))
    for turn, (corpus, title) in enumerate(titles.items()):
        bottom = HIGH * (len(titles) - 1 - turn)
        axis.text(0.02, bottom + HIGH - 0.17, title, fontsize=12, va="center")
        _block(axis, bottom + 0.42, names.loc[names["corpus"] == corpus])
    return axis.figure


def _block(axis: Axes, bottom: float, clips: pd.DataFrame) -> None:
    """Draw one corpus; `bottom` is that of its nearest sheet."""
    first, known = clips.iloc[0], bool(clips["speaker"].notna().any())
    who = "speaker" if known else "gender"
    rows = [first[who], *(one for one in clips[who].unique() if one != first[who])][:3]
    (wide, high), (right, up), sheets = CELL, STEP, len(set(clips["emotion"]))
    for sheet in reversed(range(sheets)):
        corner = (LEFT + sheet * right, bottom + sheet * up)
        _sheet(axis, corner, filled=sheet == 0)
    for row, name in enumerate(rows):
        at = bottom + (2.5 - row) * high
        axis.text(LEFT - 0.08, at, name, ha="right", va="center", fontsize=10)
        for person in range(1 if known else 3):
            _person(axis, 0.7 - 0.15 * person, at, 0.25 if known else 0.45 + 0.17 * person)
    kinds = ("speakers", "sentences") if known else ("types of voice", "words")
    people, texts = (f"{clips[column].nunique()} {kind}" for column, kind in zip((who, "sentence"), kinds))
    axis.text(LEFT - 0.08, bottom - 0.2, people, ha="right", va="center", fontsize=10)
    axis.text(LEFT + ACROSS * wide / 2, bottom - 0.2, texts, ha="center", va="center", fontsize=10)
    x, y = LEFT + ACROSS * wide + 0.1, bottom - 0.02
    arrow(axis, (x, y), (x + right * sheets, y + up * sheets), color=GREY)
    axis.text(x + 0.36, y + 0.15, f"{sheets} emotions", va="center", fontsize=10)
    kind = "speaker " if known else ""
    told = (f"one clip: {kind}{first[who]},", f"{kinds[1][:-1]} {first['sentence']},", first["emotion"])
    axis.add_patch(Rectangle((3.72, bottom + 1.14), 0.12, 0.12, facecolor="0.25"))
    axis.text(3.92, bottom + 1.28, "\n".join(told), va="top", fontsize=10, linespacing=1.3)


def _sheet(axis: Axes, corner: tuple[float, float], filled: bool) -> None:
    """Draw one sheet of cells; on the nearest one the first clip is filled in."""
    (x, y), (wide, high) = corner, CELL
    for row in range(3):
        for column in range(ACROSS):
            face = "0.25" if filled and row == column == 0 else "white"
            at = (x + column * wide, y + (2 - row) * high)
            axis.add_patch(Rectangle(at, wide, high, facecolor=face, edgecolor=GREY, linewidth=0.7))


def _person(axis: Axes, x: float, y: float, shade: float) -> None:
    """Draw a head and shoulders."""
    look = {"facecolor": str(shade), "edgecolor": "white", "linewidth": 0.8}
    axis.add_patch(Wedge((x, y - 0.13), 0.11, 0, 180, **look))
    axis.add_patch(Circle((x, y + 0.04), 0.065, **look))
