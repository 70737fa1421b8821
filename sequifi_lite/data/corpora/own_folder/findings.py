"""What was found in a reader's folder."""

from __future__ import annotations

import shlex
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pandas as pd

from ....errors import CorpusError
from ...audio import RATE
from ...emotions import EMOTIONS
from ...findings import counted, one_line, some, titled, with_reasons
from ..folder import passed_over_lines
from .folds import part_columns

LONG = 30.0  # seconds; encoders see longer clips in pieces


@dataclass
class Scan:
    """What a reader's folder holds.

    Attributes
    ----------
    corpus : str
    root : Path
    source : str
        Where the labels come from, in words.
    used : str
        Which columns, groups or levels were used for what, and which were not used.
    table : DataFrame
        The clip table, plus `path` (where each file lies) and the columns `part_...` (see the module). `file`
        is the path below `root`; a clip left out by every split says why in `defect`.
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
    repeated : list of str
        Files that several rows of the csv name, with the lines and what they differ in.
    spellings : list of str
        Labels, speakers and sentences that were written in several ways and taken for one, with the counts.
    unreadable : dict of str to str
        Labelled files that cannot be used, with the reason.
    convert : list of str
        Labelled files in a format that has to be converted first.
    clipped : list of str
        Files with three or more samples on end at full scale; only if they were decoded.
    odd : dict of str to str
        Files that are used though something about them is odd: a header that is not to be trusted, a scale
        that is likely another one, channels that weaken each other.
    passed_over : dict of str to int
        Files that are no audio, counted by suffix; nothing is known of them.
    notes : list of str
        What should be known before the table is used, a sentence each.
    """

    corpus: str
    root: Path
    source: str
    table: pd.DataFrame = field(repr=False)
    used: str = ""
    words: dict[str, str | None] = field(default_factory=dict)
    guessed: frozenset[str] = frozenset()
    unknown_words: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=dict, repr=False)
    absent: list[str] = field(default_factory=list, repr=False)
    ambiguous: dict[str, str] = field(default_factory=dict, repr=False)
    repeated: list[str] = field(default_factory=list, repr=False)
    spellings: list[str] = field(default_factory=list, repr=False)
    unreadable: dict[str, str] = field(default_factory=dict, repr=False)
    convert: list[str] = field(default_factory=list, repr=False)
    clipped: list[str] = field(default_factory=list, repr=False)
    odd: dict[str, str] = field(default_factory=dict, repr=False)
    passed_over: dict[str, int] = field(default_factory=dict, repr=False)
    notes: list[str] = field(default_factory=list, repr=False)

    @property
    def as_published(self) -> bool:
        """Never: a corpus of one's own has to be looked at."""
        return False

    def report(self, most: int = 10) -> str:
        """Write all findings as text, at most `most` names under each."""
        table = self.table
        lines = [
            f"{self.corpus}: your own corpus in {self.root}, labels from {self.source}",
            self._size(),
            *([f"  read: {one_line(self.used)}"] if self.used else []),
            "  labels",
        ]
        counts = Counter(table["label"])
        for word, emotion in sorted(self.words.items(), key=lambda pair: (EMOTIONS + (None,)).index(pair[1])):
            how = " (guessed)" if word in self.guessed else ""
            count = f", {counted(counts[word], 'clip')}" if emotion and not self.unknown_words else ""
            lines.append(f"    {one_line(word)} -> {emotion or 'left out'}{how}{count}")
        lines += titled(
            "label word without a meaning", [f"{w}: {n:,}" for w, n in self.unknown_words.items()], most
        )
        for reason, files in self.left_out.items():
            lines += titled(f"{reason}; left out", files, most)
        lines += titled(f"in {self.source}, but there is no such file", self.absent, most)
        lines += titled(f"in {self.source}, but more than one file fits", with_reasons(self.ambiguous), most)
        lines += titled(f"named in several rows of {self.source}", self.repeated, most)
        lines += titled("written in several ways, taken for one", self.spellings, most)
        lines += titled("unusable", with_reasons(self.unreadable), most)
        lines += titled("to be converted first", self.convert, most)
        many = list(table.loc[table["channels"] > 1, "file"])
        lines += titled("more than one channel; averaged when read", many, most)
        other = Counter(table.loc[table["sample_rate"] != RATE, "sample_rate"])
        rates = [f"{rate:,} Hz: {n:,}" for rate, n in sorted(other.items())]
        lines += titled("sample rate other than 16,000 Hz; resampled when read", rates, most, other.total())
        long = table[table["duration"] > LONG]
        lines += titled(
            "longer than 30 s; embedded in pieces that are pooled together, so cut them if the emotion"
            " changes on the way",
            [f"{file}: {seconds:,.0f} s" for file, seconds in zip(long["file"], long["duration"])],
            most,
        )
        lines += titled("cut off at full scale (clipped)", self.clipped, most)
        lines += titled("used, and to be looked at", with_reasons(self.odd), most)
        lines += passed_over_lines(self.passed_over, most)
        defects = table[table["defect"] != ""]
        lines += titled(
            "left out by every split", with_reasons(dict(zip(defects["file"], defects["defect"]))), most
        )
        for column in part_columns(table):
            sizes = table.loc[table[column] >= 0, column].value_counts()
            main = ", the main one" if column == part_columns(table)[0] else ""
            held = column.removeprefix("part_")
            lines.append(
                f"  folds by {held}{main}: {len(sizes)} parts of {sizes.min():,} to {sizes.max():,} clips"
            )
        lines += [f"  note: {one_line(note)}" for note in self.notes]
        return "\n".join(lines)

    def _size(self) -> str:
        """How much there is to use, as a line of the report."""
        if self.unknown_words:
            return "  no file was opened: first every label needs a meaning"
        table = self.table
        return (
            f"  usable {len(table):,} clips, {table['duration'].sum():,.0f} s of audio,"
            f" {counted(table.loc[:, 'speaker'].nunique(), 'speaker')},"
            f" {counted(table.loc[:, 'sentence'].nunique(), 'sentence')}"
        )

    def check(self) -> None:
        """Refuse a folder that cannot be used yet.

        Raises
        ------
        CorpusError
            If a label word is not understood, an entry of the csv is ambiguous, a labelled file cannot be
            read or has to be converted first, or no clip is left.
        """
        if self.unknown_words:
            words = ", ".join(
                some([f"{word!r} ({counted(n, 'file')})" for word, n in self.unknown_words.items()], 10)
            )
            example = shlex.quote(f"{next(iter(self.unknown_words))}=anger")
            raise _refusal(
                f"Nobody has said what the label {words} of {self.source} means; say so for each, in Python"
                f" with words={{...}} or on the command line with `--word {example}` (our words:"
                f" {', '.join(EMOTIONS)}; nothing behind the = leaves it out)."
            )
        if self.ambiguous:
            entry, files = next(iter(self.ambiguous.items()))
            more = f", and {len(self.ambiguous) - 1:,} entries like it" if len(self.ambiguous) > 1 else ""
            raise _refusal(
                f"The entry {entry} of {self.source} fits {files}{more}; write the path below {self.root}"
                f" into {self.source}."
            )
        if self.convert:
            first = self.convert[0]
            more = f" and {len(self.convert) - 1:,} more" if len(self.convert) > 1 else ""
            into = shlex.quote(str(PurePosixPath(first).with_suffix(".wav")))
            raise _refusal(
                f"{first}{more} in {self.root} cannot be decoded here; convert each of them, e.g. "
                f"`ffmpeg -i {shlex.quote(first)} {into}`, and run this again (the labels need no change)."
            )
        if self.unreadable:
            names = ", ".join(some(with_reasons(self.unreadable), 10))
            files = "a file" if len(self.unreadable) == 1 else f"{len(self.unreadable):,} files"
            raise _refusal(
                f"{self.root} has {files} that cannot be used: {names}; replace them, or move them away and"
                " run this again."
            )
        if len(self.table):
            return
        reasons = ", ".join(
            f"{counted(len(files), 'file')}: {reason}" for reason, files in self.left_out.items()
        )
        absent = (
            f"{len(self.absent):,} entries of {self.source} name no file, e.g. {self.absent[0]}"
            if self.absent
            else ""
        )
        raise _refusal(
            f"Not one labelled clip was found in {self.root} ({'; '.join(filter(None, [reasons, absent]))}); "
            "check that the labels belong to this folder."
        )


def _refusal(text: str) -> CorpusError:
    """One sentence, whatever stands in names and labels."""
    return CorpusError(one_line(text))
