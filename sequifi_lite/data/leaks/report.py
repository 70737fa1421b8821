"""What the parts of a split share, counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from ...errors import SequifiError
from ..corpora import CORPORA
from ..corpora.clip_table import identities
from ..findings import in_a_row
from ..spelling import normal_form
from ..splits import Split
from .likeness import shown
from .lists import Parts


@dataclass(frozen=True)
class LeakReport:
    """What every two parts of a split share.

    Attributes
    ----------
    table : DataFrame
        One row per pair of parts and kind of leak: `first`, `second` (parts), `what`, how many different ones
        are `in_first` and `in_second`, how many are `shared`, and how many clips of the second part are
        `concerned`. Kinds are clips (the same file in both), duplicates (the same recording in two files),
        look-alikes (a clip in one, and in the other an entry whose name looks like it, or such entries in
        both), speakers and sentences; for a corpus whose speakers are not known, voice types, and speakers as
        a manifest names them. Look-alikes count with the speaker and the sentence of their clip.
    sizes : dict of str to int
        Clips of every part, those included that look-alikes stand for.
    notes : tuple of str
        What a count does not show: duplicates by name, clips that are unknown or listed twice.
    unknown : int
        Entries of lists that are no clip of the table: nothing can be said of them.
    """

    table: pd.DataFrame
    sizes: dict[str, int]
    notes: tuple[str, ...] = ()
    unknown: int = 0

    def shared(self, what: str, first: str = "train", second: str = "test") -> int:
        """Count the speakers, sentences, ... that two parts share; 0 also for what is not known here.

        Raises
        ------
        SequifiError
            If there is no such pair of parts.
        """
        pair = self.table[self.table["first"].eq(first) & self.table["second"].eq(second)]
        if pair.empty:
            raise SequifiError(
                f"There is no pair of parts {first!r}, {second!r}; the parts are, in order,"
                f" {', '.join(self.sizes)}."
            )
        return int(pair.loc[pair["what"] == what, "shared"].sum())

    @property
    def clean(self) -> bool:
        """True if no two parts share a clip, a recording or a speaker, and every entry of a list is known.

        Sentences, words and voice types may recur.
        """
        apart = self.table["what"].isin(("clips", "duplicates", "look-alikes", "speakers"))
        return not self.unknown and not self.table.loc[apart, "shared"].any()

    def __str__(self) -> str:
        lines = []
        for key, rows in self.table.groupby(["first", "second"], sort=False):
            assert isinstance(key, tuple)  # as both are asked for
            first, second = key
            size = self.sizes[second]
            lines += [f"{first} ({self.sizes[first]:,} clips) and {second} ({size:,} clips)"]
            lines += [f"  {'':19}{'in first':>9}{'in second':>11}{'shared':>8}   clips of {second}"]
            columns = (rows[name] for name in ("what", "in_first", "in_second", "shared", "concerned"))
            for what, in_first, in_second, shared, concerned in zip(*columns):
                share = f"{concerned:,} ({concerned / size:.1%})" if size else "0"
                lines += [f"  {what:19}{in_first:>9,}{in_second:>11,}{shared:>8,}   {share}"]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])


def leak_report(split: Split | Parts | Mapping[str, Iterable[int]], clips: pd.DataFrame) -> LeakReport:
    """Count what the parts of a split share.

    Parameters
    ----------
    split : Split, Parts, or dict of str to array
        A split of ours, lists from `read_parts`, or a dict from the name of a part to row numbers (or a mask
        of True and False) of the clip table. Name the part that is learnt from first: the last column of the
        report counts clips of the second.
    clips : DataFrame
        Clip table with the columns file, speaker, sentence, emotion; with gender where speakers are missing;
        with sha256, two files with the same bytes are one recording. Speakers and sentences are compared in
        the form in which spellings are equal (`sequifi_lite.data.spelling`).

    Returns
    -------
    LeakReport

    Raises
    ------
    SequifiError
        If there are fewer than two parts, or a row number is not in the table.
    """
    rows, alike, said, notes = _parts_of(split, len(clips))
    stems, same = identities(clips), recordings(clips)
    kinds = _kinds(clips, said)
    whole = {part: np.union1d(numbers, list(alike.get(part, ()))) for part, numbers in rows.items()}
    whole = {part: numbers.astype(np.int64) for part, numbers in whole.items()}
    lines = []
    for first, second in combinations(rows, 2):
        a, b = rows[first], rows[second]
        both = np.intersect1d(a, b)
        lines.append((first, second, "clips", len(a), len(b), len(both), len(both)))
        # A recording leaks under another name where a file of it lies in the first part and a different file
        # in the second.
        pairs = [(i, j) for j in b[np.isin(same[b], same[a])] for i in a[same[a] == same[j]] if i != j]
        twice, leaked = len({int(same[i]) for i, _ in pairs}), len({j for _, j in pairs})
        lines.append((first, second, "duplicates", len(a), len(b), twice, leaked))
        for i, j in pairs:
            told = _labels(clips["emotion"].iloc[i], clips["emotion"].iloc[j])
            notes.append(f"{stems[i]} in {first} and {stems[j]} in {second} are one recording with {told}.")
        if alike:
            lines.append((first, second, "look-alikes", *_looks(same, rows, alike, first, second)))
        for what, values in kinds.items():
            ours, others = values[whole[first]], values[whole[second]]
            in_first, in_second = set(ours) - {None}, set(others) - {None}
            shared = in_first & in_second
            concerned = sum(value in shared for value in others)
            lines.append((first, second, what, len(in_first), len(in_second), len(shared), concerned))
    columns = ["first", "second", "what", "in_first", "in_second", "shared", "concerned"]
    sizes = {part: len(numbers) for part, numbers in whole.items()}
    notes += [
        f"{part} lists {len(entries):,} of them under names that look like a clip, as of an augmented copy or"
        f" another spelling: {in_a_row([f'{shown(name)} ({stems[row]})' for row, name in examples], 5)}."
        for part, entries in (split.alike.items() if isinstance(split, Parts) else ())
        if (examples := [(row, name) for name, row in entries.items()])
    ]
    unknown = sum(map(len, split.unknown.values())) if isinstance(split, Parts) else 0
    return LeakReport(pd.DataFrame(lines, columns=columns), sizes, tuple(notes), unknown)


def _looks(same: np.ndarray, rows: dict, alike: dict, first: str, second: str) -> tuple[int, int, int, int]:
    """Clips that entries of two parts look like: in either, shared, and of the second part concerned.

    Shared is what looks like it in one part and is, or looks like it, in the other.
    """
    looks = [set(same[sorted(alike.get(part, ()))]) for part in (first, second)]
    there = [set(same[rows[part]]) for part in (first, second)]
    shared = (looks[0] & (there[1] | looks[1])) | (looks[1] & (there[0] | looks[0]))
    clips = {*rows[second].tolist(), *alike.get(second, ())}
    return len(looks[0]), len(looks[1]), len(shared), sum(same[row] in shared for row in clips)


def _parts_of(split, size: int) -> tuple[dict[str, np.ndarray], dict[str, set], dict[int, str], list[str]]:
    """Rows of every part of whatever was given, those of look-alikes, speakers that it names, and notes."""
    alike, said, notes = {}, {}, []
    if isinstance(split, Split):
        rows = {"train": split.train, "valid": split.valid, "test": split.test}
    elif isinstance(split, Parts):
        rows, said, notes = split.rows, split.speakers, split.notes()
        alike = {part: set(entries.values()) for part, entries in split.alike.items() if entries}
    else:
        rows = dict(split)
    if len(rows) < 2:
        raise SequifiError(
            f"A leak needs two parts and {len(rows)} is given; name at least one to learn from and one to"
            " test on."
        )
    numbered = {str(part): _row_numbers(part, numbers, size) for part, numbers in rows.items()}
    return numbered, alike, said, notes


def _labels(one: str, other: str) -> str:
    return "the same label" if one == other else f"two labels, {one} and {other}"


def recordings(clips: pd.DataFrame) -> np.ndarray:
    """Number the recordings, shape (n,): equal where two files hold one.

    Files are one recording if their sha256 agree or the column `twin` names the other (as far as the table
    has these columns), or if the corpus is known to have been published with it twice.
    """
    stems = identities(clips)
    names = pd.Series(stems)
    if "sha256" in clips:
        sums = clips["sha256"].reset_index(drop=True)
        names = sums.where(sums.notna() & (sums != ""), names)
    same = pd.factorize(names)[0]
    first: dict[str, int] = {}
    for number, (file, twin) in enumerate(zip(clips["file"], _twins(clips, stems))):
        for name in (file, twin):
            if isinstance(name, str) and name:
                one = first.setdefault(name, number)
                if same[one] != same[number]:
                    same[same == same[number]] = same[one]
    return same


def _twins(clips: pd.DataFrame, stems: list[str]) -> list[str | None]:
    """Name for each clip a file that holds the same recording, None where there is none."""
    if "twin" in clips:
        return clips["twin"].astype(object).tolist()
    file = dict(zip(stems, clips["file"]))
    corpora = {str(name) for name in clips["corpus"]} if "corpus" in clips else set()
    pairs = [pair for name in corpora & set(CORPORA) for pair in CORPORA[name].DUPLICATES]
    other = {stem: file.get(pair[0]) for pair in pairs for stem in pair[1:]}
    return [other.get(stem) for stem in stems]


def _row_numbers(part: str, numbers, size: int) -> np.ndarray:
    numbers = np.asarray(numbers)
    if numbers.dtype == bool:
        if len(numbers) != size:
            raise SequifiError(
                f"The mask of part {part!r} has {len(numbers)} entries; the clip table has {size} rows, so"
                f" give {size}."
            )
        return np.flatnonzero(numbers)
    if numbers.size and not np.issubdtype(numbers.dtype, np.integer):
        raise SequifiError(
            f"Part {part!r} holds {numbers.dtype} values; give row numbers of the clip table, counted from 0."
        )
    outside = numbers[(numbers < 0) | (numbers >= size)]
    if outside.size:
        raise SequifiError(
            f"Part {part!r} holds row {outside[0]}; the clip table has rows 0 to {size - 1}, counted by"
            " position."
        )
    return np.unique(numbers).astype(np.int64)


def _kinds(clips: pd.DataFrame, said: dict[int, str]) -> dict[str, np.ndarray]:
    """What is compared, and its value for every row; None where it is not known."""

    def column(name: str) -> np.ndarray:
        values = clips[name].astype(object).to_numpy()
        return np.array([None if pd.isna(value) else normal_form(str(value)) for value in values], object)

    kinds = {}
    speakers = column("speaker") if "speaker" in clips else np.full(len(clips), None)
    if any(value is not None for value in speakers):
        kinds["speakers"] = speakers
    else:
        if "gender" in clips:
            kinds["voice types"] = column("gender")
        if said:
            kinds["speakers as listed"] = np.array(
                [normal_form(said[row]) if row in said else None for row in range(len(clips))], dtype=object
            )
    if "sentence" in clips:
        kinds["sentences"] = column("sentence")
    return kinds
