"""Tables of the book: headers in words, an interval in one column, ten rows and the rest behind a click."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree

import numpy as np
import pandas as pd

from ..errors import SequifiError
from .assets import asset
from .piece import Piece

ROWS = 10
NOTHING = "–"
NUMBER = re.compile(r"[+−\-]?[\d,]+(\.\d+)?( ?%)?( [\[(].*[\])])?|–|")


def show_table(
    frame: pd.DataFrame,
    caption: str,
    headers: Mapping[str, str] | None = None,
    intervals: Mapping[str, tuple[str, str]] | None = None,
    formats: str | Mapping[str, str] = ".1f",
    rows: int = ROWS,
) -> Piece:
    """Show a frame as a table that can be read on a telephone, in the dark, and by a screen reader.

    Parameters
    ----------
    frame : DataFrame
        Its index is the first column, and stays in sight while the others are moved sideways. An index
        without a name of its own is shown where it is more than a count.
    caption : str
        One sentence or a few words: what the numbers are, and in what unit.
    headers : dict of str to str, optional
        Column -> its header in words. Only these columns are shown, in this order; all of them unless given.
    intervals : dict of str to (str, str), optional
        Column -> the columns of its lower and upper end, which are written behind it: ``81.1 [80.2, 82.0]``.
    formats : str or dict of str to str
        Format of numbers (``.1f``, ``+.1f`` for differences, ``g``); for single columns, the rest is ``.1f``.
    rows : int
        How many rows are seen at once; the rest comes with a click.

    Returns
    -------
    sequifi_lite.teaching.piece.Piece
        HTML, and the same as plain text.

    Raises
    ------
    SequifiError
        If the frame is empty, or a column that is asked for is not there.

    Examples
    --------
    >>> columns = {"uar": [81.1, -2], "low": [80.2, -3], "high": [82.1, -1.5]}
    >>> scores = pd.DataFrame(columns, index=["ours", "less"])
    >>> show_table(scores, "UAR (%)", {"uar": "target"}, {"uar": ("low", "high")})
    UAR (%)
                     target
    ours  81.1 [80.2, 82.1]
    less  −2.0 [−3.0, −1.5]
    """
    intervals = dict(intervals or {})
    columns = _columns(frame, caption, headers, intervals)
    text = pd.DataFrame(
        {
            number: _written(frame, name, intervals.get(name), _format(formats, name))
            for number, name in enumerate(columns)
        },
        index=frame.index,
    )
    text.columns = [str((headers or {}).get(name, _words(name))) for name in columns]
    counted = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    plain = text.to_string(index=not counted, justify="right")
    return Piece(_html(text, caption, counted, rows), f"{caption}\n{plain}")


def _columns(frame: pd.DataFrame, caption: str, headers, intervals: Mapping) -> list:
    """List the columns to be shown; ends of intervals are none. Refuse what is not there."""
    ends = {end for pair in intervals.values() for end in pair}
    columns = list(headers or (name for name in frame.columns if name not in ends))
    lost = [name for name in (*columns, *intervals, *ends) if name not in frame.columns]
    if lost or not len(frame) or not columns:
        said = (
            f"There is no column {lost[0]!r} in the table"
            if lost
            else "There is nothing to show in the table"
        )
        raise SequifiError(
            f"{said} {caption!r}; give columns of {', '.join(map(str, frame.columns)) or 'a frame'}."
        )
    return columns


def _words(name: object) -> str:
    """Write a column's name as words, where it is an identifier or has several levels."""
    if isinstance(name, tuple):
        return ", ".join(str(part) for part in name if str(part))
    return str(name).replace("_", " ")


def _format(formats: str | Mapping[str, str], name: str) -> str:
    return formats if isinstance(formats, str) else formats.get(name, ".1f")


def _written(frame: pd.DataFrame, name: str, ends: tuple[str, str] | None, form: str) -> list[str]:
    """Write a column, an interval behind each number where it has one."""
    if ends is None:
        return [_cell(value, form) for value in frame[name]]
    out = []
    for value, low, high in zip(frame[name], frame[ends[0]], frame[ends[1]]):
        whole = _cell(value, form)
        out.append(whole if pd.isna(low) else f"{whole} [{_cell(low, form)}, {_cell(high, form)}]")
    return out


def _cell(value: object, form: str) -> str:
    """Write one value: a true minus, commas at thousands, a dash for nothing, no sign at nought."""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, np.integer)) and form == ".1f":
        form = ",d"
    elif form.endswith("f") and "," not in form:
        form = form.replace(".", ",.")
    if isinstance(value, (int, float, np.integer, np.floating)):
        text = format(value, form)
        nought = re.fullmatch(r"[+-](0(\.0+)?%?)", text)
        return NOTHING if pd.isna(value) else nought[1] if nought else _minus(text)
    return NOTHING if value is None or value is pd.NA or not str(value).strip() else _minus(str(value))


def _minus(text: str) -> str:
    return re.sub(r"(?<![\w\-])-(?=[\d.]|inf\b)", "−", text)


def _html(text: pd.DataFrame, caption: str, counted: bool, rows: int) -> str:
    """Build the markup out of elements, so that no word of the table can be taken for markup."""
    whole = ElementTree.Element("div")
    ElementTree.SubElement(whole, "style").text = "STYLE"
    # The caption stands before the box: it is not moved sideways, and is broken where the page ends.
    ElementTree.SubElement(whole, "div", {"class": "sq-caption"}).text = caption
    _fill(_part(whole, caption), text.iloc[:rows], caption, counted)
    if len(text) > rows:
        more = ElementTree.SubElement(whole, "details", {"class": "sq-more"})
        rest = len(text) - rows
        ElementTree.SubElement(more, "summary").text = f"{rest} more row" + "s" * (rest > 1)
        _fill(_part(more, f"{caption}, the rest"), text.iloc[rows:], f"{caption}, the rest", counted)
    made = ElementTree.tostring(whole, encoding="unicode", method="html")
    return made.replace("STYLE", asset("table.css"), 1)


def _part(parent: ElementTree.Element, label: str) -> ElementTree.Element:
    """Add a box that is moved sideways where the table is wider than the page, by keys as well."""
    look = {"class": "sq-table", "role": "region", "tabindex": "0", "aria-label": label}
    return ElementTree.SubElement(parent, "div", look)


def _fill(box: ElementTree.Element, text: pd.DataFrame, name: str, counted: bool) -> None:
    """Write a table into its box."""
    table = ElementTree.SubElement(box, "table", {"class": "dataframe", "aria-label": name})
    levels = [] if counted else [str(name or "") for name in text.index.names]
    numeric = [all(NUMBER.fullmatch(cell) for cell in text.iloc[:, i]) for i in range(text.shape[1])]
    looks = [{} if right else {"class": "sq-words"} for right in numeric]
    head = ElementTree.SubElement(ElementTree.SubElement(table, "thead"), "tr")
    for level in levels:
        kind = "th" if level else "td"  # a header without a word is none
        ElementTree.SubElement(head, kind, {"class": "sq-words"}).text = level
    for column, look in zip(text.columns, looks):
        ElementTree.SubElement(head, "th", {"scope": "col", **look}).text = column
    body = ElementTree.SubElement(table, "tbody")
    for label, cells in zip(text.index, text.itertuples(index=False, name=None)):
        row = ElementTree.SubElement(body, "tr")
        for part in (label if isinstance(label, tuple) else (label,)) if levels else ():
            form = "g" if isinstance(part, (float, np.floating)) else ".1f"
            ElementTree.SubElement(row, "th", {"scope": "row", "class": "sq-words"}).text = _cell(part, form)
        for cell, look in zip(cells, looks):
            ElementTree.SubElement(row, "td", look).text = cell
