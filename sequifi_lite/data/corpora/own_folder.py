"""A reader's own corpus: any folder of audio whose labels stand in a csv, in the file names, or in the names of its folders.

The result is the clip table of the six published corpora, and with it everything odd that was found. Nothing is dropped in
silence: a file that is left out is counted and named with its reason, and what cannot be used is refused with what to do.

The table has one more column for each way in which the corpus can be divided: `part_speaker`, `part_sentence` or both hold the
number of the part that a clip belongs to, -1 for clips that are left out. `sequifi_lite.data.splits` reads these columns, so folds
travel with the table into the pack. The first of them is the main one.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import shlex
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from ...errors import AudioError, CorpusError
from ..audio import RATE, SUFFIXES, audio_info
from ..emotions import EMOTIONS, FOUR
from ..partition import PARTS, divide
from . import CORPORA, _findings, _reasons, _some, _why, audio_files, clip_table, identities

# Formats that are common on telephones and that our decoder does not read.
CONVERT = (
    ".m4a",
    ".aac",
    ".mp4",
    ".m4b",
    ".wma",
    ".amr",
    ".3gp",
    ".webm",
    ".mov",
    ".aif",
    ".aiff",
    ".au",
    ".caf",
)
LONG = 30.0  # seconds; encoders see longer clips in pieces
FIELDS = (
    "emotion",
    "speaker",
    "sentence",
    "gender",
    "intensity",
    "language",
)  # what labels can tell about a clip

# Words that mean one thing in whatever language they are found. Left out on purpose: single letters and codes (A is anger in
# one corpus and fear, Angst, in another), "disgusto" (disgust in Italian, annoyance in Spanish), "normal", "excited", "contempt".
_WORDS = {
    "anger": "anger angry furious wut wutend zorn zornig arger argerlich enojo enfado ira rabia colere rabbia raiva zlosc gniew "
    "boos woede gnev zlost ofke kizgin гнев злость 愤怒 生气 怒り خشم عصبانیت",
    "happiness": "happiness happy joy joyful freude freudig frohlich glucklich alegria alegre felicidad felicidade feliz joie "
    "heureux gioia felicita felice radosc szczescie blij radost mutlu mutluluk радость 高兴 快乐 开心 喜び شادی خوشحالی",
    "neutral": "neutral neutrality neutre neutro neutrale neutralny neutraal нейтрально 中性 خنثی",
    "sadness": "sadness sad trauer traurig traurigkeit tristeza triste tristesse tristezza smutek smutny verdriet verdrietig "
    "uzgun uzuntu грусть печаль 悲伤 难过 悲しみ غم ناراحتی",
    "disgust": "disgust disgusted ekel asco degout schifo nojo wstret obrzydzenie walging отвращение 厌恶 嫌悪 انزجار",
    "fear": "fear fearful afraid scared angst furcht angstlich miedo peur paura medo strach korku страх 恐惧 害怕 恐れ ترس",
    "surprise": "surprise surprised uberraschung uberrascht sorpresa surpresa zaskoczenie zdziwienie verrassing удивление 惊讶 "
    "驚き تعجب pleasant_surprise pleasant_surprised pleasantly_surprised",
    "boredom": "boredom bored langeweile gelangweilt aburrimiento ennui noia tedio znudzenie verveling скука 无聊",
    "calm": "calm calmness ruhig gelassen calma spokoj",
}

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
_EMPTY = {"", "-", "na", "n/a", "nan", "none", "null"}
_GENDERS = {
    "female": "female f w woman frau weiblich",
    "male": "male m man mann mannlich",
    "child": "child kind c",
}
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


@dataclass
class Scan:
    """What a reader's folder holds.

    Attributes
    ----------
    corpus : str
    root : Path
    source : str
        Where the labels come from, in words.
    table : DataFrame
        The clip table, plus `path` (where each file lies) and the columns `part_...` (see the module). `file` is the path below
        `root`; a clip left out by every split says why in `defect`.
    words : dict of str to str or None
        Every label word that occurs, and our word for it; None for a word that was said to be left out.
    guessed : frozenset of str
        Those of them that nobody said and that were guessed.
    unknown_words : dict of str to int
        Label words that nobody explained, and how many files bear them.
    left_out : dict of str to list of str
        Files that are not in the table, by reason.
    absent : list of str
        Entries of the csv for which there is no file.
    ambiguous : dict of str to str
        Entries of the csv that more than one file fits, and what they are.
    unreadable : dict of str to str
        Labelled files that cannot be used, with the reason.
    convert : list of str
        Labelled files in a format that has to be converted first.
    clipped : list of str
        Files with three or more samples on end at full scale; only if they were decoded.
    notes : list of str
        What should be known before the table is used, a sentence each.
    """

    corpus: str
    root: Path
    source: str
    table: pd.DataFrame = field(repr=False)
    words: dict[str, str | None] = field(default_factory=dict)
    guessed: frozenset[str] = frozenset()
    unknown_words: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=dict, repr=False)
    absent: list[str] = field(default_factory=list, repr=False)
    ambiguous: dict[str, str] = field(default_factory=dict, repr=False)
    unreadable: dict[str, str] = field(default_factory=dict, repr=False)
    convert: list[str] = field(default_factory=list, repr=False)
    clipped: list[str] = field(default_factory=list, repr=False)
    notes: list[str] = field(default_factory=list, repr=False)

    @property
    def as_published(self) -> bool:
        """Never: a corpus of one's own has to be looked at."""
        return False

    def report(self, most: int = 10) -> str:
        """All findings as text, at most `most` names under each."""
        table = self.table
        lines = [
            f"{self.corpus}: your own corpus in {self.root}, labels from {self.source}",
            f"  usable {len(table):,} clips, {table['duration'].sum():,.0f} s of audio, "
            f"{_many(table['speaker'].nunique(), 'speaker')}, {_many(table['sentence'].nunique(), 'sentence')}",
            "  labels",
        ]
        counts = Counter(table["label"])
        for word, emotion in sorted(self.words.items(), key=lambda pair: (EMOTIONS + (None,)).index(pair[1])):
            how = " (guessed)" if word in self.guessed else ""
            count = f", {_many(counts[word], 'clip')}" if emotion else ""
            lines.append(f"    {word} -> {emotion or 'left out'}{how}{count}")
        lines += _findings(
            "label word without a meaning", [f"{w}: {n:,}" for w, n in self.unknown_words.items()], most
        )
        for reason, files in self.left_out.items():
            lines += _findings(f"{reason}; left out", files, most)
        lines += _findings(f"in {self.source}, but there is no such file", self.absent, most)
        lines += _findings(f"in {self.source}, but more than one file fits", _reasons(self.ambiguous), most)
        lines += _findings("unusable", _reasons(self.unreadable), most)
        lines += _findings("to be converted first", self.convert, most)
        many = list(table.loc[table["channels"] > 1, "file"])
        lines += _findings("more than one channel; averaged when read", many, most)
        other = Counter(table.loc[table["sample_rate"] != RATE, "sample_rate"])
        rates = [f"{rate:,} Hz: {n:,}" for rate, n in sorted(other.items())]
        lines += _findings(
            "sample rate other than 16,000 Hz; resampled when read", rates, most, other.total()
        )
        long = table[table["duration"] > LONG]
        lines += _findings(
            "longer than 30 s; embedded in pieces that are pooled together, so cut them if the emotion changes on the way",
            [f"{file}: {seconds:,.0f} s" for file, seconds in zip(long["file"], long["duration"])],
            most,
        )
        lines += _findings("cut off at full scale (clipped)", self.clipped, most)
        defects = table[table["defect"] != ""]
        lines += _findings(
            "left out by every split", _reasons(dict(zip(defects["file"], defects["defect"]))), most
        )
        for column in _part_columns(table):
            sizes = table.loc[table[column] >= 0, column].value_counts()
            main = ", the main one" if column == _part_columns(table)[0] else ""
            held = column.removeprefix("part_")
            lines.append(
                f"  folds by {held}{main}: {len(sizes)} parts of {sizes.min():,} to {sizes.max():,} clips"
            )
        lines += [f"  note: {note}" for note in self.notes]
        return "\n".join(lines)

    def check(self) -> None:
        """Refuse a folder that cannot be used yet.

        Raises
        ------
        CorpusError
            If a label word is not understood, an entry of the csv is ambiguous, a labelled file cannot be read or has to be
            converted first, or no clip is left.
        """
        if self.unknown_words:
            words = ", ".join(
                _some([f"{word!r} ({_many(n, 'file')})" for word, n in self.unknown_words.items()], 10)
            )
            example = shlex.quote(f"{next(iter(self.unknown_words))}=anger")
            raise CorpusError(
                f"Nobody has said what the label {words} of {self.source} means; say so for each, in Python with words={{...}} "
                f"or on the command line with `--word {example}` (our words: {', '.join(EMOTIONS)}; nothing behind the = leaves "
                "it out)."
            )
        if self.ambiguous:
            entry, files = next(iter(self.ambiguous.items()))
            more = f", and {len(self.ambiguous) - 1:,} entries like it" if len(self.ambiguous) > 1 else ""
            raise CorpusError(
                f"The entry {entry} of {self.source} fits {files}{more}; write the path below {self.root} into {self.source}."
            )
        if self.convert:
            first = self.convert[0]
            more = f" and {len(self.convert) - 1:,} more" if len(self.convert) > 1 else ""
            into = shlex.quote(str(PurePosixPath(first).with_suffix(".wav")))
            raise CorpusError(
                f"{first}{more} in {self.root} cannot be decoded here; convert each of them, e.g. "
                f"`ffmpeg -i {shlex.quote(first)} {into}`, and run this again (the labels need no change)."
            )
        if self.unreadable:
            names = ", ".join(_some(_reasons(self.unreadable), 10))
            files = "a file" if len(self.unreadable) == 1 else f"{len(self.unreadable):,} files"
            raise CorpusError(
                f"{self.root} has {files} that cannot be used: {names}; replace them, or move them away and run this again."
            )
        if len(self.table):
            return
        reasons = ", ".join(
            f"{_many(len(files), 'file')}: {reason}" for reason, files in self.left_out.items()
        )
        absent = (
            f"{len(self.absent):,} entries of {self.source} name no file, e.g. {self.absent[0]}"
            if self.absent
            else ""
        )
        raise CorpusError(
            f"Not one labelled clip was found in {self.root} ({'; '.join(filter(None, [reasons, absent]))}); "
            "check that the labels belong to this folder."
        )


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

    Labels come from one of three places; if none is given, from the one level of folders whose names are emotions.

    Parameters
    ----------
    name : str
        What the corpus is to be called from now on: small letters, digits, - and _; not the name of a published corpus.
    root : path
        The folder. Folders in it are searched too; hidden files are passed over.
    labels : path, optional
        A csv (comma, semicolon or tab; UTF-8) whose first line names the columns: file, emotion and, where known, speaker,
        sentence, gender (female, male, child), intensity, language. A file is a path below `root`, any longer path that ends in
        it, or a name that no other file has; its suffix may be absent.
    pattern : str, optional
        A regular expression that is searched for in the path of each file below `root`, with named groups: emotion and any of
        the above, e.g. ``r"(?P<speaker>\\d+)_(?P<sentence>\\w+)_(?P<emotion>[a-z]+)\\.wav"``.
    folders : str, optional
        What the levels of folders mean, from the top: ``speaker/emotion``; ``-`` for a level that means nothing.
    words : dict of str to str or None, optional
        Our word for a label word; None leaves its clips out. Obvious words in several languages are understood without.
    language : str, optional
        ISO 639-1 code for the column `language`, where the labels do not tell.
    decode : bool
        Decode every file: finds silent, cut-off and clipped ones, and the same sound in two files of different format. Without,
        only headers are read, and duplicates are files with the same bytes.
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
    root = _root(root)
    files = _legible(root, audio_files(root))
    others = _legible(root, audio_files(root, CONVERT))
    stems = {file.with_suffix("") for file in files}
    others = [file for file in others if file.with_suffix("") not in stems]  # those already converted
    if not files and not others:
        raise CorpusError(
            f"{root} holds no audio files ({', '.join(SUFFIXES)}); give the folder that your recordings are in."
        )
    given = [
        what
        for what, value in (("labels", labels), ("pattern", pattern), ("folders", folders))
        if value is not None
    ]
    if len(given) > 1:
        raise CorpusError(
            f"Labels come from one place, and {' and '.join(given)} are given; choose one of them."
        )
    words = _checked_words(words or {})

    absent, ambiguous, twice = [], {}, {}
    if labels is not None:
        source = Path(labels).name
        described, left_out, absent, ambiguous, twice = _from_csv(Path(labels), files, others)
    elif pattern is not None:
        source = "the pattern"
        described, left_out = _from_pattern(pattern, files + others)
    else:
        source = "the folders"
        described, left_out = _from_folders(folders, files + others, root, words)

    meaning, guessed, unknown = _meanings(described, words)
    kept: dict[PurePosixPath, dict] = {}
    for file, found in described.items():
        word = found.get("emotion")
        if word is None:
            left_out.setdefault("no label", []).append(str(file))
        elif word in meaning and meaning[word] is None:
            left_out.setdefault(f"label {word}, which is not wanted", []).append(str(file))
        elif word in meaning:
            kept[file] = found
    # While words lack a meaning nothing can be used, and reading a large folder for nothing takes time.
    convert = [str(file) for file in kept if file.suffix.lower() in CONVERT]
    readable = (
        {} if unknown else {file: found for file, found in kept.items() if file.suffix.lower() not in CONVERT}
    )

    rows, unreadable, sounds = _read(root, readable, decode, progress)
    genders, notes = _genders(rows)
    for row in rows:
        word = row["emotion"]
        row |= {
            "corpus": name,
            "label": word,
            "emotion": meaning[word],
            "language": row.get("language") or language,
        }
        row |= {"gender": genders.get(row.get("gender")), "defect": twice.get(row["file"], "")}
    table = clip_table(rows, extra=("path",))
    clipped = _mark_sounds(table, sounds)
    _mark_duplicates(table, sounds)
    notes += _who_is_who(table)
    notes += _add_parts(table)
    notes += _warnings(table)
    idle = sorted(
        word for word in words if not any(_plain(word) == _plain(seen) for seen in (*meaning, *unknown))
    )
    if idle:
        notes.append(f"a meaning was given for {', '.join(idle)}, which is not among the labels.")
    return Scan(
        corpus=name, root=root, source=source, table=table, words=meaning, guessed=guessed, unknown_words=unknown,
        left_out=left_out, absent=absent, ambiguous=ambiguous, unreadable=unreadable, convert=convert, clipped=clipped,
        notes=notes,
    )  # fmt: skip


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
            f"{name!r} cannot be the name of a corpus; take up to 40 small letters, digits, - and _, beginning with a letter."
        )


def _root(root: str | Path) -> Path:
    root = Path(root).expanduser()
    if not root.exists():
        raise CorpusError(f"{root} does not exist; give the folder that your recordings are in.")
    if not root.is_dir():
        raise CorpusError(f"{root} is a file; give the folder that your recordings are in.")
    return root.resolve()


def _legible(root: Path, files: list[PurePosixPath]) -> list[PurePosixPath]:
    for file in files:
        try:
            str(file).encode()
        except UnicodeEncodeError as error:
            shown = os.fsencode(str(file)).decode("utf-8", "backslashreplace")
            raise CorpusError(f"The name of {shown} in {root} is not UTF-8; rename the file.") from error
    return files


# ---------------------------------------------------------------- three sources of labels


def _from_pattern(pattern: str, files: list[PurePosixPath]):
    """Fields of every file that the expression fits."""
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
            f"The pattern {pattern!r} {problem}; it needs (?P<emotion>...), and may have {', '.join(FIELDS[1:])} beside it."
        )
    described, left_out = {}, {}
    for file in files:
        match = expression.search(_nfc(str(file)))
        if match:
            described[file] = {key: _cell(value) for key, value in match.groupdict().items()}
        else:
            left_out.setdefault("does not fit the pattern", []).append(str(file))
    return described, left_out


def _from_folders(levels: str | None, files: list[PurePosixPath], root: Path, words: dict[str, str | None]):
    """Fields of every file from the names of the folders it lies in."""
    names = (
        [part.strip() for part in levels.split("/")]
        if levels is not None
        else _guess_levels(files, root, words)
    )
    strange = [part for part in names if part not in (*FIELDS, "-")]
    if strange or names.count("emotion") != 1 or any(names.count(part) > 1 for part in FIELDS):
        raise CorpusError(
            f"The levels of folders {levels!r} are not understood; write what each level means from the top, e.g. "
            f"speaker/emotion, with emotion once, any of {', '.join(FIELDS[1:])}, and - for a level that means nothing."
        )
    described, left_out = {}, {}
    for file in files:
        above = file.parts[:-1]
        if len(above) < len(names):
            left_out.setdefault(f"does not lie in {_many(len(names), 'level')} of folders", []).append(
                str(file)
            )
        else:
            described[file] = {field: _cell(part) for field, part in zip(names, above) if field != "-"}
    return described, left_out


def _guess_levels(files: list[PurePosixPath], root: Path, words: dict[str, str | None]) -> list[str]:
    """The one level of folders most of whose names are known label words."""
    known = {_plain(word) for word in (*GUESSES, *words)}
    found = []
    for level in range(max(len(file.parts) for file in files) - 1):
        names = {file.parts[level] for file in files if len(file.parts) > level + 1}
        if 2 * sum(_plain(name) in known for name in names) > len(names):
            found.append(level)
    if len(found) != 1:
        what = "More than one level of folders" if found else "No level of folders"
        raise CorpusError(
            f"{what} in {root} has the names of emotions, so say where the labels are; in Python with labels=, "
            "pattern= or folders=, or on the command line with one of `--labels labels.csv`, `--pattern REGEX` and "
            "`--folders speaker/emotion`."
        )
    return ["-"] * found[0] + ["emotion"]


def _from_csv(path: Path, files: list[PurePosixPath], others: list[PurePosixPath]):
    """Fields of every file that the csv names, and what in it does not fit."""
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
            twice[_nfc(str(file))] = (
                f"{path.name} calls it {described[file]['emotion']} and {entry['emotion']}"
            )
        described.setdefault(file, entry)
    unnamed = [str(file) for file in files if file not in described]
    return described, ({f"not in {path.name}": unnamed} if unnamed else {}), absent, ambiguous, twice


def read_labels(path: str | Path) -> list[dict[str, str | None]]:
    """The rows of a csv of labels, with our names for its columns; an empty cell is None.

    Raises
    ------
    CorpusError
        If it cannot be read, lacks the column of files or of emotions, or has a line with too many or too few cells.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CorpusError(
            f"{path} cannot be read ({error.strerror}); give the csv that holds your labels."
        ) from error
    wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path} is not UTF-8 text; save it again as CSV in UTF-8.") from error
    text = text.lstrip("\n\r")
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
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
            f"{path} holds no rows; write the names of the columns (file, emotion, ...) and below them a line per clip."
        )
    header = [_plain(cell) for cell in table[0][1]]
    at: dict[str, int] = {}
    for ours, candidates in _COLUMNS.items():
        there = [header.index(word) for word in candidates if word in header]
        if there:
            at[ours] = there[0]
        elif ours in ("file", "emotion"):
            raise CorpusError(
                f"{path} has no column called {ours} (it has {', '.join(table[0][1])}); name one of them so."
            )
    entries = []
    for number, cells in table[1:]:
        if len(cells) != len(header):
            raise CorpusError(
                f"Line {number} of {path} has {_many(len(cells), 'cell')} where the first line names {len(header)} columns; "
                "put cells that hold a comma, semicolon or tab in quotation marks."
            )
        entry = {ours: _cell(cells[column]) for ours, column in at.items()}
        if entry["file"] is None:
            raise CorpusError(
                f"Line {number} of {path} names no file; fill in its {table[0][1][at['file']]} or delete the line."
            )
        entries.append(entry)
    return entries


class _Finder:
    """Files by every tail of their path, with and without suffix; if need be, whether letters are small or capital."""

    def __init__(self, files: list[PurePosixPath]):
        self.files, self.folded = files, None
        self.exact = self._index(str)

    def _index(self, fold) -> dict[str, list[PurePosixPath]]:
        index: dict[str, list[PurePosixPath]] = {}
        for file in self.files:
            parts = [fold(_nfc(part).strip()) for part in file.parts]
            stem = fold(_nfc(file.stem).strip())
            for start in range(len(parts)):
                tail = "/".join(parts[start:])
                index.setdefault(tail, []).append(file)
                index.setdefault("/".join([*parts[start:-1], stem]), []).append(file)
        return index

    def find(self, named: str) -> list[PurePosixPath]:
        """Files that an entry of the csv may mean."""
        parts = [
            part for part in re.split(r"[\\/]+", _nfc(named)) if not re.fullmatch(r"\.?|[A-Za-z]:", part)
        ]
        if not parts:
            return []
        bare = parts[-1]
        for suffix in (*SUFFIXES, *CONVERT):
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


# ---------------------------------------------------------------- words


def _checked_words(words: dict[str, str | None]) -> dict[str, str | None]:
    out = {}
    for word, emotion in words.items():
        if emotion not in (None, "", *EMOTIONS):
            raise CorpusError(
                f"{word}={emotion}: {emotion!r} is no emotion of ours; choose one of {', '.join(EMOTIONS)}."
            )
        out[str(word)] = emotion or None
    return out


def _meanings(described: dict[PurePosixPath, dict], words: dict[str, str | None]):
    """Our word for every label word; which were guessed; which nobody explained."""
    said = {_plain(word): emotion for word, emotion in words.items()}
    meaning, guessed, unknown = {}, set(), {}
    counts = Counter(found["emotion"] for found in described.values() if found.get("emotion") is not None)
    for word, n in sorted(counts.items()):
        if word in words:
            meaning[word] = words[word]
        elif _plain(word) in said:
            meaning[word] = said[_plain(word)]
        elif _plain(word) in GUESSES:
            meaning[word] = GUESSES[_plain(word)]
            if word not in EMOTIONS:
                guessed.add(word)
        else:
            unknown[word] = n
    return meaning, frozenset(guessed), unknown


def _plain(word: str) -> str:
    """Small letters without accents, words joined by _."""
    letters = unicodedata.normalize(
        "NFKD", word.casefold().replace("ł", "l").replace("ø", "o").replace("ı", "i")
    )
    return re.sub(r"[\s_-]+", "_", "".join(c for c in letters if not unicodedata.combining(c)).strip())


GUESSES = {_plain(word): emotion for emotion, words in _WORDS.items() for word in words.split()}


def _cell(value: str | None) -> str | None:
    value = _nfc(value.strip()) if value is not None else ""
    return None if value.casefold() in _EMPTY else value


def _nfc(text: str) -> str:
    """macOS writes an accent as a letter of its own, others do not; here they are one."""
    return unicodedata.normalize("NFC", text)


def _genders(rows: list[dict]):
    """Our word for each word of gender; a note on those that are not understood."""
    ours = {word: gender for gender, words in _GENDERS.items() for word in words.split()}
    seen = sorted({row["gender"] for row in rows if row.get("gender")})
    if any(_plain(word) in ("h", "hombre", "mujer") for word in seen):
        ours = {"h": "male", "hombre": "male", "m": "female", "mujer": "female"}  # Spanish: here m is a woman
    genders = {word: ours[_plain(word)] for word in seen if _plain(word) in ours}
    strange = [word for word in seen if word not in genders]
    note = f"the genders {', '.join(_some(strange, 10))} are not understood and left empty; write female, male or child."
    return genders, [note] if strange else []


# ---------------------------------------------------------------- the files themselves


def _read(root: Path, files: dict[PurePosixPath, dict], decode: bool, progress: bool):
    """Rows of the clip table, files that cannot be used, and what decoding told (file -> Sound)."""
    from ..sound import measure

    rows, unreadable, sounds = [], {}, {}
    for relative, found in _bar(files.items(), len(files), progress):
        path, file = root / relative, _nfc(str(relative))
        try:
            info = audio_info(path)
            if info.seconds < 400 / RATE:
                raise AudioError(
                    f"{path} lasts {info.seconds:.3f} s, less than one window of 25 ms; remove it."
                )
            if decode:
                sounds[file] = measure(path)
                if not sounds[file].finite:
                    raise AudioError(f"{path} holds samples that are not finite numbers; get it again.")
        except AudioError as error:
            broken_link = path.is_symlink() and not path.exists()
            unreadable[str(relative)] = (
                "is a link to a file that does not exist" if broken_link else _why(path, error)
            )
            continue
        row = {
            "file": file,
            "path": str(path),
            "duration": info.seconds,
            "sample_rate": info.rate,
            "channels": info.channels,
        }
        rows.append({**found, **row})
    names = Counter(row["file"] for row in rows)
    for row in rows:
        if names[row["file"]] > 1:
            raise CorpusError(
                f"{root} holds two files whose names look the same, {row['file']}; rename one of them."
            )
    return rows, unreadable, sounds


def _bar(items, total: int, progress: bool):
    if not progress:
        return items
    from tqdm.auto import tqdm

    return tqdm(items, total=total, desc="recordings", unit="file")


def _mark_sounds(table: pd.DataFrame, sounds: dict) -> list[str]:
    """Mark silent clips as defects; name the clipped ones."""
    from ..sound import RUN, SILENT

    silent = [file in sounds and sounds[file].span < SILENT for file in table["file"]]
    table.loc[np.array(silent, dtype=bool) & (table["defect"] == ""), "defect"] = "silent from start to end"
    return [
        file
        for file in table["file"]
        if file in sounds and sounds[file].run >= RUN and sounds[file].span >= SILENT
    ]


def _mark_duplicates(table: pd.DataFrame, sounds: dict) -> None:
    """Of one recording in several files the first stays; none does where they disagree about emotion or speaker."""
    digests = [sounds[file].digest for file in table["file"]] if sounds else _digests(table["path"])
    names = identities(table)
    same: dict[str, list[int]] = {}
    for row, digest in enumerate(digests):
        if digest and table["defect"].iloc[row] != "silent from start to end":
            same.setdefault(digest, []).append(row)
    column = table.columns.get_loc("defect")
    for rows in same.values():
        if len(rows) == 1:
            continue
        emotions = table["emotion"].iloc[rows]
        speakers = table["speaker"].iloc[rows]
        people = " and ".join(sorted(speakers.dropna().unique()))
        for row in rows:
            other = rows[0] if row != rows[0] else rows[1]
            if emotions.nunique() > 1:
                contrary = next(
                    (one for one in rows if table["emotion"].iloc[one] != table["emotion"].iloc[row]), other
                )
                text = f"the same recording as {names[contrary]}, which is labelled {table['emotion'].iloc[contrary]}"
            elif speakers.nunique() > 1:
                text = f"the same recording as {names[other]}, and they are said to be by {people}"
            elif row != rows[0]:
                text = f"the same recording as {names[other]}, which is kept"
            else:
                continue
            table.iloc[row, column] = table["defect"].iloc[row] or text


def _digests(paths: pd.Series) -> list[str]:
    """sha256 of the files that share their size with another one; the others are unique anyway."""
    sizes = [os.path.getsize(path) for path in paths]
    often = Counter(sizes)
    digests = []
    for path, size in zip(paths, sizes):
        if often[size] == 1:
            digests.append("")
            continue
        with open(path, "rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    return digests


# ---------------------------------------------------------------- who and what: folds, and what would mislead


def _add_parts(table: pd.DataFrame) -> list[str]:
    """Add the columns of parts that this table allows, the main one first, and say what it does not allow.

    By speaker if there are three speakers at least, five to be the main scheme; by sentence if there are five sentences and each
    is said twice on average.
    """
    notes = []
    if table.empty:
        return notes
    usable = table["defect"] == ""
    nameless = usable & table["speaker"].isna()
    speakers = table.loc[usable, "speaker"].nunique()
    if speakers >= 3 and 0 < nameless.sum() <= 0.2 * usable.sum():
        table.loc[nameless, "defect"] = (
            "no speaker is named, so it cannot be kept apart from the others of that speaker"
        )
        usable &= ~nameless
        nameless[:] = False
    schemes = {}
    if nameless.any() or not usable.any():
        if speakers:
            notes.append(
                f"there are no folds by speaker: {_many(int(nameless.sum()), 'clip')} without one, too many to leave out."
            )
        elif usable.any():
            notes.append(
                "no speaker is named, so no fold is speaker-disjoint, and dividing by folder or file would not make it so: add a "
                "column, group or level called speaker."
            )
    elif speakers < 3:
        there = "is only 1 speaker" if speakers == 1 else f"are only {speakers} speakers"
        notes.append(
            f"there {there}, so no fold can be speaker-disjoint: that takes three, and five for all replicates."
        )
    else:
        schemes["speaker"] = divide(table[usable], "speaker", min(PARTS, speakers))
        if speakers < PARTS:
            notes.append(
                f"with {speakers} speakers there are {speakers} folds by speaker: replicates beyond them do not exist."
            )
    sentences = table.loc[usable, "sentence"]
    if 0 < sentences.nunique() and sentences.isna().any():
        notes.append(
            f"there are no folds by sentence: {_many(int(sentences.isna().sum()), 'clip')} without one; add them."
        )
    elif 0 < sentences.nunique() < PARTS:
        notes.append(
            f"there are no folds by sentence: that takes {PARTS}, and the table has {sentences.nunique()}."
        )
    elif sentences.nunique():
        if len(sentences) >= 2 * sentences.nunique():
            schemes["sentence"] = divide(table[usable], "sentence")
        else:
            notes.append(
                "nearly every clip has a sentence of its own, so folds by sentence would be random; there are none."
            )
    if "sentence" in schemes and speakers < PARTS and "speaker" in schemes:
        schemes = {"sentence": schemes["sentence"], "speaker": schemes["speaker"]}
    for scheme, parts in schemes.items():
        table[f"part_{scheme}"] = (
            table[scheme].astype(object).map(parts).where(usable).fillna(-1).astype(np.int64)
        )
    if next(iter(schemes), None) == "sentence":
        notes.append(
            "the main folds hold out sentences and speakers recur: never call a score on them speaker-independent."
        )
    if not schemes and usable.any():
        notes.append(
            "there are no honest folds: the clips can be embedded, but split() and problem() will refuse them until there are "
            "five speakers, or five sentences that recur."
        )
    return notes


def _warnings(table: pd.DataFrame) -> list[str]:
    """What would let a score mislead."""
    notes = []
    clips = table[table["defect"] == ""]
    if clips.empty:
        return notes
    if clips["emotion"].nunique() == 1:
        notes.append(f"every clip is labelled {clips['emotion'].iloc[0]}: there is nothing to tell apart.")
    elif absent := [word for word in FOUR if word not in set(clips["emotion"])]:
        shared = ", ".join(repr(word) for word in EMOTIONS if word in set(clips["emotion"]))
        notes.append(
            f"there is no clip of {' or '.join(absent)}, so give emotions=({shared}) or some of these to problem()."
        )
    for column in _part_columns(table)[:1]:
        counts = pd.crosstab(clips[column], clips["emotion"])
        for part, emotion in zip(*np.nonzero(counts.to_numpy() == 0)):
            notes.append(
                f"fold {counts.index[part]} tests no {counts.columns[emotion]}: pool the predictions of all folds."
            )
    for column, what in (("speaker", "who speaks"), ("sentence", "what is said")):
        groups = clips.groupby(column)["emotion"].agg(["size", "nunique"])
        groups = groups[groups["size"] > 1]
        alone = int((groups["nunique"] == 1).sum())
        if clips["emotion"].nunique() > 1 and len(groups) > 1 and alone:
            notes.append(
                f"{alone:,} of {len(groups):,} {column}s occur with one emotion only: {what} tells the label."
            )
    return notes


def _who_is_who(table: pd.DataFrame) -> list[str]:
    """Speakers whose names differ so little that they may be one."""
    alike: dict[str, list[str]] = {}
    for speaker in sorted(table["speaker"].dropna().unique()):
        alike.setdefault(_plain(speaker).lstrip("0"), []).append(speaker)
    pairs = [" and ".join(names) for names in alike.values() if len(names) > 1]
    note = f"the speakers {', '.join(_some(pairs, 5))} differ little: if they are one person, write the name alike."
    return [note] if pairs else []


def _part_columns(table: pd.DataFrame) -> list[str]:
    return [column for column in table.columns if column.startswith("part_")]


def _many(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"
