"""Labels read from the paths of files: by a pattern, or by the folders they lie in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ....errors import CorpusError
from ...findings import counted
from ...spelling import normal_form
from .names import emptied
from .words import cell, guess, nfc

FIELDS = (
    "emotion",
    "speaker",
    "sentence",
    "gender",
    "intensity",
    "language",
)  # what labels can tell about a clip


@dataclass
class Labelled:
    """What the labels say of the files, wherever they stand.

    Attributes
    ----------
    source : str
        Where that is, in words.
    fields : dict of path to dict
        File -> field (one of `FIELDS`) -> what is said, None for nothing.
    left_out : dict of str to list of str
        Files of which nothing is said, by reason.
    used : str
        Which column, group or level each field is read from, and which ones are not read.
    absent, ambiguous
        Entries of a csv without a file, and entries that several files fit (with their names).
    again : dict of path to list of dict
        What further rows of a csv say of a file.
    lines : dict of path to list of int
        In which lines a csv speaks of a file.
    unread : dict of path to list of str
        Columns that are not read and in which the rows of one file differ.
    notes : list of str
    """

    source: str
    fields: dict[PurePosixPath, dict[str, str | None]]
    left_out: dict[str, list[str]]
    used: str = ""
    absent: list[str] = field(default_factory=list)
    ambiguous: dict[str, str] = field(default_factory=dict)
    again: dict[PurePosixPath, list[dict]] = field(default_factory=dict)
    lines: dict[PurePosixPath, list[int]] = field(default_factory=dict)
    unread: dict[PurePosixPath, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def from_pattern(pattern: str, files: list[PurePosixPath]) -> Labelled:
    r"""Search the path of every file for a regular expression.

    Parameters
    ----------
    pattern : str
        With named groups: emotion and any other of `FIELDS`, e.g.
        ``(?P<speaker>\d+)_(?P<sentence>\w+)_(?P<emotion>[a-z]+)\.wav``.
    files : list of path
        Below the reader's folder.
    """
    try:
        expression = re.compile(pattern)
    except re.error as error:
        raise CorpusError(
            f"The pattern {pattern!r} is no regular expression ({error}); correct it."
        ) from error
    strange = sorted(set(expression.groupindex) - set(FIELDS))
    if strange or "emotion" not in expression.groupindex:
        problem = f"has a group called {strange[0]}" if strange else "has no group called emotion"
        raise CorpusError(
            f"The pattern {pattern!r} {problem}; it needs (?P<emotion>...), and may have"
            f" {', '.join(FIELDS[1:])} beside it."
        )
    _one_place(expression, files)
    described, left_out = {}, {}
    for file in files:
        match = expression.search(nfc(str(file)))
        if match:
            described[file] = {key: cell(value) for key, value in match.groupdict().items()}
        else:
            left_out.setdefault("does not fit the pattern", []).append(str(file))
    used = f"groups {', '.join(expression.groupindex)}; the rest of each path is not read"
    notes = emptied(described.values(), "the pattern", table=False)
    return Labelled("the pattern", described, left_out, used, notes=notes)


def _one_place(expression: re.Pattern, files: list[PurePosixPath]) -> None:
    """Refuse a pattern that fits folders above some of the files and the names of the others.

    In ``OAF_Pleasant_surprise/OAF_back_ps.wav`` a pattern for names of files fits the folder first.
    """
    again, in_name = [], False
    for file in files:
        path = nfc(str(file))
        places = list(expression.finditer(path))
        above = [match for match in places if match.end() <= path.rfind("/")]
        in_name |= bool(places) and not above
        if above and len(above) < len(places) and places[-1].groupdict() != places[0].groupdict():
            again.append((file, places[0].group(), places[-1].group()))
    if again and in_name:
        file, first, last = again[0]
        raise CorpusError(
            f"The pattern {expression.pattern!r} fits {file} in two places, {first!r} and {last!r}, which say"
            f" different things, as it does in {counted(len(again), 'file')} in all; let it end with"
            r" \.\w+$ if the names of files are meant, or begin with ^ if those of folders are."
        )


def from_folders(
    levels: str | None, files: list[PurePosixPath], root: Path, words: dict[str, str | None]
) -> Labelled:
    """Take what is said of every file from the names of the folders it lies in.

    Parameters
    ----------
    levels : str or None
        What the levels of folders mean, from the top: ``speaker/emotion``; ``-`` for a level that means
        nothing. None looks for the one level whose names are emotions.
    files : list of path
        Below `root`.
    words : dict of str to str or None
        Label words that a reader has explained.
    """
    names = (
        [part.strip() for part in levels.split("/")]
        if levels is not None
        else _guess_levels(files, root, words)
    )
    strange = [part for part in names if part not in (*FIELDS, "-")]
    if strange or names.count("emotion") != 1 or any(names.count(part) > 1 for part in FIELDS):
        raise CorpusError(
            f"The levels of folders {levels!r} are not understood; write what each level means from the top,"
            f" e.g. speaker/emotion, with emotion once, any of {', '.join(FIELDS[1:])}, and - for a level"
            " that means nothing."
        )
    described, left_out = {}, {}
    for file in files:
        above = file.parts[:-1]
        if len(above) < len(names):
            left_out.setdefault(f"does not lie in {counted(len(names), 'level')} of folders", []).append(
                str(file)
            )
        else:
            described[file] = {name: cell(part) for name, part in zip(names, above) if name != "-"}
    used = ", ".join(
        f"level {number} is {name}" if name != "-" else f"level {number} is not read"
        for number, name in enumerate(names, start=1)
    )
    notes = emptied(described.values(), "the folders", table=False)
    return Labelled("the folders", described, left_out, f"{used}; the rest is not read", notes=notes)


def _guess_levels(files: list[PurePosixPath], root: Path, words: dict[str, str | None]) -> list[str]:
    """The one level of folders most of whose names are known label words."""
    said = {normal_form(word) for word in words}
    found = []
    for level in range(max(len(file.parts) for file in files) - 1):
        names = {file.parts[level] for file in files if len(file.parts) > level + 1}
        if 2 * sum(guess(name) is not None or normal_form(name) in said for name in names) > len(names):
            found.append(level)
    if len(found) != 1:
        what = "More than one level of folders" if found else "No level of folders"
        raise CorpusError(
            f"{what} in {root} has the names of emotions, so say where the labels are; in Python with"
            " labels=, pattern= or folders=, or on the command line with one of `--labels labels.csv`,"
            " `--pattern REGEX` and `--folders speaker/emotion`."
        )
    return ["-"] * found[0] + ["emotion"]
