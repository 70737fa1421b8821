"""The table of grades: a row for each submission and exercise, written whole at every step."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path

from ... import __version__
from ...data.files import whole_file, written_to
from ...errors import ArgumentError
from .. import exercises

OUTCOMES = ("right", "wrong", "unfinished", "missing", "stopped", "unreadable")
FORMULAS = ("=", "+", "-", "@")  # with which a cell begins that a spreadsheet would compute
LONGEST = 1_000


@dataclass(frozen=True)
class Row:
    """What came of one exercise in one submission; `mistake` is empty where it is right."""

    submission: str
    chapter: str
    exercise: str
    outcome: str
    mistake: str
    digest: str  # of the submission
    checks: str  # version and digest of the checks


@cache
def checks() -> str:
    """Tell one state of the checks from another."""
    digest = hashlib.sha256()
    for path in sorted(Path(exercises.__path__[0]).glob("*.py")):
        digest.update(path.read_bytes())
    return f"{__version__}-{digest.hexdigest()[:8]}"


def chapter(exercise: str) -> str:
    """Name the chapter of an exercise, as its file is called: without a number."""
    return exercises.exercises()[exercise].__module__.rpartition(".")[2]


def cell(text: str) -> str:
    """Make a text one line that no spreadsheet takes for a formula."""
    text = " ".join(text.encode("utf-8", "backslashreplace").decode().split())
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."
    return f"'{text}" if text.startswith(FORMULAS) else text


def write(path: Path, rows: list[Row]) -> None:
    """Write the table: whole, or not at all."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(field.name for field in fields(Row))
    for row in rows:
        table.writerow(map(cell, asdict(row).values()))
    with written_to(path, "--out"), whole_file(path) as partial:
        partial.write_text(text.getvalue(), encoding="utf-8")


def read(path: Path) -> list[Row]:
    """Read a table that was written before; none if there is no file.

    Raises
    ------
    ArgumentError
        If the file is something else: it is not written over.
    """
    if not path.exists():
        return []
    header = ",".join(field.name for field in fields(Row))
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        if not lines or ",".join(lines[0]) != header or any(len(line) != len(lines[0]) for line in lines):
            raise ValueError
    except (OSError, ValueError, csv.Error):
        raise ArgumentError(f"{path} is no table of grades; choose another file with --out.") from None
    return [Row(*line) for line in lines[1:]]
