"""Labels read from a csv, and the files that its entries mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ....errors import CorpusError
from ...audio import CONVERT, READABLE
from ...findings import one_line
from .columns import columns_of, names_parts, refuse_parts, suits, unused
from .csv_rows import Row, rows_of
from .labels import Labelled
from .names import emptied
from .words import BLANK, cell, nfc


def from_csv(path: Path, files: list[PurePosixPath], others: list[PurePosixPath]) -> Labelled:
    """Take what is said of every file from a csv, and note what in it does not fit.

    Parameters
    ----------
    files, others : list of path
        Files that can be decoded, and those that have to be converted first.
    """
    header, *rows = rows_of(path, suits)
    at = columns_of(path, header, rows)
    idle = unused(header, rows, at)
    used = ", ".join(f"{ours} from {header.cells[column]}" for ours, column in at.items())
    found = Labelled(path.name, {}, {}, f"{used}; not used: {', '.join(idle.values()) or 'none'}")
    decodable, convertible = _Finder(files), _Finder(others)
    rows_by_file: dict[PurePosixPath, list[Row]] = {}
    entries = list(_entries(path, header, rows, at))
    found.notes += emptied(entries, path.name)
    for entry, row in zip(entries, rows):
        named = entry.pop("file")
        assert named is not None  # or `_entries` has refused it
        hits = decodable.find(named) or convertible.find(named)
        if not hits:
            found.absent.append(named)
        elif len(hits) > 1:
            more = " and more" if len(hits) > 3 else ""
            found.ambiguous[named] = " and ".join(str(hit) for hit in hits[:3]) + more
        else:
            rows_by_file.setdefault(hits[0], []).append(row)
            if hits[0] in found.fields:
                found.again.setdefault(hits[0], []).append(entry)
            found.fields.setdefault(hits[0], entry)
    for file in found.again:
        found.lines[file] = [row.line for row in rows_by_file[file]]
        found.unread[file] = [
            name
            for column, name in idle.items()
            if len({row.cells[column] for row in rows_by_file[file]}) > 1
        ]
        if parts := [name for name in found.unread[file] if names_parts(name)]:
            lines = " and ".join(map(str, found.lines[file][:2]))
            refuse_parts(path, parts, f", in which the rows of {file} differ (lines {lines})")
    unnamed = [str(file) for file in files if file not in found.fields]
    if unnamed:
        found.left_out[f"not in {path.name}"] = unnamed
    return found


def read_labels(path: str | Path) -> list[dict[str, str | None]]:
    """Read the rows of a csv of labels, with our names for its columns; an empty cell is None.

    Parameters
    ----------
    path : path
        A csv (comma, semicolon, tab or |; UTF-8) whose first line names the columns: file, emotion and, where
        known, speaker, sentence, gender (female, male, child), intensity, language. A file is a path below
        the reader's folder, any longer path that ends in it, or a name that no other file has; its suffix may
        be absent.

    Raises
    ------
    CorpusError
        If it cannot be read, lacks the column of files or of emotions, has a quotation mark that is not
        closed, a line with too many or too few cells, or columns that make parts of files of its rows.
    """
    path = Path(path)
    header, *rows = rows_of(path, suits)
    return list(_entries(path, header, rows, columns_of(path, header, rows)))


def _entries(path: Path, header: Row, rows: list[Row], at: dict[str, int]) -> Iterator[dict[str, str | None]]:
    """What each row says, by our names."""
    for row in rows:
        entry = {ours: cell(row.cells[column]) for ours, column in at.items()}
        if entry["file"] is None:
            raise CorpusError(
                f"Line {row.line} of {path} names no file; fill in its {one_line(header.cells[at['file']])}"
                " or delete"
                " the"
                " line."
            )
        yield entry


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
        parts = [
            part
            for part in re.split(r"[\\/]+", nfc(named.strip(BLANK)))
            if not re.fullmatch(r"\.?|[A-Za-z]:", part)
        ]
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
