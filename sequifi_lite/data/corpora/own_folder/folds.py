"""Folds of a reader's corpus, and what would let a score on them mislead."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...emotions import EMOTIONS, FOUR
from ...findings import counted
from ...partition import PARTS, divide
from .sentence_numbers import hold_out_numbers


def add_parts(table: pd.DataFrame) -> list[str]:
    """Add the columns of parts that this table allows, the main one first, and say what it does not allow.

    By speaker if there are three speakers at least, five to be the main scheme (three where sentences are
    only numbers); by sentence if there are five sentences and each is said twice on average.
    """
    if table.empty:
        return []
    usable = _with_speaker(table)
    clips = table.loc[usable]
    by_speaker, notes = _by_speaker(clips)
    by_sentence, more = _by_sentence(clips)
    notes += more
    schemes = {"speaker": by_speaker, "sentence": by_sentence}
    numbers = hold_out_numbers(clips) if by_sentence else None
    notes += [numbers] if numbers else []
    few = clips.loc[:, "speaker"].nunique() < PARTS
    if by_sentence and few and not (by_speaker and numbers):
        schemes = {"sentence": by_sentence, "speaker": by_speaker}
    schemes = {scheme: parts for scheme, parts in schemes.items() if parts}
    for scheme, parts in schemes.items():
        table[f"part_{scheme}"] = (
            table.loc[:, scheme].astype(object).map(parts).where(usable).fillna(-1).astype(np.int64)
        )
    if next(iter(schemes), None) == "sentence":
        notes.append(
            "the main folds hold out sentences and speakers recur: never call a score on them"
            " speaker-independent."
        )
    if not schemes and len(clips):
        notes.append(
            "there are no honest folds: the clips can be embedded, but split() and problem() will refuse them"
            " until there are five speakers, or five sentences that recur."
        )
    return notes


def _with_speaker(table: pd.DataFrame) -> pd.Series:
    """Which rows can be used; where a few lack a speaker and there are others, those few are marked."""
    usable = table.loc[:, "defect"] == ""
    nameless = usable & table.loc[:, "speaker"].isna()
    enough = table.loc[usable, "speaker"].nunique() >= 3
    if enough and 0 < np.count_nonzero(nameless) <= 0.2 * np.count_nonzero(usable):
        table.loc[nameless, "defect"] = (
            "no speaker is named, so it cannot be kept apart from the others of that speaker"
        )
        usable &= ~nameless
    return usable


def _unnamed_and_named(groups: pd.Series) -> tuple[int, int]:
    """Clips without a name, and the different names."""
    return int(np.count_nonzero(groups.isna())), groups.nunique()


def _by_speaker(clips: pd.DataFrame) -> tuple[dict[str, int], list[str]]:
    """The part of each speaker, none if they cannot be divided, and notes."""
    nameless, speakers = _unnamed_and_named(clips.loc[:, "speaker"])
    if clips.empty:
        return {}, []
    if nameless and speakers:
        return {}, [
            f"there are no folds by speaker: {counted(nameless, 'clip')} without one, too many to leave out."
        ]
    if nameless:
        return {}, [
            "no speaker is named, so no fold is speaker-disjoint, and dividing by folder or file would"
            " not make it so: name the speakers in a column of the list, a group of a pattern (which reads"
            " the names of files too) or a level of folders."
        ]
    if speakers < 3:
        there = "is only 1 speaker" if speakers == 1 else f"are only {speakers} speakers"
        return {}, [
            f"there {there}, so no fold can be speaker-disjoint: that takes three, and five for all"
            " replicates."
        ]
    notes = []
    if speakers < PARTS:
        notes.append(
            f"with {speakers} speakers there are {speakers} folds by speaker: replicates beyond them do"
            " not exist."
        )
    return divide(clips, "speaker", min(PARTS, speakers)), notes


def _by_sentence(clips: pd.DataFrame) -> tuple[dict[str, int], list[str]]:
    """The part of each sentence, none if they cannot be divided, and notes."""
    nameless, sentences = _unnamed_and_named(clips.loc[:, "sentence"])
    if not sentences:
        return {}, []
    if nameless:
        return {}, [f"there are no folds by sentence: {counted(nameless, 'clip')} without one; add them."]
    if sentences < PARTS:
        return {}, [f"there are no folds by sentence: that takes {PARTS}, and the table has {sentences}."]
    if len(clips) < 2 * sentences:
        return {}, [
            "nearly every clip has a sentence of its own, so folds by sentence would be random; there are"
            " none."
        ]
    return divide(clips, "sentence"), []


def misleading(table: pd.DataFrame) -> list[str]:
    """Say what would let a score mislead."""
    notes = []
    clips = table.loc[table["defect"] == ""]
    if clips.empty:
        return notes
    labels: pd.Series = clips.loc[:, "emotion"]
    if labels.nunique() == 1:
        notes.append(f"every clip is labelled {labels.iloc[0]}: there is nothing to tell apart.")
    elif absent := [word for word in FOUR if word not in set(clips["emotion"])]:
        shared = ", ".join(repr(word) for word in EMOTIONS if word in set(clips["emotion"]))
        notes.append(
            f"there is no clip of {' or '.join(absent)}, so give emotions=({shared}) or some of these to"
            " problem()."
        )
    elif more := [word for word in EMOTIONS if word not in FOUR and word in set(clips["emotion"])]:
        notes.append(
            f"split() and load_problem() take {', '.join(FOUR)} unless emotions=(...) names others:"
            f" {counted(int(clips['emotion'].isin(more).sum()), 'clip')} of {', '.join(more)} will be in no"
            " part."
        )
    for column in part_columns(table):
        notes += _lacking(clips, column, first=column == part_columns(table)[0])
    for column, what in (("speaker", "who speaks"), ("sentence", "what is said")):
        groups = clips.groupby(column)["emotion"].agg(["size", "nunique"])
        groups = groups.loc[groups["size"] > 1]
        alone = int(np.count_nonzero(groups["nunique"] == 1))
        if labels.nunique() > 1 and len(groups) > 1 and alone:
            notes.append(
                f"{alone:,} of {len(groups):,} {column}s {'occurs' if alone == 1 else 'occur'} with one"
                f" emotion only: {what} tells the label."
            )
    return notes


def _lacking(clips: pd.DataFrame, column: str, first: bool) -> list[str]:
    """Say which fold lacks which emotion in which part, of the main scheme for testing too."""
    scheme, notes = column.removeprefix("part_"), []
    clips = clips.loc[clips[column] >= 0]
    parts = sorted(clips[column].unique())
    for emotion in sorted(clips["emotion"].unique()):
        there = set(clips.loc[clips["emotion"] == emotion, column])
        lacks = {"training": [], "validation": [], "test": []}
        for fold, part in enumerate(parts):
            after = parts[(fold + 1) % len(parts)]
            lacks["training"] += [fold] if there <= {part, after} else []
            lacks["validation"] += [fold] if after not in there else []
            lacks["test"] += [fold] if part not in there else []
        for part, why in _WITHOUT.items():
            if lacks[part] and (first or part != "test"):
                folds = f"fold{'s' * (len(lacks[part]) > 1)} {', '.join(map(str, lacks[part]))}"
                notes.append(
                    f"{folds} by {scheme}: no {emotion} in the {part} part, so {why.format(emotion)}."
                )
    return notes


_WITHOUT = {
    "training": "it cannot be learnt there, and load_problem() refuses to with {} among the emotions",
    "validation": "choose nothing there by its score",
    "test": "pool the predictions of all folds",
}


def part_columns(table: pd.DataFrame) -> list[str]:
    """List the columns of parts that a table has, the main one first."""
    return [column for column in table.columns if column.startswith("part_")]
