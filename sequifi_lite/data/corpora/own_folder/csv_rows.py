"""A csv as text, and as rows: no row is lost to a quotation mark, a delimiter or an encoding."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ....errors import CorpusError
from ...findings import counted

DELIMITERS = ",;\t|"
_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_NO_TEXT = {b"PK\x03\x04": "a workbook or another archive", b"\xd0\xcf\x11\xe0": "a workbook of old"}


class Row(NamedTuple):
    """A row of a csv: the number of the line that it begins in, and its cells."""

    line: int
    cells: list[str]


def rows_of(path: Path, suits: Callable[[list[str]], bool]) -> list[Row]:
    """Read a csv: the row that names the columns, and at least one more; empty rows are passed over.

    Parameters
    ----------
    path : path
        A csv in UTF-8, or in UTF-16 or UTF-32 with a mark at its beginning, in any of the usual delimiters;
        a first line such as ``sep=;`` names another one.
    suits : callable
        Tells whether names of columns make sense; the delimiter is chosen by it.

    Raises
    ------
    CorpusError
        If it cannot be read or is no csv, a quotation mark is not closed, or a row has too many or too few
        cells; the line is named.
    """
    text = _text(path)
    before, given = 0, None
    if named := re.match(r'"?sep=(.)"?[,;\t|]*(?:\r\n|\r|\n)', text, re.IGNORECASE):
        text, before, given = text[named.end() :], 1, named[1]
    lines = re.split(r"\r\n|\r|\n", text)
    skipped = next((number for number, line in enumerate(lines) if line.strip()), 0)
    head = lines[skipped]
    delimiter = given or _delimiter(head, suits)
    rows = [Row(row.line + before, row.cells) for row in _parsed(path, text, delimiter, lines, before)]
    if len(rows) < 2:
        raise CorpusError(
            f"{path} holds no rows; write the names of the columns (file, emotion, ...) and below them a line"
            " per clip."
        )
    if not suits(rows[0].cells):  # for which it will be refused, and not for the length of its rows
        return rows[:1]
    return [rows[0], *(_even(path, row, len(rows[0].cells)) for row in rows[1:])]


def _text(path: Path) -> str:
    """The text of a csv, as spreadsheets and scripts save it."""
    try:
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CorpusError(
            f"{path} cannot be read ({reason}); give the csv that holds your labels."
        ) from error
    for mark, kind in _NO_TEXT.items():
        if raw.startswith(mark):
            raise CorpusError(f"{path} is not UTF-8 text but {kind}; save it again as CSV in UTF-8.")
    encoding = next((encoding for mark, encoding in _MARKS.items() if raw.startswith(mark)), "utf-8-sig")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path} is not UTF-8 text; save it again as CSV in UTF-8.") from error
    text = text.lstrip("\ufeff").rstrip("\x1a")  # a second mark, and the end of a file in DOS
    if "\0" in text:
        line = 1 + len(re.findall(r"\r\n|\r|\n", text[: text.index("\0")]))
        raise CorpusError(
            f"Line {line} of {path} holds a character that no text has (NUL), so it is not UTF-8 text; save"
            " it again as CSV in UTF-8."
        )
    if path.suffix.lower() in (".json", ".jsonl") or re.match(r"\s*(\{\s*\"|\[\s*[\[{\"])", text):
        raise CorpusError(
            f"{path} is JSON, and labels are read from a csv; write it as one, e.g. with"
            ' pandas.read_json(...).to_csv("labels.csv", index=False).'
        )
    return text


def _delimiter(head: str, suits: Callable[[list[str]], bool]) -> str:
    """The delimiter that makes sense of the first line; failing that the most frequent one."""
    usual = sorted(DELIMITERS, key=head.count, reverse=True)
    for delimiter in usual:
        try:
            names = next(csv.reader([head], delimiter=delimiter, skipinitialspace=True, strict=True), [])
        except csv.Error:
            continue
        if suits(names):
            return delimiter
    return usual[0]


def _parsed(path: Path, text: str, delimiter: str, lines: list[str], before: int) -> list[Row]:
    """All rows that are not empty; a quotation mark that is not closed is refused where it stands."""
    try:
        if delimiter == '"':  # Python 3.13 refuses it, older ones read nonsense
            raise ValueError("a quotation mark")
        reader = csv.reader(
            io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True
        )
    except (TypeError, ValueError) as error:  # sep=" or a delimiter that is none
        raise CorpusError(f"The first line of {path} names no delimiter ({error}); delete it.") from error
    rows, first = [], 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return rows
        except csv.Error as error:
            raise CorpusError(
                f"Line {first + before} of {path} cannot be read as csv ({error}), because of a quotation"
                " mark"
                " that is not closed or stands within a cell; close it, or write it twice."
            ) from error
        if any(cell.strip() for cell in cells):
            row = Row(first, [cell.strip() for cell in cells])
            inner = lines[first : reader.line_num]
            width = len(rows[0].cells) if rows else len(cells)
            if inner and (not rows or _swallowed(row, inner, delimiter, width)):
                raise CorpusError(
                    f"Line {first + before} of {path} has a cell that goes on to line"
                    f" {reader.line_num + before}, so a quotation mark in it may not be closed; close it, and"
                    " write every row in one line."
                )
            rows.append(row)
        first = reader.line_num + 1


def _swallowed(row: Row, inner: list[str], delimiter: str, width: int) -> bool:
    """Whether further lines of a cell look like rows of their own."""
    most = max(width - 1, 1)
    long = sum(bool(re.search(r"[\r\n]", cell)) for cell in row.cells)
    return long != 1 or any(line.count(delimiter) >= most for line in inner)


def _even(path: Path, row: Row, columns: int) -> Row:
    """A row with a cell for each column; empty cells behind the last one do not count."""
    cells = row.cells
    while len(cells) > columns and not cells[-1]:
        cells = cells[:-1]
    if len(cells) != columns:
        raise CorpusError(
            f"Line {row.line} of {path} has {counted(len(cells), 'cell')} where the first line names"
            f" {columns} columns; put cells that hold a comma, semicolon or tab in quotation marks."
        )
    return Row(row.line, cells)
