"""Folds that do not leak: no speaker (in MESD: no word, or no voice type) is both trained on and tested on.

Five folds per corpus, fixed in `folds.csv` (written by `tools/make_folds.py`). Fold f tests on part f, validates on part f+1
(modulo 5) and trains on the other three, so every speaker is tested exactly once. Recordings known to be defective are left out.

How even the parts came out, as the smallest and largest of the five (counts are clips of the complete corpora):

======= ====== ======= ========= ======= ======= ======= ======= ========= =======
corpus  groups anger   happiness neutral sadness disgust fear    all clips women
======= ====== ======= ========= ======= ======= ======= ======= ========= =======
cremad  18-19  252-262 252-262   216-222 252-261 252-262 252-262 1476-1531 44-50 %
ravdess 4-5    32-40   32-40     16-20   32-40   32-40   32-40   240-300   40-60 %
emodb   2      24-30   12-17     9-21    9-17    5-12    11-16   96-118    44-65 %
mesd    40-41  28-29   28-29     28-29   28-29   28-29   28-29   171-173   33-34 %
shemo   17-18  207-210 40-41     231-233 72-73   0       6-7     596-605   41-42 %
nemo    1-2    90-180  90-180    90-180  90-180  0       90-180  539-1079  0-64 %
======= ====== ======= ========= ======= ======= ======= ======= ========= =======

Groups are speakers (MESD: words). Nine speakers cannot make five even parts: one part of nEMO is a single man.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from .emotions import EMOTIONS, FOUR
from .errors import SequifiError

# What each scheme keeps apart, as a column of the clip table.
COLUMN = {"speaker": "speaker", "word": "sentence", "voice": "gender"}


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers of a clip table, increasing, and the scheme that says what the parts do not share.

    Attributes
    ----------
    train, valid, test : ndarray of int64
    scheme : str
        speaker, word or voice.
    """

    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    scheme: str


@cache
def _file() -> dict[tuple[str, str], dict[str, int]]:
    parts: dict[tuple[str, str], dict[str, int]] = {}
    with open(Path(__file__).parent / "folds.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            parts.setdefault((row["corpus"], row["scheme"]), {})[row["group"]] = int(row["part"])
    return parts


def default_scheme(corpus: str) -> str:
    """speaker, but word for MESD, whose names do not say who speaks."""
    return "word" if corpus == "mesd" else "speaker"


def parts(corpus: str, scheme: str | None = None) -> dict[str, int]:
    """The part (0, 1, ...) that each speaker, word or voice type of a corpus belongs to.

    Raises
    ------
    SequifiError
        If there are no such folds.
    """
    scheme = scheme or default_scheme(corpus)
    known = _file()
    if (corpus, scheme) not in known:
        there = [s for c, s in known if c == corpus]
        if not there:
            corpora = ", ".join(dict.fromkeys(c for c, _ in known))
            raise SequifiError(f"There are no folds for a corpus called {corpus!r}; choose one of {corpora}.")
        raise SequifiError(f"There are no {scheme!r} folds for {corpus}; its schemes are {', '.join(there)}.")
    return dict(known[corpus, scheme])


def folds(corpus: str, scheme: str | None = None) -> int:
    """How many folds there are: 5, or 3 by voice type."""
    return 1 + max(parts(corpus, scheme).values())


def split(clips: pd.DataFrame, fold: int, emotions: Iterable[str] | None = FOUR, scheme: str | None = None) -> Split:
    """Divide the clips of one corpus into training, validation and test rows.

    By speaker or word, the test rows are those of part `fold`, validation those of the next part, training the rest.
    By voice type (MESD), the test rows are all rows of one voice type, every word included; of the other two types, the words of
    part `fold + 1` of the word scheme are for validation and all other words for training. Validation is thus on words never
    trained on, while most test words have been heard in training from other voices: this tells about voices, not about words.

    Parameters
    ----------
    clips : DataFrame
        Clip table of one corpus, or some of its rows, with the columns corpus, emotion, defect and what the scheme keeps apart.
        A part with no rows in the table gives an empty array.
    fold : int
        0 to 4; 0 to 2 by voice type.
    emotions : iterable of str, optional
        Keep clips of these emotions only; None keeps all.
    scheme : str, optional
        speaker (the default), word (the default for mesd) or voice (mesd only).

    Returns
    -------
    Split

    Raises
    ------
    SequifiError
        If the table is empty or mixes corpora, the fold or scheme does not exist, an emotion is none of ours, or a speaker or
        word is not in the fold file.
    """
    corpora = sorted(set(clips["corpus"]))
    if len(corpora) != 1:
        what = f"holds clips of {', '.join(corpora)}" if corpora else "is empty"
        raise SequifiError(f"The clip table {what}; split the clips of one corpus at a time.")
    corpus = corpora[0]
    scheme = scheme or default_scheme(corpus)
    number = folds(corpus, scheme)
    if fold not in range(number):
        raise SequifiError(f"There is no fold {fold} of {corpus} by {scheme}; choose one of 0 to {number - 1}.")

    use = (clips["defect"] == "").to_numpy()
    if emotions is not None:
        emotions = tuple(emotions)
        strange = [word for word in emotions if word not in EMOTIONS]
        if strange:
            raise SequifiError(f"{strange[0]!r} is no emotion of the label space; choose from {', '.join(EMOTIONS)}.")
        use = use & clips["emotion"].isin(emotions).to_numpy()

    part = _part(clips, use, corpus, scheme)
    test = part == fold
    if scheme == "voice":
        valid = ~test & (_part(clips, use, corpus, "word") == (fold + 1) % folds(corpus, "word"))
    else:
        valid = part == (fold + 1) % number
    train = ~test & ~valid
    return Split(*(np.flatnonzero(use & rows) for rows in (train, valid, test)), scheme=scheme)


def _part(clips: pd.DataFrame, use: np.ndarray, corpus: str, scheme: str) -> np.ndarray:
    """Part of each row, -1 where it is not used."""
    groups = clips[COLUMN[scheme]].astype(object)  # categories map differently
    part = groups.map(parts(corpus, scheme)).fillna(-1).to_numpy(dtype=np.int64)
    lost = groups[use & (part < 0)]
    if len(lost):
        names = sorted({"(missing)" if pd.isna(group) else str(group) for group in lost})
        more = f" and {len(names) - 10} more" if len(names) > 10 else ""
        raise SequifiError(
            f"The folds of {corpus} do not know {len(lost)} clips with {COLUMN[scheme]} {', '.join(names[:10])}{more}; "
            "leave these rows out of the table, or assign them to parts of your own."
        )
    return part
