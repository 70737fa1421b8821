"""What the parts of a split share, counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from ...errors import SequifiError
from ..corpora.clip_table import identities
from ..splits import Split
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
        speakers and sentences; for a corpus whose speakers are not known, voice types, and speakers as a
        manifest names them.
    sizes : dict of str to int
        Clips of every part.
    notes : tuple of str
        What a count does not show: duplicates by name, clips that are unknown or listed twice.
    """

    table: pd.DataFrame
    sizes: dict[str, int]
    notes: tuple[str, ...] = ()

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
        """True if no two parts share a clip, a recording or a speaker.

        Sentences, words and voice types may recur.
        """
        return not self.table.loc[
            self.table["what"].isin(("clips", "duplicates", "speakers")), "shared"
        ].any()

    def __str__(self) -> str:
        lines = []
        for (first, second), rows in self.table.groupby(["first", "second"], sort=False):
            size = self.sizes[second]
            lines += [f"{first} ({self.sizes[first]:,} clips) and {second} ({size:,} clips)"]
            lines += [f"  {'':19}{'in first':>9}{'in second':>11}{'shared':>8}   clips of {second}"]
            for row in rows.itertuples():
                share = f"{row.concerned:,} ({row.concerned / size:.1%})" if size else "0"
                lines += [f"  {row.what:19}{row.in_first:>9,}{row.in_second:>11,}{row.shared:>8,}   {share}"]
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
        with sha256, two files with the same bytes are one recording. Recordings that are known to be
        published twice are told by `defect`.

    Returns
    -------
    LeakReport

    Raises
    ------
    SequifiError
        If there are fewer than two parts, or a row number is not in the table.
    """
    rows, said, notes = _parts_of(split, len(clips))
    stems, same = identities(clips), recordings(clips)
    kinds = _kinds(clips, said)
    found = []
    for first, second in combinations(rows, 2):
        a, b = rows[first], rows[second]
        both = np.intersect1d(a, b)
        found.append((first, second, "clips", len(a), len(b), len(both), len(both)))
        # A recording leaks under another name where a file of it lies in the first part and a different file
        # in the second.
        pairs = [(i, j) for j in b[np.isin(same[b], same[a])] for i in a[same[a] == same[j]] if i != j]
        twice, leaked = len({same[i] for i, _ in pairs}), len({j for _, j in pairs})
        found.append((first, second, "duplicates", len(a), len(b), twice, leaked))
        for i, j in pairs:
            told = _labels(clips["emotion"].iloc[i], clips["emotion"].iloc[j])
            notes.append(f"{stems[i]} in {first} and {stems[j]} in {second} are one recording with {told}.")
        for what, values in kinds.items():
            in_first, in_second = set(values[a]) - {None}, set(values[b]) - {None}
            shared = in_first & in_second
            concerned = sum(value in shared for value in values[b])
            found.append((first, second, what, len(in_first), len(in_second), len(shared), concerned))
    columns = ["first", "second", "what", "in_first", "in_second", "shared", "concerned"]
    sizes = {part: len(numbers) for part, numbers in rows.items()}
    return LeakReport(pd.DataFrame(found, columns=columns), sizes, tuple(notes))


def _parts_of(split, size: int) -> tuple[dict[str, np.ndarray], dict[int, str], list[str]]:
    """Row numbers of every part of whatever was given, speakers that it names by row, and notes."""
    said, notes = {}, []
    if isinstance(split, Split):
        rows = {"train": split.train, "valid": split.valid, "test": split.test}
    elif isinstance(split, Parts):
        rows, said, notes = split.rows, split.speakers, split.notes()
    else:
        rows = dict(split)
    if len(rows) < 2:
        raise SequifiError(
            f"A leak needs two parts and {len(rows)} is given; name at least one to learn from and one to"
            " test on."
        )
    return {str(part): _row_numbers(part, numbers, size) for part, numbers in rows.items()}, said, notes


def _labels(one: str, other: str) -> str:
    return "the same label" if one == other else f"two labels, {one} and {other}"


def recordings(clips: pd.DataFrame) -> np.ndarray:
    """Number the recordings, shape (n,): equal where two files hold one.

    Files are one recording if their sha256 agree (where the table has that column), or if `defect` says so.
    """
    stems = identities(clips)
    names = pd.Series(stems)
    if "sha256" in clips:
        sums = clips["sha256"].reset_index(drop=True)
        names = sums.where(sums.notna() & (sums != ""), names)
    same = pd.factorize(names)[0]
    row = {stem: number for number, stem in enumerate(stems)}
    for number, defect in enumerate(clips["defect"] if "defect" in clips else ()):
        match = re.match(r"the same recording as ([^\s,]+)", str(defect))
        if match and match[1] in row:
            same[same == same[number]] = same[row[match[1]]]
    return same


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
        return np.array([None if pd.isna(value) else str(value) for value in values], dtype=object)

    kinds = {}
    speakers = column("speaker") if "speaker" in clips else np.full(len(clips), None)
    if any(value is not None for value in speakers):
        kinds["speakers"] = speakers
    else:
        if "gender" in clips:
            kinds["voice types"] = column("gender")
        if said:
            kinds["speakers as listed"] = np.array([said.get(row) for row in range(len(clips))], dtype=object)
    if "sentence" in clips:
        kinds["sentences"] = column("sentence")
    return kinds
