"""Exercises of chapter 03, the corpora: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _not_listening(function: Callable) -> None:
    counts = [1042, 203, 1160, 362]
    got = function(counts)
    if np.shape(got) != (2,):
        raise Wrong("it should return two numbers, accuracy and UAR.")
    right = (1160 / 2767, 1 / 4)
    if np.allclose(got, right[::-1]):
        raise Wrong("the two numbers are there, in the other order: accuracy first.")
    if np.allclose(got, np.multiply(100, right)):
        raise Wrong("the numbers are right in %, and shares between 0 and 1 were asked for.")
    for wrong, reason in (
        ((1160, 1 / 4), "the first number counts clips: accuracy is their share, so divide by all clips."),
        (
            (2, 1 / 4),
            "the first number is the row of the largest class: accuracy is its clips divided by all clips.",
        ),
        (
            (1160 / 2767, 1160 / 2767),
            "both numbers are the accuracy: UAR is the mean of the recalls, one 1 and otherwise 0s.",
        ),
        (
            (1160 / 2767, 1),
            "the second number is the recall of the largest class: UAR is the mean over all classes, and theirs are 0.",
        ),
        (
            (1 / 4, 1 / 4),
            "both numbers are the UAR: accuracy is the share of all clips that are in the largest class.",
        ),
        ((1042 / 2767, 1 / 4), "this is the accuracy of the first class: the largest is asked for."),
    ):
        if np.allclose(got, wrong):
            raise Wrong(reason)
    same(got, right, "for 1042, 203, 1160 and 362 clips")
    got = function([749, 749, 809, 769, 0, 736])
    if np.shape(got) == (2,) and np.isclose(got[1], 1 / 6):
        raise Wrong(
            "a class without clips has no recall: with counts 749, 749, 809, 769, 0, 736 there are five classes."
        )
    if np.shape(got) == (2,) and np.isclose(got[1], 1 / 4):
        raise Wrong("the UAR is 1/4 whatever the counts: with five classes that have clips it is 1/5.")
    same(got, (809 / 3812, 1 / 5), "for 749, 749, 809, 769, 0 and 736 clips")


def _contradictions(function: Callable) -> None:
    digests = ["a", "b", "a", "c", "b", "d", "c", "c"]
    labels = ["joy", "fear", "joy", "joy", "anger", "fear", "joy", "fear"]
    got = function(digests, labels)
    got = list(got) if np.iterable(got) else got
    if not isinstance(got, list):
        raise Wrong("it should return a list of row numbers.")
    if len(got) == 8 and all(isinstance(row, (bool, np.bool_)) for row in got):
        raise Wrong(
            "this says yes or no for every clip: return the numbers of the rows with yes, as np.flatnonzero gives them."
        )
    if got and set(map(str, got)) <= set(digests):
        raise Wrong("these are digests: return the numbers of the rows that have them.")
    if any(np.shape(row) for row in got):
        raise Wrong("these are pairs or lists: return one flat list of row numbers, each row once.")
    rows = [int(row) for row in got]
    if len(rows) > len(set(rows)):
        raise Wrong(f"rows {rows} hold some rows more than once: each is wanted once.")
    if rows == [2, 4, 5, 7, 8]:
        raise Wrong("the rows are counted from 1: the first row has number 0.")
    if set(rows) == {0, 2, 5}:
        raise Wrong("these are the clips without a contradiction: the others were asked for.")
    if set(rows) == {0, 1, 2, 3, 4, 6, 7}:
        raise Wrong(
            "these are all recordings that occur more than once; rows 0 and 2 have the same label, which is no contradiction."
        )
    if set(rows) == {2, 4, 6, 7}:
        raise Wrong(
            "these are recordings that occurred before, whatever their label: compare the labels, and count the first clip."
        )
    if set(rows) < {1, 3, 4, 6, 7}:
        raise Wrong(f"rows {rows} are found, but every clip of such a recording counts, the first one too.")
    if sorted(rows) == [1, 3, 4, 6, 7] and rows != sorted(rows):
        raise Wrong("the rows are right, and increasing order was asked for.")
    same(rows, [1, 3, 4, 6, 7], f"for digests {''.join(digests)} and labels {', '.join(labels)}")
    same(list(function(["a", "b"], ["joy", "joy"])), [], "for two different recordings")


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "not_listening": (
        _not_listening,
        (
            "Always answering one class is right for exactly the clips of that class.",
            "Drop the classes without clips first; then UAR is the mean of one 1 and otherwise 0s.",
            "there.max() / there.sum() and 1 / len(there)",
        ),
    ),
    "contradictions": (
        _contradictions,
        (
            "For every digest, collect the set of its labels.",
            "A recording contradicts itself if that set has more than one element; then all rows with its digest belong.",
            'In pandas: groupby("digest")["label"].transform("nunique") > 1.',
        ),
    ),
}
