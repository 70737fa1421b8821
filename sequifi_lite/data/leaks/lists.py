"""Parts of a split read from lists of clips that somebody else has published."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from ...errors import CorpusMissing, SequifiError
from ..corpora.clip_table import identities
from ..corpora.own_folder.csv_rows import rows_of
from ..corpora.published import published_fields
from ..findings import counted, in_a_row
from ..pack import load_pack
from ..spelling import normal_form
from .likeness import Likeness, shown


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
    alike : dict of str to dict of str to int
        Those of the unknown entries whose names look like that of a clip, each with its row: augmented
        copies, and other spellings.
    remarks : tuple of str
        What else is odd about the lists, a sentence each.
    """

    rows: dict[str, np.ndarray]
    unknown: dict[str, list[str]] = field(default_factory=dict)
    repeated: dict[str, list[str]] = field(default_factory=dict)
    speakers: dict[int, str] = field(default_factory=dict)
    alike: dict[str, dict[str, int]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def notes(self) -> list[str]:
        """Say what is odd about the lists, a sentence each."""
        notes = list(self.remarks)
        for what, lists in (
            ("that are not in the clip table", self.unknown),
            ("more than once", self.repeated),
        ):
            notes += [
                f"{part} lists {counted(len(names), 'clip')} {what}: {in_a_row(list(map(shown, names)), 5)}."
                for part, names in lists.items()
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
    ``cremad-1052-WSI-ANG-XX``). What is not found is kept by name, with the clip that the name looks like
    (`sequifi_lite.data.leaks.likeness`).

    Raises
    ------
    SequifiError
        If a file cannot be read, holds no list of clips, or none of its clips is in the table or looks like
        one that is.
    """
    stems = identities(clips)
    row = {_plain(stem): number for number, stem in enumerate(stems)}
    likeness = Likeness(stems)
    prefixes = _prefixes(clips)
    files = [Path(file).expanduser() for file in files]
    same_stem = len({file.stem for file in files}) < len(files)
    listed: dict[str, list[int]] = {}
    unknown: dict[str, list[str]] = {}
    alike: dict[str, dict[str, int]] = {}
    speakers: dict[int, str] = {}
    spellings: dict[str, list[str]] = {}
    for file in files:
        entries = _entries(file)
        name, hits = _name_column(file, entries), 0
        for entry in entries:
            part = _part_of(entry, str(file) if same_stem else file.stem, spellings)
            for lists in (listed, unknown):
                lists.setdefault(part, [])
            number = _find(entry, row, prefixes)
            if number is None:
                called = _named(entry, name)
                unknown[part].append(called or "(an entry without a name)")
                if called and (clip := likeness.find(called)) is not None:
                    alike.setdefault(part, {})[called] = clip
                    hits += 1
                continue
            hits += 1
            listed[part].append(number)
            if spoken := _first(entry, SPOKEN):
                speakers[number] = spoken
        if not hits:
            raise _foreign(file, entries, name)
    rows, repeated = _each_once({part: listed[part] for part in sorted(listed, key=_place)}, stems)
    several = [" and ".join(map(repr, names)) for names in spellings.values() if len(names) > 1]
    remarks = tuple(f"{names} are one part, spelt in several ways." for names in several)
    return Parts(rows, unknown, repeated, speakers, alike, remarks)


def _place(part: str) -> int:
    """Where a part stands: what is learnt from first, what is tested last, others as they come."""
    name = normal_form(part)
    return 0 if name.startswith("train") else 2 if name.startswith("test") else 1


def _part_of(entry: dict, otherwise: str, spellings: dict[str, list[str]]) -> str:
    """The part that an entry belongs to, in the spelling that was met first; all that are met are kept."""
    said = (_first(entry, PART) or otherwise).strip()
    names = spellings.setdefault(normal_form(said), [])
    names += [said] if said not in names else []
    return names[0]


def _foreign(file: Path, entries: list[dict], name: str) -> SequifiError:
    """The error for a list of which nothing is in the clip table."""
    example = shown(_named(entries[0], name) or "(an entry without a name)")
    return SequifiError(
        f"None of the {len(entries):,} clips in {file} is in the clip table, {example} for one; check that"
        " the list belongs to this corpus."
    )


def _each_once(listed: dict[str, list[int]], stems: list[str]) -> tuple[dict, dict]:
    """Rows of every part, each once and increasing, and the clips that it lists more than once."""
    rows, repeated = {}, {}
    for part, numbers in listed.items():
        rows[part], counts = np.unique(np.array(numbers, dtype=np.int64), return_counts=True)
        repeated[part] = [stems[number] for number in rows[part][counts > 1]]
    return rows, repeated


def _prefixes(clips: pd.DataFrame) -> tuple[str, ...]:
    """What a key may begin with: the name of the corpus."""
    names = dict.fromkeys(clips["corpus"]) if "corpus" in clips else ()
    return tuple(f"{_plain(name)}-" for name in names)


def _name_column(file: Path, entries: list[dict]) -> str:
    """The column that names the clips of a list."""
    name = next((column for column in NAMED if any(_named(entry, column) for entry in entries)), None)
    if name is None:
        columns = ", ".join(dict.fromkeys(shown(str(column)) for entry in entries[:9] for column in entry))
        raise SequifiError(f"{file} names no clips: its columns are {columns}; call one of them path or key.")
    return name


def _named(entry: dict, column: str) -> str | None:
    """The name that an entry has in a column, or else in another one that may name a clip."""
    for one in (column, *NAMED):
        value = entry.get(one)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return None


def _first(entry: dict, columns: tuple[str, ...]) -> str | None:
    """What an entry says in the first of some columns that says anything."""
    values = (entry.get(column) for column in columns)
    return next((str(value) for value in values if value is not None and str(value).strip()), None)


def _plain(stem: str) -> str:
    return stem.replace("_", "-")


def _find(entry: dict, row: dict[str, int], prefixes: tuple[str, ...]) -> int | None:
    for column in NAMED:
        if value := (_named({column: entry.get(column)}, column) or "").replace("\\", "/"):
            path = PurePosixPath(value)
            tails = ("/".join(path.parts[start:]) for start in range(len(path.parts)))
            for stem in (path.stem, *tails):
                plain = _plain(stem)
                for candidate in (plain, *(plain.removeprefix(prefix) for prefix in prefixes)):
                    if candidate in row:
                        return row[candidate]
    return None


def _entries(file: Path) -> list[dict]:
    """The entries of a list, each a dict; at least one."""
    suffix = file.suffix.lower()
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise SequifiError(f"{file} is no text in UTF-8; give a csv, tsv, jsonl or json file.") from error
        raise SequifiError(
            f"{file} cannot be read ({getattr(error, 'strerror', error)}); give the path of a csv, tsv, jsonl"
            " or json file."
        ) from error
    if suffix in (".jsonl", ".ndjson", ".json"):
        entries = _json_lines(file, text) if suffix != ".json" else _json(file, text)
    else:
        if len([line for line in text.splitlines() if line.strip()]) < 2:
            entries = []
        else:
            entries = _rows(file)
    if not entries:
        raise SequifiError(
            f"{file} lists no clip; a csv file needs a header, and every part at least one clip."
        )
    return entries


def _rows(file: Path) -> list[dict]:
    """The rows of a csv by the names of its columns, small letters; two columns of one name are refused."""
    known = {*NAMED, *SPOKEN, *PART}
    header, *rows = rows_of(file, lambda names: bool(known & {name.casefold() for name in names}))
    names = [name.casefold() if name.casefold() in known else name for name in header.cells]
    twice = [name for name in known if names.count(name) > 1]
    if twice:
        raise SequifiError(f"{file} has two columns called {twice[0]}; rename or delete one of them.")
    return [dict(zip(names, row.cells)) for row in rows] or [dict.fromkeys(names)]


def _json_lines(file: Path, text: str) -> list[dict]:
    lines = text.replace("\r\n", "\n").split("\n")  # no other character ends a line of jsonl
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    return [_checked(file, f"line {number} of ", _parsed(file, line, number)) for number, line in numbered]


def _json(file: Path, text: str) -> list[dict]:
    value = _parsed(file, text)
    if isinstance(value, dict):
        value = [{**_checked(file, "", entry), "key": key} for key, entry in value.items()]
    if not isinstance(value, list):
        value = [value]
    return [_checked(file, "", entry) for entry in value]


def _checked(file: Path, place: str, entry) -> dict:
    if not isinstance(entry, dict):
        where = f"{place}{file}" if place else str(file)
        raise SequifiError(
            f"{where} is no list of clips; every entry has to be an object with a path or a key."
        )
    return entry


def _parsed(file: Path, text: str, line: int | None = None):
    """A value of JSON; a key that stands twice in an object would lose the first value."""

    def once(pairs):
        keys = [key for key, _ in pairs]
        if len(set(keys)) < len(keys):
            raise ValueError(f"the key {next(key for key in keys if keys.count(key) > 1)!r} stands twice")
        return dict(pairs)

    try:
        return json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        where = (
            f"{file} is no list of clips" if line is None else f"{file} is no list of clips in line {line}"
        )
        raise SequifiError(f"{where} ({error}); give a csv, tsv, jsonl or json file.") from error


def published_clips(corpus: str) -> pd.DataFrame:
    """Make the clip table of a corpus from its published names, with sha256 where a pack at hand has it."""
    clips = pd.DataFrame(published_fields(corpus))
    try:
        pack = load_pack(corpus)
    except CorpusMissing:
        return clips
    return clips.assign(sha256=clips["file"].map(pack.clips.set_index("file").loc[:, "sha256"]))
