"""A reader's folder of audio, looked through."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path, PurePosixPath

from ....errors import CorpusError
from ...audio import CONVERT, READABLE, SUFFIXES
from .. import CORPORA
from ..clip_table import clip_table
from ..folder import audio_files, converted, existing_folder, instead, passed_over
from .findings import Scan
from .folds import add_parts, misleading
from .labels import Labelled, from_folders, from_pattern
from .labels_csv import from_csv
from .names import NAMES, mark_slips, unified
from .people import mistaken
from .several_rows import agreed
from .sounds import mark_duplicates, mark_sounds, read
from .words import Meanings, checked_words, genders_of, idle, meanings

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def scan(
    name: str,
    root: str | Path,
    labels: str | Path | None = None,
    pattern: str | None = None,
    folders: str | None = None,
    words: dict[str, str | None] | None = None,
    language: str | None = None,
    decode: bool = True,
    progress: bool = False,
) -> Scan:
    """Look through a folder of audio and find out what each file is.

    Parameters
    ----------
    name : str
        What the corpus is to be called from now on: small letters, digits, - and _; not the name of a
        published corpus.
    root : path
        The folder. Folders in it are searched too; hidden files are passed over.
    labels, pattern, folders : optional
        Where the labels are: the path of a csv (see `labels_csv.read_labels`), a regular expression
        (`labels.from_pattern`), or what the levels of folders mean (`labels.from_folders`). If none is given,
        they come from the one level of folders whose names are emotions.
    words : dict of str to str or None, optional
        Our word for a label word; None leaves its clips out. Obvious words in several languages are
        understood without.
    language : str, optional
        ISO 639-1 code for the column `language`, where the labels do not tell.
    decode : bool
        Decode every file: finds silent, cut-off and clipped ones, and the same sound in two files of
        different format. Without, only headers are read, and duplicates are files with the same bytes.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Scan
        Its `check` refuses what cannot be used; its `report` says all that was found.

    Raises
    ------
    CorpusError
        If the name is taken, the folder holds no audio, or the labels cannot be read.
    """
    check_name(name)
    root = existing_folder(root, "that your recordings are in")
    said = checked_words(words or {})
    found = _labelled(root, labels, pattern, folders, said)
    words_of, spellings = _understood(found, said)
    twice, repeated = agreed(found, words_of)
    more = _clips(name, root, found, words_of, twice, language, decode, progress)
    more["notes"] = [*found.notes, *words_of.notes, *more["notes"], *idle(said, words_of)]
    more["notes"] += _perhaps_parts(len(repeated), len(found.fields))
    more["spellings"] = spellings + more["spellings"]
    return Scan(
        corpus=name, root=root, source=found.source, used=found.used, words=words_of.known,
        guessed=words_of.guessed, unknown_words=words_of.unknown, left_out=found.left_out,
        absent=found.absent, ambiguous=found.ambiguous, repeated=repeated, **more,
    )  # fmt: skip


def _perhaps_parts(repeated: int, files: int) -> list[str]:
    """Say that rows may mean parts of files, where more than a fifth of the files have several."""
    if repeated <= files / 5:
        return []
    return [
        f"{repeated:,} of {files:,} files are named in several rows: if the rows mean parts of files, cut"
        " these into files of their own first."
    ]


def _understood(found: Labelled, said: dict[str, str | None]) -> tuple[Meanings, list[str]]:
    """Write each label in one spelling; find what they mean, and which were spelt in several ways."""
    rows = [*found.fields.values(), *(row for rows in found.again.values() for row in rows)]
    spellings = unified(rows, "emotion", "label")
    return meanings(Counter(row["emotion"] for row in rows if row.get("emotion")), said), spellings


def _labelled(root: Path, labels, pattern, folders, words: dict[str, str | None]) -> Labelled:
    """Ask the one place that was named for what it says of every recording."""
    files = _legible(root, audio_files(root))
    others = _legible(root, audio_files(root, CONVERT))
    stems = {file.with_suffix("") for file in files}
    others = [file for file in others if file.with_suffix("") not in stems]  # those already converted
    if not files and not others:
        raise CorpusError(
            f"{root} holds no audio files ({', '.join(SUFFIXES)}){instead(root)}; give the folder that your"
            " recordings are in."
        )
    places = {"labels": labels, "pattern": pattern, "folders": folders}
    given = [what for what, value in places.items() if value is not None]
    if len(given) > 1:
        raise CorpusError(
            f"Labels come from one place, and {' and '.join(given)} are given; choose one of them."
        )
    if labels is not None:
        return from_csv(Path(labels), files, others)
    if pattern is not None:
        return from_pattern(pattern, files + others)
    return from_folders(folders, files + others, root, words)


def _clips(
    name: str,
    root: Path,
    found: Labelled,
    words: Meanings,
    twice: dict[str, str],
    language: str | None,
    decode: bool,
    progress: bool,
) -> dict:
    """Read the files that have a meaning: clip table, and what is odd about them, as fields of a `Scan`."""
    kept = {}
    for file, fields in found.fields.items():
        word = fields.get("emotion")
        if word is None or word in words.nothing:
            reason = "no label" if word is None else f"no label but {word}, to which no meaning was given"
            found.left_out.setdefault(reason, []).append(str(file))
        elif word in words.known and words.known[word] is None:
            found.left_out.setdefault(f"label {word}, which is not wanted", []).append(str(file))
        elif word in words.known:
            kept[file] = fields
    convert = [str(file) for file in kept if file.suffix.lower() in CONVERT]
    # While words lack a meaning nothing can be used, and reading a large folder for nothing takes time.
    readable = {} if words.unknown else kept
    readable = {file: fields for file, fields in readable.items() if file.suffix.lower() not in CONVERT}

    rows, unreadable, sounds, odd = read(root, readable, decode, progress)
    spellings = [line for field in NAMES for line in unified(rows, field)]
    genders, notes = genders_of(rows)
    for row in rows:
        row |= {
            "corpus": name,
            "label": row["emotion"],
            "emotion": words.known[row["emotion"]],
            "language": row.get("language") or language,
            "gender": genders.get(row.get("gender")),
            "defect": twice.get(row["file"], ""),
        }
    table = clip_table(rows, extra=("path",))
    clipped = mark_sounds(table, sounds)
    mark_duplicates(table, sounds)
    mark_slips(table)
    notes += add_parts(table)
    notes += [*mistaken(table), *misleading(table)]
    return {
        "table": table,
        "unreadable": unreadable,
        "convert": convert,
        "clipped": clipped,
        "spellings": spellings,
        "odd": odd,
        "passed_over": passed_over(root, (*READABLE, *CONVERT)) | converted(root),
        "notes": notes,
    }


def check_name(name: str) -> None:
    """Refuse a name that a corpus of one's own cannot have.

    Raises
    ------
    CorpusError
        If it is the name of a published corpus, or would make no good file name.
    """
    if name.lower().replace("-", "").replace("_", "") in CORPORA:
        raise CorpusError(f"{name!r} is the name of a published corpus; call your own one something else.")
    if not _NAME.fullmatch(name):
        raise CorpusError(
            f"{name!r} cannot be the name of a corpus; take up to 40 small letters, digits, - and _,"
            " beginning with a letter."
        )


def _legible(root: Path, files: list[PurePosixPath]) -> list[PurePosixPath]:
    """Hand files on if all their names can be written down."""
    for file in files:
        try:
            str(file).encode()
        except UnicodeEncodeError as error:
            shown = os.fsencode(str(file)).decode("utf-8", "backslashreplace")
            raise CorpusError(f"The name of {shown} in {root} is not UTF-8; rename the file.") from error
    return files
