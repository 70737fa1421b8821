"""The columns of a csv of labels: which is which, which are not used, and which cannot be."""

from __future__ import annotations

import re
from pathlib import Path

from ....errors import CorpusError
from ...findings import one_line
from ...spelling import normal_form
from .csv_rows import Row
from .words import plain

COLUMNS = {
    "file": "file path filename file_name filepath file_path wav audio clip name",
    "emotion": "emotion label class emotion_label",
    "speaker": (
        "speaker speaker_id spk spk_id actor actor_id subject subject_id participant participant_id"
        " speaker_name talker"
    ),
    "sentence": "sentence sentence_id text text_id transcript statement word",
    "gender": "gender sex",
    "intensity": "intensity level",
    "language": "language lang",
}

# Columns that say which part of a file a row means, in a few languages: start, EndTime, "onset (s)", tmin.
_WHOSE = "segment|seg|utterance|utt|clip|audio|speech|turn|chunk|window|word|time|sample|frame|t"
_EDGE = (
    "start|started|starts|begin|begins|beginning|beg|onset|offset|end|ends|ended|ending|stop|finish|from|to"
    "|von|bis|anfang|beginn|ende|debut|inicio|inizio|desde|hasta|till|until"
)
_UNIT = (
    "time|times|zeit|zeitpunkt|temps|tiempo|tempo|timestamp"
    "|stamp|point|position|pos|samples?|frames?|seconds?|secs?|s|ms|msec|milliseconds?"
    "|us|ns|in|at|idx|index"
)
_SEGMENT = re.compile(
    rf"(?:{_WHOSE})*(?:{_EDGE})(?:{_UNIT})*|(?:x|t|time)(?:min|max)|time(?:in|out)|t[01]|[ts]ofs|timecode"
    rf"|(?:{_WHOSE})?(?:range|bounds|boundaries|interval|span)s?"
)
_TIME = re.compile(
    r"[\d.,:+\s]*\d[\d.,:+\s]*(?:h|m|min|s|secs?|ms|samples|frames)?[\d.:\s]*(?:m|s|ms)?\s*|pt[\dhms.]+"
)
_SPAN = re.compile(
    r"[\[(]?\s*[\d.:]*\d\s*(?:s|ms)?\s*(?:-|–|—|\.\.+|,|;|to)\s*[\d.:]*\d\s*(?:s|ms)?\s*[\])]?"
)


def is_segment(name: str, cells: list[str]) -> bool:
    """Whether a column says, by its name and its cells, that a row means a part of its file."""
    cells = [cell for cell in cells if cell]
    if not cells:
        return False
    if all(
        _SPAN.fullmatch(cell)
        and re.search(r"[\[(.:]", cell)
        and "-" in cell[1:]
        or re.fullmatch(r"[\[(].*\d.*[,;].*\d.*[\])]", cell)
        for cell in cells
    ):
        return True  # 1.5-3.2, [1.5, 3.2]
    words = [_squeezed(word) for word in re.split(r"[^\w]|_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name))]
    edges = set(_EDGE.split("|"))
    named = _SEGMENT.fullmatch("".join(words)) or words[0] in edges or words[-1] in edges
    return bool(named) and all(_TIME.fullmatch(cell.casefold()) for cell in cells)


def names_parts(name: str) -> bool:
    """Whether a column numbers parts of a file: segment, utterance_id, channel."""
    return (
        re.fullmatch(
            rf"(?:{_WHOSE}|timestamp|channel|chan|track|side|part|piece|split)(?:id|ids|no|nr|num|number|idx|index)?",
            _squeezed(name),
        )
        is not None
    )


def refuse_parts(path: Path, columns: list[str], where: str) -> None:
    """Refuse a list whose rows mean parts of files."""
    which = "column" if len(columns) == 1 else "columns"
    raise CorpusError(
        f"{path} has the {which} {one_line(' and '.join(columns))}{where}, so its rows seem to mean parts"
        " of files,"
        " and only whole files are read; cut each part into a file of its own, e.g. `ffmpeg -i long.wav -ss"
        " START"
        f" -to END part_1.wav` (seconds), name these files in the list, and leave out the {which} (that"
        " alone,"
        " if every row means a whole file)."
    )


def _squeezed(name: str) -> str:
    return plain(name).replace("_", "")


def columns_of(path: Path, header: Row, rows: list[Row]) -> dict[str, int]:
    """Find where each of our columns stands, by its name in the file.

    Raises
    ------
    CorpusError
        If the column of files or of emotions is absent or there twice, or a column says that rows mean parts
        of files.
    """
    names = [_squeezed(name) for name in header.cells]
    at: dict[str, int] = {}
    for ours, candidates in COLUMNS.items():
        there = [
            column
            for word in candidates.split()
            for column, name in enumerate(names)
            if name == _squeezed(word)
        ]
        if there:
            at[ours] = there[0]
            _once(path, header, rows, [column for column in there if names[column] == names[there[0]]])
        elif ours in ("file", "emotion"):
            raise CorpusError(
                f"{path} has no column called {ours} (it has {one_line(', '.join(header.cells))}); name one"
                " of them so,"
                " and part columns by a comma, semicolon, tab or |."
            )
    _no_segments(path, header, rows, set(at.values()))
    return at


def suits(names: list[str]) -> bool:
    """Whether names of columns hold those that labels need."""
    words = {_squeezed(name) for name in names}
    return all(words & {_squeezed(word) for word in COLUMNS[ours].split()} for ours in ("file", "emotion"))


def unused(header: Row, rows: list[Row], at: dict[str, int]) -> dict[int, str]:
    """Name the columns that nothing is read from; one without a name and without a cell is none."""
    return {
        column: name or f"(column {column + 1}, without a name)"
        for column, name in enumerate(header.cells)
        if column not in at.values() and (name or any(row.cells[column] for row in rows))
    }


def _once(path: Path, header: Row, rows: list[Row], there: list[int]) -> None:
    """Refuse two columns of one name that say different things."""
    for row in rows:
        if len({normal_form(row.cells[column]) for column in there}) > 1:
            numbers = " and ".join(str(column + 1) for column in there)
            raise CorpusError(
                f"{path} has {len(there)} columns called {one_line(header.cells[there[0]])} (columns"
                f" {numbers}), and"
                " they"
                f" differ in line {row.line}; rename those that are not meant."
            )


def _no_segments(path: Path, header: Row, rows: list[Row], used: set[int]) -> None:
    """Refuse columns that say which part of a file a row means."""
    segments = [
        name or f"(column {column + 1})"
        for column, name in enumerate(header.cells)
        if column not in used and is_segment(name, [row.cells[column] for row in rows])
    ]
    if segments:
        refuse_parts(path, segments, "")
