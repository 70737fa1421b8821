"""Exercises of chapter 04, honest splits: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _shared(function: Callable) -> None:
    cases = {
        "for ['p', 'q', 'q'] and ['q', 'r']": (["p", "q", "q"], ["q", "r"], ["q"]),
        "where nobody is shared": (["p"], ["q", "q"], []),
        "where all are": (["b", "a", "c"], ["c", "b", "a", "a"], ["a", "b", "c"]),
        "where two speakers are not known (None)": (["p", None], [None, "p"], ["p"]),
    }
    for case, (train, test, expected) in cases.items():
        got = function(train, test)
        if isinstance(got, int | np.integer):
            raise Wrong(f"it returns a number, {got}: return the names, so that a reader can look them up.")
        if isinstance(got, str) or not hasattr(got, "__iter__"):
            raise Wrong(f"{case} it should return a list of names, and returns {got!r}.")
        got = list(got)
        if None in got and None not in expected:
            raise Wrong("two clips whose speaker is not known need not be by one speaker: leave None out.")
        if len(got) != len(set(got)):
            raise Wrong(f"{case} it returns {got}: every name should be there once.")
        if got != expected:
            what = "in alphabetical order" if sorted(got) == expected else "that are in both"
            raise Wrong(f"{case} it should return the names {what}, {expected}, and returns {got}.")


def _group_folds(function: Callable) -> None:
    generator = np.random.default_rng(0)
    for sizes, parts in (
        ((4, 4, 4, 4), 2),
        ((30, 2, 2, 2, 2, 2), 3),
        (generator.integers(2, 60, 23), 5),
        ((539, 256) * 4, 5),
    ):
        speakers = generator.permutation(np.repeat([f"speaker {i:02d}" for i in range(len(sizes))], sizes))
        got = function(speakers, parts)
        got = np.asarray(got)
        if got.shape != speakers.shape:
            raise Wrong(
                f"for {len(speakers)} clips it should return {len(speakers)} part numbers, and returns shape {got.shape}."
            )
        if not np.isin(got, np.arange(parts)).all():
            raise Wrong(f"part numbers should run from 0 to {parts - 1}; there are others.")
        torn = [name for name in np.unique(speakers) if len(set(got[speakers == name])) > 1]
        if torn:
            raise Wrong(f"{torn[0]} is in {len(set(got[speakers == torn[0]]))} parts: that is the leak.")
        counts = np.bincount(got.astype(int), minlength=parts)
        if not counts.all():
            raise Wrong(
                f"with {len(sizes)} speakers and {parts} parts, part {int(np.argmin(counts))} is empty."
            )
        # Largest first, each into the smallest part: no part can then exceed the smallest by more than one speaker in it.
        widest = max(int(np.sum(speakers == name)) for name in np.unique(speakers[got == np.argmax(counts)]))
        if counts.max() - counts.min() > widest:
            raise Wrong(
                f"speakers of {sorted(map(int, sizes))} clips come out as parts of {counts.tolist()}: that is uneven."
            )


def _may_train(function: Callable) -> None:
    speaker = np.array(list("ppqqrrss"))
    sentence = np.array(list("12121234"))
    for test, expected in (([0], "00010111"), ([0, 3], "00000011"), ([7], "11111100"), ([], "11111111")):
        expected = np.array([letter == "1" for letter in expected])
        got = function(speaker, sentence, np.array(test, dtype=int))
        case = f"for test rows {test} of speakers {''.join(speaker)} and sentences {''.join(sentence)}"
        if np.shape(got) == expected.shape:
            got = np.asarray(got, dtype=bool)
            either = ~np.isin(speaker, speaker[test]) | ~np.isin(sentence, sentence[test])
            if np.array_equal(got, either) and not np.array_equal(either, expected):
                raise Wrong("this leaves out rows that share both; sharing one is enough to leak.")
            if np.array_equal(got, ~expected):
                raise Wrong("this marks the rows that share something: the other ones may be trained on.")
            got = got.astype(int)
        same(got, expected.astype(int), case)


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "shared": (
        _shared,
        (
            "A set forgets how often a name occurs.",
            "set(train) & set(test) holds what is in both; take None out before you sort.",
            "sorted(set(train) & set(test) - {None})",
        ),
    ),
    "group_folds": (
        _group_folds,
        (
            "Decide about speakers, not about clips: which part does a speaker go to?",
            "Take the speaker with most clips first, and always choose the part that has fewest clips so far.",
            "names, counts = np.unique(speakers, return_counts=True) and np.argsort(-counts) give the speakers in that order.",
        ),
    ),
    "may_train": (
        _may_train,
        (
            "A row may be trained on if its speaker is no test speaker and its sentence no test sentence.",
            "np.isin(speaker, speaker[test]) is True for all rows of test speakers.",
        ),
    ),
}
