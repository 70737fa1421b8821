"""Exercises of chapter 23, your own corpus: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _name_pattern(function: Callable) -> None:
    pattern = function()
    if pattern is None or pattern is Ellipsis:
        raise Wrong("it returns nothing so far.")
    try:
        expression = re.compile(pattern)
    except (re.error, TypeError) as error:
        raise Wrong(f"this is no regular expression ({error}).") from error
    absent = [name for name in ("speaker", "sentence", "emotion") if name not in expression.groupindex]
    if absent:
        raise Wrong(f"there is no group called {absent[0]}.")
    for path, expected in (
        ("vp03_t2_wut.wav", ("vp03", "t2", "wut")),
        ("sub/vp11_t5_freude.flac", ("vp11", "t5", "freude")),
        ("day 2/vp120_t10_neutral.wav", ("vp120", "t10", "neutral")),
    ):
        match = expression.search(path)
        if match is None:
            raise Wrong(f"it does not fit {path}.")
        got = match.group("speaker", "sentence", "emotion")
        if got != expected:
            raise Wrong(f"in {path} it finds {', '.join(map(repr, got))} and should find {', '.join(map(repr, expected))}.")
    if expression.search("notes_on_vp03.wav"):
        raise Wrong("it also fits notes_on_vp03.wav, which is no clip.")


def _told_by_the_voice(function: Callable) -> None:
    speakers = np.array(["a"] * 8 + ["b", "b"])
    emotions = np.array(["anger"] * 8 + ["anger", "fear"])
    got = function(speakers, emotions)
    if got is not None and np.shape(got) == () and np.isclose(got, 0.5):
        raise Wrong("it counts speakers where it should count their clips.")
    same(got, 0.8, "for eight clips of one speaker, all angry, and two of another, of two emotions,")
    same(function(np.array(["x", "y", "y"]), np.array(["fear", "calm", "calm"])), 1.0, "for two speakers with one emotion each")
    same(function(speakers[8:], emotions[8:]), 0.0, "for one speaker with two emotions")


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "name_pattern": (
        _name_pattern,
        (
            "A named group is written (?P<speaker>...); the three are joined by underscores.",
            r"vp\d+ is a speaker and t\d+ a sentence; [a-z]+ is a word that ends at the dot.",
            r"(?P<speaker>vp\d+)_(?P<sentence>t\d+)_ and then the emotion.",
        ),
    ),
    "told_by_the_voice": (
        _told_by_the_voice,
        (
            "Go through the speakers one by one; emotions[speakers == speaker] are the labels of one.",
            "A speaker with one emotion only has len(set(...)) == 1; add the number of clips of such speakers.",
            "Divide that sum by len(speakers), the number of all clips.",
        ),
    ),
}
