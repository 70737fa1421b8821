"""Exercises of chapter 03, the corpora: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _not_listening(function: Callable) -> None:
    counts = [1042, 203, 1160, 362]
    got = function(counts)
    if got is None or got is Ellipsis:
        raise Wrong("it returns nothing so far.")
    if np.shape(got) != (2,):
        raise Wrong("it should return two numbers, accuracy and UAR.")
    right = (1160 / 2767, 1 / 4)
    if np.allclose(got, right[::-1]):
        raise Wrong("the two numbers are there, in the other order: accuracy first.")
    if np.allclose(got, np.multiply(100, right)):
        raise Wrong("the numbers are right in %, and shares between 0 and 1 were asked for.")
    same(got, right, "for 1042, 203, 1160 and 362 clips")
    got = function([749, 749, 809, 769, 0, 736])
    if got is not None and np.shape(got) == (2,) and np.isclose(got[1], 1 / 6):
        raise Wrong("a class without clips has no recall: with counts 749, 749, 809, 769, 0, 736 there are five classes.")
    same(got, (809 / 3812, 1 / 5), "for 749, 749, 809, 769, 0 and 736 clips")


def _contradictions(function: Callable) -> None:
    digests = ["a", "b", "a", "c", "b", "d", "c", "c"]
    labels = ["joy", "fear", "joy", "joy", "anger", "fear", "joy", "fear"]
    got = function(digests, labels)
    if got is None or got is Ellipsis:
        raise Wrong("it returns nothing so far.")
    rows = [int(row) for row in got]
    if set(rows) == {0, 1, 2, 3, 4, 6, 7}:
        raise Wrong("these are all recordings that occur twice; rows 0 and 2 have the same label, which is no contradiction.")
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
