"""Parts of a split read from lists of clips that somebody else has published."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from ...errors import CorpusMissing, SequifiError
from ..corpora.clip_table import identities
from ..corpora.published import published_fields
from ..findings import counted, in_a_row
from ..pack import load_pack


@dataclass(frozen=True)
class Parts:
    """Lists of clips that were read from files.

    Attributes
    ----------
    rows : dict of str to ndarray of int64
        Row numbers of every part in the clip table, each once, increasing.
    unknown : dict of str to list of str
        Entries of every part that are no clip of the table.
    repeated : dict of str to list of str
        Clips that a part lists more than once.
    speakers : dict of int to str
        Row number -> speaker, as far as the files name one.
    """

    rows: dict[str, np.ndarray]
    unknown: dict[str, list[str]] = field(default_factory=dict)
    repeated: dict[str, list[str]] = field(default_factory=dict)
    speakers: dict[int, str] = field(default_factory=dict)

    def notes(self) -> list[str]:
        """Say what is odd about the lists, a sentence each."""
        notes = []
        for what, found in (
            ("that are not in the clip table", self.unknown),
            ("more than once", self.repeated),
        ):
            notes += [
                f"{part} lists {counted(len(names), 'clip')} {what}: {in_a_row(names, 5)}."
                for part, names in found.items()
                if names
            ]
        return notes


# Columns that may name a clip, in the order in which they are believed: a path keeps the file's own name, a
# key may not.
NAMED = ("path", "file", "wav", "audio", "filename", "file_name", "stem", "key", "id", "name")
SPOKEN = ("speaker", "spk", "speaker_id", "actor")
PART = ("split", "part")


def read_parts(files: Iterable[str | Path], clips: pd.DataFrame) -> Parts:
    """Read the parts of a split from lists of clips: csv or tsv with a header, jsonl, or json.

    Parameters
    ----------
    files : iterable of path
        One file per part, named after the file; or files with a column `split` or `part`.
    clips : DataFrame
        Clip table of the corpus, for instance ``published_clips("emodb")``.

    Notes
    -----
    A clip is found by the stem of its path, whatever folder or suffix it has there; else by its key, which
    may begin with the name of the corpus and write a dash for an underscore (EmoBox:
    ``cremad-1052-WSI-ANG-XX``). What is not found is kept by name.

    Raises
    ------
    SequifiError
        If a file cannot be read, holds no list of clips, or none of its clips is in the table.
    """
    stems = identities(clips)
    row = {_plain(stem): number for number, stem in enumerate(stems)}
    prefixes = (
        tuple(f"{_plain(name)}-" for name in dict.fromkeys(clips["corpus"])) if "corpus" in clips else ()
    )
    files = [Path(file) for file in files]
    alike = len({file.stem for file in files}) < len(files)
    listed: dict[str, list[int]] = {}
    unknown: dict[str, list[str]] = {}
    speakers: dict[int, str] = {}
    for file in files:
        entries = _entries(file)
        name, hits = _name_column(file, entries), 0
        for entry in entries:
            part = _first(entry, PART) or (str(file) if alike else file.stem)
            listed.setdefault(part, [])
            unknown.setdefault(part, [])
            number = _find(entry, row, prefixes)
            if number is None:
                unknown[part].append(str(entry.get(name) or "(an entry without a name)"))
                continue
            hits += 1
            listed[part].append(number)
            if spoken := _first(entry, SPOKEN):
                speakers[number] = spoken
        if not hits:
            raise SequifiError(
                f"None of the {len(entries):,} clips in {file} is in the clip table, {entries[0][name]} for"
                " one; check that the list belongs to this corpus."
            )
    rows, repeated = {}, {}
    for part, numbers in listed.items():
        rows[part], counts = np.unique(np.array(numbers, dtype=np.int64), return_counts=True)
        repeated[part] = [stems[number] for number in rows[part][counts > 1]]
    return Parts(rows, unknown, repeated, speakers)


def _name_column(file: Path, entries: list[dict]) -> str:
    """The column that names the clips of a list."""
    name = next((column for column in NAMED if entries[0].get(column)), None)
    if name is None:
        columns = ", ".join(filter(None, entries[0]))  # a row longer than the header has a column None
        raise SequifiError(f"{file} names no clips: its columns are {columns}; call one of them path or key.")
    return name


def _first(entry: dict, columns: tuple[str, ...]) -> str | None:
    """What an entry says in the first of some columns that says anything."""
    return next((str(entry[column]) for column in columns if entry.get(column)), None)


def _plain(stem: str) -> str:
    return stem.replace("_", "-")


def _find(entry: dict, row: dict[str, int], prefixes: tuple[str, ...]) -> int | None:
    for column in NAMED:
        if entry.get(column):
            value = str(entry[column]).replace("\\", "/")
            for stem in (PurePosixPath(value).stem, PurePosixPath(value).name):
                plain = _plain(stem)
                for candidate in (plain, *(plain.removeprefix(prefix) for prefix in prefixes)):
                    if candidate in row:
                        return row[candidate]
    return None


def _entries(file: Path) -> list[dict]:
    """The entries of a list, each a dict; at least one."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SequifiError(
            f"{file} cannot be read ({error.strerror}); give the path of a csv, tsv, jsonl or json file."
        ) from error
    except UnicodeDecodeError as error:
        raise SequifiError(f"{file} is no text in UTF-8; give a csv, tsv, jsonl or json file.") from error
    try:
        if file.suffix == ".jsonl":
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        elif file.suffix == ".json":
            found = json.loads(text)
            if isinstance(found, dict):
                found = [{**value, "key": key} for key, value in found.items()]
        else:
            found = list(csv.DictReader(text.splitlines(), delimiter="\t" if file.suffix == ".tsv" else ","))
        bad = not isinstance(found, list) or any(not isinstance(entry, dict) for entry in found)
    except (ValueError, TypeError, csv.Error) as error:
        raise SequifiError(
            f"{file} is no list of clips ({error}); give a csv, tsv, jsonl or json file."
        ) from error
    if bad:
        raise SequifiError(
            f"{file} is no list of clips; every entry has to be an object with a path or a key."
        )
    if not found:
        raise SequifiError(
            f"{file} lists no clip; a csv file needs a header, and every part at least one clip."
        )
    return found


def published_clips(corpus: str) -> pd.DataFrame:
    """Make the clip table of a corpus from its published names, with sha256 where a pack at hand has it."""
    clips = pd.DataFrame(published_fields(corpus))
    try:
        pack = load_pack(corpus)
    except CorpusMissing:
        return clips
    return clips.assign(sha256=clips["file"].map(pack.clips.set_index("file")["sha256"]))
