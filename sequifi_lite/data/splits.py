"""Folds that do not leak: what is tested on was never trained on, be it speakers, sentences or both.

The main folds are five per corpus, fixed in `folds.csv` (written by `tools/make_folds.py`). Fold f tests on
part f, validates on part f+1 (modulo 5) and trains on the other three, so every speaker (in MESD: every word)
is tested exactly once. Recordings known to be defective are left out.

How even the parts came out, as the smallest and largest of the five (clips of the complete corpora):

======= ====== ======= ========= ======= ======= ======= ======= ========= =======
corpus  groups anger   happiness neutral sadness disgust fear    all clips women
======= ====== ======= ========= ======= ======= ======= ======= ========= =======
cremad  18-19  252-262 252-262   216-222 252-261 252-262 252-262 1476-1531 44-50 %
ravdess 4-5    32-40   32-40     16-20   32-40   32-40   32-40   240-300   40-60 %
emodb   2      24-30   12-17     9-21    9-17    5-12    11-16   96-118    44-65 %
mesd    40-41  28-29   28-29     28-29   28-29   28-29   28-29   171-173   33-34 %
shemo   17-18  211-213 40-41     204-206 89-90   0       7-8     582-609   42 %
nemo    1-2    90-180  90-180    90-180  90-180  0       90-180  539-1079  0-64 %
======= ====== ======= ========= ======= ======= ======= ======= ========= =======

Groups are speakers (MESD: words). Nine speakers cannot make five even parts: one part of nEMO is a single
man.

Other schemes hold out something else; `SCHEMES` says of each what. Holding out two things at once costs
training clips: rows that share either with the test part are used nowhere. Smallest and largest fold, all
emotions:

======= ================ ===== ========= ========= ========= =========
corpus  scheme           folds train     valid     test      dropped
======= ================ ===== ========= ========= ========= =========
cremad  sentence         5     4178-4715 1092-1630 1092-1630 0
cremad  one-speaker      91    7271-7283 76-82     76-82     0
cremad  speaker+sentence 25    3456-3823 1152-1303 216-334   2136-2495
ravdess sentence         2     570       149-150   719-720   0
ravdess one-speaker      24    1319-1320 59-60     59-60     0
ravdess speaker+sentence 10    419-450   120-150   120-150   719-720
emodb   sentence         5     311-331   101-113   101-113   0
emodb   one-speaker      10    405-454   35-71     35-71     0
emodb   speaker+sentence 25    238-269   75-101    17-28     155-187
mesd    voice            3     458-462   114-115   285-288   0
mesd    voice+word       15    343-347   114-116   57-58     342-346
shemo   one-speaker      87    2788-2988 2-180     2-180     0
shemo   speaker+sentence 5     1776-1808 582-608   582-609   4-8
nemo    sentence         5     2688-2690 895-897   895-897   0
nemo    one-speaker      9     3401-3775 256-540   256-540   0
nemo    speaker+sentence 25    1858-2591 431-864   107-216   1218-1545
======= ================ ===== ========= ========= ========= =========

A reader's own corpus (`sequifi_lite.data.corpora.own_folder`) is divided by the same algorithm when it is
scanned. Its folds are columns of its clip table, `part_speaker` and `part_sentence`, and go with it into the
pack.

RAVDESS has two sentences, so a held-out sentence leaves one for training. In ShEMO nearly every clip has a
text of its own: folds by sentence would be random ones, and there are none. MESD's names do not say who
speaks, so nothing can be held out by speaker.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from ..errors import SequifiError
from .emotions import EMOTIONS, FOUR
from .fold_checks import check_parts, own_parts

FILE = Path(__file__).parent / "folds.csv"

# What the test part of each scheme shares with neither other part, as columns of the clip table.
HOLDS_OUT = {
    "speaker": ("speaker",),
    "one-speaker": ("speaker",),
    "sentence": ("sentence",),
    "speaker+sentence": ("speaker", "sentence"),
    "word": ("sentence",),
    "voice": ("gender",),
    "voice+word": ("gender", "sentence"),
}
COLUMN = {scheme: columns[0] for scheme, columns in HOLDS_OUT.items()}

SCHEMES = {
    "speaker": "No speaker is in two parts; sentences are not kept apart.",
    "one-speaker": (
        "The test part is one speaker, the next speaker is for validation, all others for training; sentences"
        " recur."
    ),
    "sentence": "No test sentence is in training or validation; speakers recur.",
    "speaker+sentence": (
        "No test speaker and no test sentence is in training or validation; these share sentences, no"
        " speaker."
    ),
    "word": "No word is in two parts; voices recur, and who speaks is not known.",
    "voice": "The test part is one voice type, which is in no other part; most of its words are.",
    "voice+word": (
        "Neither the voice type nor a word of the test part is in training or validation; these share voices,"
        " no word."
    ),
}


@dataclass(frozen=True, eq=False)
class Split:
    """Hold the row numbers of the parts, increasing, and the scheme that says what they do not share.

    Attributes
    ----------
    train : ndarray of int64
    valid : ndarray of int64
    test : ndarray of int64
    scheme : str
        A key of `SCHEMES`.
    dropped : ndarray of int64
        Usable rows that are in no part, because they share a speaker, voice type or sentence with the test
        part.

    Examples
    --------
    >>> from sequifi_lite import load_pack, split
    >>> one = split(load_pack("emodb").clips, fold=0)
    >>> one.scheme, one.holds_out
    ('speaker', ('speaker',))
    """

    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    scheme: str
    dropped: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @property
    def holds_out(self) -> tuple[str, ...]:
        """Columns of the clip table of which the test part shares no value with training or validation."""
        return HOLDS_OUT[self.scheme]

    @property
    def statement(self) -> str:
        """What this split holds out, and what not, in words."""
        return SCHEMES[self.scheme]


@cache
def _file() -> dict[str, dict[str, dict[str, int]]]:
    corpora: dict[str, dict[str, dict[str, int]]] = {}
    with open(FILE, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            corpora.setdefault(row["corpus"], {}).setdefault(row["scheme"], {})[row["group"]] = int(
                row["part"]
            )
    return corpora


@dataclass(frozen=True)
class _Folds:
    """What is known of one corpus: scheme -> group -> part, the main scheme first."""

    corpus: str
    groups: dict[str, dict[str, int]]

    @property
    def schemes(self) -> tuple[str, ...]:
        if "voice" in self.groups:
            return (*self.groups, "voice+word")
        if "speaker" not in self.groups:
            return tuple(self.groups)
        # What ShEMO's names say of its texts is known to be true; of a reader's corpus without parts by
        # sentence it is not.
        both = ("speaker+sentence",) if "sentence" in self.groups or self.corpus == "shemo" else ()
        return (*self.groups, "one-speaker", *both)

    def known(self, scheme: str | None) -> str:
        scheme = scheme or self.schemes[0]
        if scheme not in self.schemes:
            raise SequifiError(
                f"There are no {scheme!r} folds for {self.corpus}; its schemes are {', '.join(self.schemes)}."
            )
        return scheme

    def parts(self, scheme: str | None) -> dict[str, int]:
        scheme = self.known(scheme)
        if scheme == "one-speaker":
            return {speaker: number for number, speaker in enumerate(sorted(self.groups["speaker"]))}
        if "+" in scheme:
            both = " and ".join(repr(one) for one in scheme.split("+") if one in self.groups)
            raise SequifiError(
                f"The scheme {scheme!r} of {self.corpus} has no parts of its own; ask for those of {both}."
            )
        return dict(self.groups[scheme])

    def number(self, scheme: str | None) -> int:
        scheme = self.known(scheme)
        if "+" in scheme:
            group, text = scheme.split("+")
            return self.number(group) * (self.number(text) if text in self.groups else 1)
        return 1 + max(self.parts(scheme).values())


def _folds(corpus: str | pd.DataFrame) -> _Folds:
    """Of the file for a published corpus, else of the clip table.

    A reader's corpus is known by what was made of it.
    """
    if isinstance(corpus, str):
        name, clips = corpus, None
    else:
        corpora = sorted(set(corpus["corpus"]))
        if len(corpora) != 1:
            what = f"holds clips of {', '.join(corpora)}" if corpora else "is empty"
            raise SequifiError(f"The clip table {what}; split the clips of one corpus at a time.")
        name, clips = corpora[0], corpus
    if name in _file():
        return _Folds(name, _file()[name])
    if clips is None:
        from .pack import own_clips

        clips = own_clips(name)
    found = {}
    if clips is not None:
        told = [column.removeprefix("part_") for column in clips.columns if column.startswith("part_")]
        found = {scheme: own_parts(clips, name, scheme, COLUMN[scheme]) for scheme in told}
    if not found:
        raise SequifiError(
            f"There are no folds for a corpus called {name!r}; choose one of {', '.join(_file())}, and if it"
            f" is your own, `sequifi-lite scan FOLDER --corpus {name}` says what it lacks for folds."
        )
    return _Folds(name, found)


def default_scheme(corpus: str | pd.DataFrame) -> str:
    """Name the main scheme: speaker where possible, but word for MESD, whose names do not say who speaks."""
    return _folds(corpus).schemes[0]


def schemes(corpus: str | pd.DataFrame) -> tuple[str, ...]:
    """List the ways in which a corpus can be divided honestly, the main one first.

    Parameters
    ----------
    corpus : str or DataFrame
        Name of a corpus, or its clip table: a reader's own corpus is known by name as soon as it is in the
        pack.

    Raises
    ------
    SequifiError
        If there are no folds of this corpus.
    """
    return _folds(corpus).schemes


def parts(corpus: str | pd.DataFrame, scheme: str | None = None) -> dict[str, int]:
    """Find the part (0, 1, ...) that each speaker, sentence, word or voice type of a corpus belongs to.

    Raises
    ------
    SequifiError
        If there are no such folds, or the scheme holds out two things at once.
    """
    return _folds(corpus).parts(scheme)


def folds(corpus: str | pd.DataFrame, scheme: str | None = None) -> int:
    """Count the folds.

    5 by speaker or word, and for the other schemes as many as it takes to test every clip once.

    A reader's corpus of three or four speakers has as many folds by speaker.
    """
    return _folds(corpus).number(scheme)


def split(
    clips: pd.DataFrame, fold: int, emotions: Iterable[str] | None = FOUR, scheme: str | None = None
) -> Split:
    """Divide clips of one corpus into training, validation and test; each is tested in exactly one fold.

    speaker, word, sentence, one-speaker
        Test rows are those of part `fold`, validation those of the next part, training the rest. Of RAVDESS's
        two sentences one is tested; of the other, the speakers' part ``fold + 1`` is for validation.
    voice
        Test rows are all rows of one voice type, every word included; of the other two types, the words of
        part ``fold + 1`` of the word scheme are for validation and all other words for training. So most test
        words have been heard in training from other voices: this tells about voices, not about words.
    speaker+sentence
        With s parts by sentence, fold ``s * i + j`` tests the clips in which speakers of part i say sentences
        of part j. All other clips of these are dropped. Of the rest, the next speakers are for validation.
        ShEMO: fold i tests speakers i, and drops what others say in the same words.
    voice+word
        The same with voice types and words; the next part of the words is for validation.

    Parameters
    ----------
    clips : DataFrame
        Clip table of one corpus, or some of its rows, with corpus, emotion, defect and what the scheme keeps
        apart. A part with no rows in the table gives an empty array; in a reader's own corpus it is refused.
    fold : int
        0 to ``folds(corpus, scheme) - 1``.
    emotions : iterable of str, optional
        Keep clips of these emotions only; None keeps all.
    scheme : str, optional
        One of ``schemes(corpus)``; speaker by default, word for mesd.

    Raises
    ------
    SequifiError
        If the table is empty or mixes corpora, the fold, scheme or emotion does not exist, a speaker or word
        is not in the fold file, or a part of a reader's own corpus has no clip.

    Examples
    --------
    >>> from sequifi_lite import load_pack, split
    >>> clips = load_pack("emodb").clips
    >>> one = split(clips, fold=0)
    >>> set(clips["speaker"].iloc[one.train]) & set(clips["speaker"].iloc[one.test])
    set()
    """
    known = _folds(clips)
    scheme = known.known(scheme)
    number = known.number(scheme)
    if fold not in range(number):
        raise SequifiError(
            f"There is no fold {fold!r} of {known.corpus} by {scheme}; choose one of 0 to {number - 1} (int)."
        )
    use = _usable(clips, emotions)
    test, valid, dropped = _masks(clips, use, known, scheme, fold)
    valid = valid & ~test & ~dropped
    train = ~test & ~valid & ~dropped
    train, valid, test, dropped = (np.flatnonzero(use & rows) for rows in (train, valid, test, dropped))
    if known.corpus not in _file():  # of published ones a table may hold some rows
        check_parts(known.corpus, fold, scheme, {"training": train, "validation": valid, "test": test})
    return Split(train, valid, test, scheme, dropped)


def _usable(clips: pd.DataFrame, emotions: Iterable[str] | None) -> np.ndarray:
    """Which rows have no defect and one of the emotions: (n,) booleans."""
    use = (clips["defect"] == "").to_numpy()
    if emotions is None:
        return use
    emotions = tuple(emotions)
    strange = [word for word in emotions if word not in EMOTIONS]
    if strange:
        raise SequifiError(
            f"{strange[0]!r} is no emotion of the label space; choose from {', '.join(EMOTIONS)}."
        )
    return use & clips["emotion"].isin(emotions).to_numpy()


def _masks(clips: pd.DataFrame, use: np.ndarray, known: _Folds, scheme: str, fold: int):
    """Rows of the test part, rows that the validation part may take, rows that are dropped: (n,) booleans."""
    number = known.number(scheme)

    def part(scheme: str) -> np.ndarray:
        return _part(clips, use, known, scheme)

    def after(scheme: str, number: int) -> np.ndarray:
        return part(scheme) == (number + 1) % known.number(scheme)

    if "+" in scheme:
        group, text = scheme.split("+")
        i, j = divmod(fold, number // known.number(group))
        if text in known.groups:
            said = part(text) == j
        else:
            sentences = clips.loc[:, "sentence"]
            said = sentences.isin(sentences.loc[use & (part(group) == i)]).to_numpy()
        test = (part(group) == i) & said
        dropped = ((part(group) == i) | said) & ~test
        valid = after(group, i) if group == "speaker" else after(text, j)
        return test, valid, dropped
    if scheme == "voice":
        valid = after("word", fold)
    elif scheme == "sentence" and number == 2:
        valid = after("speaker", fold)
    else:
        valid = after(scheme, fold)
    return part(scheme) == fold, valid, np.zeros(len(clips), dtype=bool)


def _part(clips: pd.DataFrame, use: np.ndarray, known: _Folds, scheme: str) -> np.ndarray:
    """Part of each row, -1 where it is not used."""
    groups = clips.loc[:, COLUMN[scheme]].astype(object)  # categories map differently
    part = groups.map(known.parts(scheme)).fillna(-1).to_numpy(dtype=np.int64)
    lost = groups[use & (part < 0)]
    if len(lost):
        names = sorted({"(missing)" if pd.isna(group) else str(group) for group in lost})
        more = f" and {len(names) - 10} more" if len(names) > 10 else ""
        raise SequifiError(
            f"The folds of {known.corpus} do not know {len(lost)} clips with {COLUMN[scheme]}"
            f" {', '.join(names[:10])}{more}; leave these rows out of the table, or assign them to parts of"
            " your own."
        )
    return part
