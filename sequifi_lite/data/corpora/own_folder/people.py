"""Whether the names of speakers are people: one name for two, two names for one, a name for each clip."""

from __future__ import annotations

import re

import pandas as pd

from ...findings import counted, in_a_row
from .words import genders_of


def mistaken(table: pd.DataFrame) -> list[str]:
    """Say where a name of a speaker may stand for two people, or one person may have several names.

    Folds by speaker keep names apart. They keep people apart only if each person has one name.
    """
    clips = table.loc[(table["defect"] == "") & table["speaker"].notna()]
    notes = [*_of_two_genders(clips), *_of_one_recording(table)]
    return notes + (_composed(clips) or _of_single_clips(clips))


def _of_two_genders(clips: pd.DataFrame) -> list[str]:
    """One name with two genders: a pattern that reads 1 of f1 and m1 makes them one person."""
    genders: dict[str, set[str]] = {}
    for name, gender in zip(clips["speaker"], clips["gender"]):
        genders.setdefault(name, set()).update({gender} if isinstance(gender, str) else ())
    both = [name for name, heard in sorted(genders.items()) if len(heard) > 1]
    if not both:
        return []
    return [
        f"{counted(len(both), 'speaker')} of {len(genders):,} with clips of two genders, {in_a_row(both, 5)}:"
        " where these are two people, let the gender be part of the speaker's name."
    ]


def _of_one_recording(table: pd.DataFrame) -> list[str]:
    """Two names that one recording bears: perhaps one person."""
    if "twin" not in table:
        return []
    speaker = dict(zip(table["file"], table["speaker"]))
    shared: dict[tuple[str, str], int] = {}
    for name, twin in zip(table["speaker"], table["twin"]):
        other = speaker.get(twin)
        if isinstance(name, str) and isinstance(other, str) and name != other:
            pair = (min(name, other), max(name, other))
            shared[pair] = shared.get(pair, 0) + 1
    return [
        f"speakers {one} and {other} share {counted(number, 'recording')}: if they are one person, give them"
        " one name, or that person is in several parts."
        for (one, other), number in sorted(shared.items())
    ]


def _composed(clips: pd.DataFrame) -> list[str]:
    """Names such as OAF_back, OAF_bait, YAF_back: a person and what is said, or a person and a take."""
    split = {name: re.fullmatch(r"(.+)[\s_.-]+(.+)", name) for name in sorted(set(clips["speaker"]))}
    pairs = {name: match.groups() for name, match in split.items() if match}
    heads: dict[str, list[str]] = {}
    tails: dict[str, set[str]] = {}
    for name, (head, tail) in pairs.items():
        heads.setdefault(head, []).append(name)
        tails.setdefault(tail, set()).add(head)
    recurring = sum(len(tails[tail]) > 1 for _, tail in pairs.values())
    # m_01 and f_01 are two people, and so are 1-m and 1-f
    sexes = any(
        set(words) <= set(genders_of([{"gender": one} for one in words])[0]) for words in (heads, tails)
    )
    few = len(heads) < 2 or len(pairs) < 2 * len(heads)
    if few or len(pairs) < 0.9 * len(split) or 2 * recurring <= len(pairs) or sexes:
        return []
    head, names = max(heads.items(), key=lambda pair: len(pair[1]))
    return [
        f"the {len(split):,} names of speakers begin with {len(heads):,} words and end alike, such as"
        f" {in_a_row(names, 3)}: if {head} is the person, read no more than that as the speaker, or each"
        " person is in several parts and no fold is speaker-disjoint."
    ]


def _of_single_clips(clips: pd.DataFrame) -> list[str]:
    """A name for nearly every clip: rather part of the name of the clip."""
    counts = clips["speaker"].value_counts()
    if len(counts) < 5 or counts.median() > 1:
        return []
    return [
        f"most of the {len(counts):,} speakers have a single clip: if what is read as the speaker is the name"
        " of a clip, no fold is speaker-disjoint."
    ]
