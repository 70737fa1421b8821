"""Labels read from a csv, and the files that its entries mean."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path, PurePosixPath

from ....errors import CorpusError
from ...audio import CONVERT, READABLE
from ...findings import counted
from .labels import Labelled
from .words import cell, nfc, plain

_COLUMNS = {
    "file": (
        "file",
        "path",
        "filename",
        "file_name",
        "filepath",
        "file_path",
        "wav",
        "audio",
        "clip",
        "name",
    ),
    "emotion": ("emotion", "label", "class", "emotion_label"),
    "speaker": ("speaker", "speaker_id", "spk", "actor", "actor_id", "subject", "participant"),
    "sentence": ("sentence", "sentence_id", "text", "text_id", "transcript", "statement", "word"),
    "gender": ("gender", "sex"),
    "intensity": ("intensity", "level"),
    "language": ("language", "lang"),
}


def from_csv(path: Path, files: list[PurePosixPath], others: list[PurePosixPath]) -> Labelled:
    """Take what is said of every file from a csv, and note what in it does not fit.

    Parameters
    ----------
    files, others : list of path
        Files that can be decoded, and those that have to be converted first.
    """
    entries = read_labels(path)
    decodable, convertible = _Finder(files), _Finder(others)
    described: dict[PurePosixPath, dict] = {}
    absent, ambiguous, twice = [], {}, {}
    for entry in entries:
        named = entry.pop("file")
        hits = decodable.find(named) or convertible.find(named)
        if not hits:
            absent.append(named)
            continue
        if len(hits) > 1:
            ambiguous[named] = " and ".join(str(hit) for hit in hits[:3]) + (
                " and more" if len(hits) > 3 else ""
            )
            continue
        file = hits[0]
        if file in described and entry["emotion"] != described[file]["emotion"]:
            twice[nfc(str(file))] = (
                f"{path.name} calls it {described[file]['emotion']} and {entry['emotion']}"
            )
        described.setdefault(file, entry)
    unnamed = [str(file) for file in files if file not in described]
    left_out = {f"not in {path.name}": unnamed} if unnamed else {}
    return Labelled(path.name, described, left_out, absent, ambiguous, twice)


def read_labels(path: str | Path) -> list[dict[str, str | None]]:
    """Read the rows of a csv of labels, with our names for its columns; an empty cell is None.

    Parameters
    ----------
    path : path
        A csv (comma, semicolon or tab; UTF-8) whose first line names the columns: file, emotion and, where
        known, speaker, sentence, gender (female, male, child), intensity, language. A file is a path below
        the reader's folder, any longer path that ends in it, or a name that no other file has; its suffix may
        be absent.

    Raises
    ------
    CorpusError
        If it cannot be read, lacks the column of files or of emotions, or has a line with too many or too few
        cells.
    """
    path = Path(path)
    (_, names), *lines = _lines(path, _text(path))
    at = _columns(path, names)
    entries = []
    for number, cells in lines:
        if len(cells) != len(names):
            raise CorpusError(
                f"Line {number} of {path} has {counted(len(cells), 'cell')} where the first line names"
                f" {len(names)} columns; put cells that hold a comma, semicolon or tab in quotation marks."
            )
        entry = {ours: cell(cells[column]) for ours, column in at.items()}
        if entry["file"] is None:
            raise CorpusError(
                f"Line {number} of {path} names no file; fill in its {names[at['file']]} or delete the line."
            )
        entries.append(entry)
    return entries


def _text(path: Path) -> str:
    """The text of a csv, as spreadsheets save it: UTF-8, or UTF-16 with a mark at the beginning."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CorpusError(
            f"{path} cannot be read ({error.strerror}); give the csv that holds your labels."
        ) from error
    wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return raw.decode("utf-16" if wide else "utf-8-sig").lstrip("\n\r")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path} is not UTF-8 text; save it again as CSV in UTF-8.") from error


def _lines(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """Numbers and cells of all lines that are not empty: the header, and at least one more."""
    head = text.split("\n", 1)[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    try:
        table = [
            (lines.line_num, [cell.strip() for cell in line])
            for line in lines
            if any(cell.strip() for cell in line)
        ]
    except csv.Error as error:
        raise CorpusError(
            f"{path} is no csv ({error} near line {lines.line_num}); save it again as CSV in UTF-8."
        ) from error
    if len(table) < 2:
        raise CorpusError(
            f"{path} holds no rows; write the names of the columns (file, emotion, ...) and below them a line"
            " per clip."
        )
    return table


def _columns(path: Path, names: list[str]) -> dict[str, int]:
    """Where each of our columns stands, by its name in the file."""
    header = [plain(name) for name in names]
    at: dict[str, int] = {}
    for ours, candidates in _COLUMNS.items():
        there = [header.index(word) for word in candidates if word in header]
        if there:
            at[ours] = there[0]
        elif ours in ("file", "emotion"):
            raise CorpusError(
                f"{path} has no column called {ours} (it has {', '.join(names)}); name one of them so."
            )
    return at


class _Finder:
    """Files by every tail of their path, with and without suffix.

    If need be, whether letters are small or capital.
    """

    def __init__(self, files: list[PurePosixPath]):
        self.files, self.folded = files, None
        self.exact = self._index(str)

    def _index(self, fold) -> dict[str, list[PurePosixPath]]:
        index: dict[str, list[PurePosixPath]] = {}
        for file in self.files:
            parts = [fold(nfc(part).strip()) for part in file.parts]
            stem = fold(nfc(file.stem).strip())
            for start in range(len(parts)):
                tail = "/".join(parts[start:])
                index.setdefault(tail, []).append(file)
                index.setdefault("/".join([*parts[start:-1], stem]), []).append(file)
        return index

    def find(self, named: str) -> list[PurePosixPath]:
        """Find the files that an entry of the csv may mean."""
        parts = [part for part in re.split(r"[\\/]+", nfc(named)) if not re.fullmatch(r"\.?|[A-Za-z]:", part)]
        if not parts:
            return []
        bare = parts[-1]
        for suffix in (*READABLE, *CONVERT):
            bare = bare[: -len(suffix)] if bare.lower().endswith(suffix) else bare
        variants = [parts] if bare == parts[-1] else [parts, [*parts[:-1], bare]]
        for variant in variants:
            if hits := _lookup(self.exact, variant):
                return hits
        if self.folded is None:
            self.folded = self._index(str.casefold)
        for variant in variants:
            if hits := _lookup(self.folded, [part.casefold() for part in variant]):
                return hits
        return []


def _lookup(index: dict[str, list[PurePosixPath]], parts: list[str]) -> list[PurePosixPath]:
    """Files whose path ends in `parts`; failing that, a file whose whole path is what `parts` ends in."""
    for start in range(len(parts)):
        hits = index.get("/".join(parts[start:]), [])
        whole = [file for file in hits if len(file.parts) == len(parts) - start]
        if whole or (start == 0 and hits):
            return whole or hits
    return []
