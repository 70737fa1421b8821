"""Whether the names of sentences are texts, or numbers that mean other sentences elsewhere."""

from __future__ import annotations

import re
from typing import cast

import numpy as np
import pandas as pd

from ...findings import counted

# Of the spread of lengths, how much a cell (sentence and emotion, or sentence and speaker) has to explain
# before anything is said, and how much less sentences alone explain where they are only numbers. In Emo-DB,
# nEMO and CREMA-D sentences alone explain 76 to 100 % of what the cells do; with their names dealt out anew
# for each emotion or speaker, 2 to 14 %.
EXPLAINED, SHARE = 0.2, 0.5
# Where no cell has two clips: the spread of lengths (of their logarithm) that sentences fail to explain.
SPREAD = 0.25


def hold_out_numbers(clips: pd.DataFrame) -> str | None:
    """Say why folds by sentence would hold out numbers and no texts; None where nothing speaks for it.

    In SAVEE ``a04`` and ``d04`` are two sentences, and a pattern that reads ``04`` of both makes them one.
    """
    named = clips.loc[clips["sentence"].notna()]
    if named.empty or named.loc[:, "sentence"].str.contains(r"\S\s+\S").mean() > 0.5:
        return None  # texts mean themselves
    if text := _of_one_emotion(named):
        return text
    if "duration" not in named or named["duration"].dtype.kind != "f" or not np.all(named["duration"] > 0):
        return None
    return _of_unlike_lengths(named)


def _of_one_emotion(clips: pd.DataFrame) -> str | None:
    groups = clips.groupby("sentence")["emotion"].agg(["size", "nunique"])
    groups = groups.loc[groups["size"] > 1]
    numbers = sum(bool(re.search(r"\d", str(name))) for name in groups.index)
    alone = int(np.count_nonzero(groups["nunique"] == 1))
    if clips.loc[:, "emotion"].nunique() < 2 or 2 * alone <= len(groups) or 2 * numbers <= len(groups):
        return None
    return (
        f"{alone:,} of {counted(len(groups), 'sentence')} occur with one emotion only, so they may be"
        " numbers of a"
        " list for each emotion: folds by sentence hold out numbers, and what is said tells the label."
    )


def _of_unlike_lengths(clips: pd.DataFrame) -> str | None:
    length: pd.Series = np.log(clips.loc[:, "duration"])
    for column in ("speaker", "emotion"):
        length = length - length.groupby(clips[column].fillna("").astype(object)).transform("mean")
    alone, spread = _explained(length, clips.loc[:, "sentence"]), cast(float, length.std())
    for column, each in (("emotion", "for each emotion"), ("speaker", "for each speaker")):
        cell: pd.Series = (
            clips.loc[:, "sentence"].astype(object) + "\0" + clips.loc[:, column].fillna("").astype(object)
        )
        within = _explained(length, cell)
        if within is None:
            odd = column == "speaker" and alone is not None and alone < 0.05 and spread > SPREAD
        else:
            odd = within >= EXPLAINED and (alone or 0.0) < SHARE * within
        if odd:
            return (
                f"clips of one sentence are of unlike lengths, as if its name were a number that means"
                " another"
                f" sentence {each}: folds by sentence hold out numbers, not what is said; write the texts, or"
                " names that are the same only where the words are."
            )
    return None


def _explained(values: pd.Series, groups: pd.Series) -> float | None:
    """Share of the variance that groups explain, corrected for their number (adjusted R squared)."""
    free, variance = len(values) - groups.nunique(), cast(float, values.var())
    if free < max(5, len(values) // 10) or variance == 0:
        return None
    within = ((values - values.groupby(groups).transform("mean")) ** 2).sum() / free
    return float(1 - within / variance)
