"""The leak meter: what the parts of a split share, and what sharing it is worth.

A part leaks into another where both hold the same clip, the same recording under two names, the same speaker,
or the same sentence. `leak_report` counts all of these for any split, `read_parts` reads the lists that
somebody else has published, and
`leak_cost` trains the same model on as many clips with the leak and without.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from ..errors import CorpusMissing, SequifiError
from ..evaluation.metrics import uar
from ..evaluation.statistics import bootstrap_uar, by_group, interval
from .corpora import describe, identities, published
from .emotions import FOUR
from .pack import Pack, load_pack
from .splits import COLUMN, Split, default_scheme, parts, schemes

# ---------------------------------------------------------------- counting


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
        """How many speakers, sentences, ... two parts share; 0 also for what is not known of this corpus.

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
        """What is odd about the lists, a sentence each."""
        notes = []
        for what, found in (
            ("that are not in the clip table", self.unknown),
            ("more than once", self.repeated),
        ):
            notes += [
                f"{part} lists {_number(names)} {what}: {_some(names)}."
                for part, names in found.items()
                if names
            ]
        return notes


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
    notes = []
    said: dict[int, str] = {}
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
    rows = {str(part): _row_numbers(part, numbers, len(clips)) for part, numbers in rows.items()}

    stems = identities(clips)
    same = recordings(clips)
    labels = clips["emotion"].to_numpy(dtype=object)
    kinds = _kinds(clips, said)
    found = []
    for first, second in combinations(rows, 2):
        a, b = rows[first], rows[second]
        both = np.intersect1d(a, b)
        found.append((first, second, "clips", len(a), len(b), len(both), len(both)))
        # A recording leaks under another name where a file of it lies in the first part and a different file
        # in the second.
        pairs = [(i, j) for j in b[np.isin(same[b], same[a])] for i in a[same[a] == same[j]] if i != j]
        found.append(
            (
                first,
                second,
                "duplicates",
                len(a),
                len(b),
                len({same[i] for i, _ in pairs}),
                len({j for _, j in pairs}),
            )
        )
        for i, j in pairs:
            labelled = (
                "the same label" if labels[i] == labels[j] else f"two labels, {labels[i]} and {labels[j]}"
            )
            notes.append(
                f"{stems[i]} in {first} and {stems[j]} in {second} are one recording with {labelled}."
            )
        for what, values in kinds.items():
            in_first, in_second = set(values[a]) - {None}, set(values[b]) - {None}
            shared = in_first & in_second
            concerned = sum(value in shared for value in values[b])
            found.append((first, second, what, len(in_first), len(in_second), len(shared), concerned))
    columns = ["first", "second", "what", "in_first", "in_second", "shared", "concerned"]
    return LeakReport(
        pd.DataFrame(found, columns=columns),
        {part: len(numbers) for part, numbers in rows.items()},
        tuple(notes),
    )


def recordings(clips: pd.DataFrame) -> np.ndarray:
    """A number for every clip, shape (n,): equal where two files hold one recording.

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


def published_clips(corpus: str) -> pd.DataFrame:
    """The clip table of a corpus from its published file names alone.

    With sha256 for the clips that a pack at hand has.
    """
    clips = pd.DataFrame([describe(corpus, PurePosixPath(file).stem) for file in published(corpus)])
    try:
        pack = load_pack(corpus)
    except CorpusMissing:
        return clips
    return clips.assign(sha256=clips["file"].map(pack.clips.set_index("file")["sha256"]))


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


def _number(names: list) -> str:
    return "1 clip" if len(names) == 1 else f"{len(names):,} clips"


def _some(names: list[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


# ---------------------------------------------------------------- lists that others have published

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
        name = next((column for column in NAMED if entries[0].get(column)), None)
        if name is None:
            columns = ", ".join(filter(None, entries[0]))  # a row longer than the header has a column None
            raise SequifiError(
                f"{file} names no clips: its columns are {columns}; call one of them path or key."
            )
        before = sum(map(len, listed.values()))
        for entry in entries:
            own = next((str(entry[column]) for column in PART if entry.get(column)), None)
            part = own or (str(file) if alike else file.stem)
            listed.setdefault(part, [])
            unknown.setdefault(part, [])
            number = _find(entry, row, prefixes)
            if number is None:
                unknown[part].append(str(entry.get(name) or "(an entry without a name)"))
                continue
            listed[part].append(number)
            spoken = next((str(entry[column]) for column in SPOKEN if entry.get(column)), None)
            if spoken:
                speakers[number] = spoken
        if sum(map(len, listed.values())) == before:
            raise SequifiError(
                f"None of the {len(entries):,} clips in {file} is in the clip table, {entries[0][name]} for"
                " one; check that the list belongs to this corpus."
            )
    rows, repeated = {}, {}
    for part, numbers in listed.items():
        rows[part], counts = np.unique(np.array(numbers, dtype=np.int64), return_counts=True)
        repeated[part] = [stems[number] for number in rows[part][counts > 1]]
    return Parts(rows, unknown, repeated, speakers)


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


# ---------------------------------------------------------------- what a leak is worth

QUARTERS = 4  # the test part is scored a quarter at a time, so that its other three can leak


@dataclass(frozen=True)
class LeakCost:
    """UAR of the same model on the same clips.

    Trained with and without a leak on as many clips of every class.

    Attributes
    ----------
    corpus, leak : str
    clips, groups : int
        Clips that were scored, and the speakers (MESD: words) that were resampled for the intervals.
    train, leaked : int
        Training clips of a fit, and how many of them leak, both as means over fits.
    draws : int
        Random draws of the leaking clips.
    clean, leaky, cost : tuple of float
        Estimate, lower and upper end of a 95 % interval; UAR in %, and their difference in points.
    sd : float
        Standard deviation of the cost over draws, in points.
    """

    corpus: str
    leak: str
    clips: int
    groups: int
    train: int
    leaked: int
    draws: int
    clean: tuple[float, float, float]
    leaky: tuple[float, float, float]
    cost: tuple[float, float, float]
    sd: float

    def __str__(self) -> str:
        cost, low, high = self.cost
        return (
            f"{self.corpus}, {self.leak}: {self.clean[0]:.1f} % without the leak, {self.leaky[0]:.1f} % with"
            f" it, {cost:+.1f} points ({low:+.1f} to {high:+.1f})"
        )


def linear_probe():
    """Standardise, then balanced logistic regression with C = 0.01."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(
        StandardScaler(), LogisticRegression(C=0.01, class_weight="balanced", max_iter=2_000)
    )


def leaks_of(corpus: str) -> tuple[str, ...]:
    """The kinds of leak that `leak_cost` can measure on a corpus."""
    found = schemes(corpus)
    groups = [scheme for scheme in found if scheme in ("speaker", "word", "voice")]
    both = ("speaker-only", "sentence") if {"speaker", "sentence"} <= set(found) else ()
    return ("random", *groups, *both, "duplicate")


def leak_cost(
    pack: Pack,
    leak: str = "speaker",
    emotions: Iterable[str] | None = FOUR,
    draws: int = 5,
    seed: int = 0,
    model: Callable = linear_probe,
) -> LeakCost:
    """What a leak buys.

    Same model, same scored clips, same number of training clips of every class, with the leak and without.

    In turn, every part of the corpus is tested. The *clean* model learns from all other parts. For the
    *leaky* model, clips of the clean training set are exchanged for clips that leak, class by class: as many
    as there are, at most half of a class. Every clip is scored once by the clean model and once a draw by a
    leaky one.

    speaker (MESD: word, voice)
        A quarter of the test part is scored; clips from the other three quarters leak. So the leaky model
        knows the speakers.
    speaker-only
        As before, but what leaks are test speakers saying other sentences than those scored: the voice
        without the words.
    sentence
        Scored are clips of test speakers saying test sentences. The clean model has heard neither; the leaky
        one has heard the sentences, from other speakers.
    duplicate
        The scored clips themselves leak. Per clip this is the most that a duplicate can buy.
    random
        A random split against ours: every clip is dealt to one of the parts anew, so that parts keep their
        size and classes.

    Parameters
    ----------
    pack : Pack
        Embeddings and clip table of one corpus that has folds.
    leak : str
        One of ``leaks_of(corpus)``.
    emotions : iterable of str, optional
        None keeps all.
    draws : int
        How often the leaking clips are drawn.
    model : callable
        Called without arguments it gives a new classifier with ``fit(X, y)`` and ``predict(X)``.

    Returns
    -------
    LeakCost
        Intervals by 2,000 resamplings of speakers (MESD: words), the same ones for both models.

    Raises
    ------
    SequifiError
        If this leak cannot be measured on this corpus.
    """
    corpus = str(pack.clips["corpus"].iloc[0])
    if leak not in leaks_of(corpus):
        raise SequifiError(
            f"A leak by {leak!r} cannot be measured on {corpus}; choose one of {', '.join(leaks_of(corpus))}."
        )
    use = (pack.clips["defect"] == "").to_numpy()
    if emotions is not None:
        use = use & pack.clips["emotion"].isin(list(emotions)).to_numpy()
    clips, X = pack.clips[use].reset_index(drop=True), pack.embeddings[use].astype(np.float32)
    y, classes = pd.factorize(clips["emotion"], sort=True)
    generator = np.random.default_rng(seed)

    def answers(trials):
        said = np.full(len(y), -1)
        for scored, rows in trials:
            said[scored] = model().fit(X[rows], y[rows]).predict(X[scored])
            sizes.append((len(rows), np.isin(who[rows], who[scored]).sum()))
        return said

    who = (
        np.arange(len(y))
        if leak == "duplicate"
        else clips["sentence" if leak == "sentence" else COLUMN[_scheme(leak, corpus)]]
    )
    who = np.asarray(who)
    sizes: list[tuple[int, int]] = []
    clean = answers(_clean(clips, leak))
    sizes.clear()
    leaky = np.stack([answers(_leaky(clips, y, leak, generator)) for _ in range(draws)])
    groups = clips[COLUMN[default_scheme(corpus)]].to_numpy()
    tables = {
        "clean": by_group(y, clean, groups, len(classes)),
        "leaky": by_group(y, leaky, groups, len(classes)),
    }
    values = {
        name: 100 * bootstrap_uar([table]) for name, table in tables.items()
    }  # one seed: the same speakers are drawn
    values["cost"] = values["leaky"] - values["clean"]
    train, leaked = np.mean(sizes, axis=0)
    return LeakCost(
        corpus, leak, len(y), len(tables["clean"]), round(float(train)), round(float(leaked)), draws,
        **{name: (float(value[0]), *interval(value)) for name, value in values.items()},
        sd=float(100 * uar(tables["leaky"].sum(0)).std(ddof=1)) if draws > 1 else float("nan"),
    )  # fmt: skip


def _scheme(leak: str, corpus: str) -> str:
    return leak if leak in ("word", "voice") else default_scheme(corpus)


def _part(clips: pd.DataFrame, scheme: str) -> np.ndarray:
    return (
        clips[COLUMN[scheme]]
        .astype(object)
        .map(parts(clips["corpus"].iloc[0], scheme))
        .to_numpy(dtype=np.int64)
    )


def _clean(clips: pd.DataFrame, leak: str) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Scored rows and training rows without the leak; every row is scored once."""
    part = _part(clips, _scheme(leak, clips["corpus"].iloc[0]))
    said = _part(clips, "sentence") if leak == "sentence" else np.full(len(clips), -1)
    for i in np.unique(part):
        for j in np.unique(said[part == i]):
            apart = (part != i) & ((said != j) | (said == -1))
            yield np.flatnonzero((part == i) & (said == j)), np.flatnonzero(apart)


def _leaky(
    clips: pd.DataFrame, y: np.ndarray, leak: str, generator: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """One draw of scored rows and training rows with the leak; every row is scored once."""
    scheme = _scheme(leak, clips["corpus"].iloc[0])
    part = _part(clips, scheme)
    if leak == "random":
        dealt = part.copy()
        for k in np.unique(y):
            dealt[y == k] = generator.permutation(part[y == k])
        for i in np.unique(part):
            yield np.flatnonzero(dealt == i), np.flatnonzero(dealt != i)
        return
    for test, clean in _clean(clips, leak):
        if leak == "sentence":
            heard = np.setdiff1d(np.flatnonzero(part != part[test[0]]), clean)
            yield test, _exchanged(clean, heard, y, generator)
            continue
        if leak == "speaker-only":
            said = _part(clips, "sentence")[test]
            for j in np.unique(said):
                yield test[said == j], _exchanged(clean, test[said != j], y, generator)
            continue
        # Dealt speaker by speaker and class by class, so that every quarter has some of each.
        order = test[
            np.lexsort((generator.random(len(test)), y[test], clips[COLUMN[scheme]].to_numpy()[test]))
        ]
        for quarter in range(QUARTERS):
            scored = np.sort(order[quarter::QUARTERS])
            pool = scored if leak == "duplicate" else np.setdiff1d(test, scored)
            yield scored, _exchanged(clean, pool, y, generator)


def _exchanged(
    clean: np.ndarray, pool: np.ndarray, y: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """The clean rows with rows of the pool in place of others of the same class.

    As many as there are, at most half a class.
    """
    rows = []
    for k in np.unique(y[clean]):
        own, other = clean[y[clean] == k], pool[y[pool] == k]
        n = min(len(other), len(own) // 2)
        rows += [
            generator.choice(own, len(own) - n, replace=False),
            generator.choice(other, n, replace=False),
        ]
    return np.sort(np.concatenate(rows))
