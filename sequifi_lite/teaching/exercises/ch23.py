"""Exercises of chapter 23, your own corpus: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _name_pattern(function: Callable) -> None:
    pattern = function()
    try:
        expression = re.compile(pattern)
    except (re.error, TypeError) as error:
        raise Wrong(f"this is no regular expression ({error}).") from error
    absent = [name for name in ("speaker", "sentence", "emotion") if name not in expression.groupindex]
    if absent:
        nameless = "; its groups have no names" if expression.groups and not expression.groupindex else ""
        raise Wrong(f"there is no group called {absent[0]}{nameless}.")
    for path, expected in (
        ("vp03_t2_wut.wav", ("vp03", "t2", "wut")),
        ("sub/vp11_t5_freude.flac", ("vp11", "t5", "freude")),
        ("day 2/vp120_t10_neutral.wav", ("vp120", "t10", "neutral")),
        ("vp07_t1_trauer.wav", ("vp07", "t1", "trauer")),
    ):
        match = expression.search(path)
        if match is None:
            fixed = re.compile(
                expression.pattern.removeprefix("^").removeprefix(r"\A"), expression.flags
            ).search(path)
            why = "; ^ allows no folder in front" if fixed else ""
            raise Wrong(f"it does not fit {path}{why}.")
        got = match.group("speaker", "sentence", "emotion")
        if got != expected:
            raise Wrong(
                f"in {path} it finds {', '.join(map(repr, got))} and should find {', '.join(map(repr, expected))}."
            )
    if expression.search("notes_on_vp03.wav"):
        raise Wrong("it also fits notes_on_vp03.wav, which is no clip.")


def _told_by_the_voice(function: Callable) -> None:
    speakers = np.array(["a"] * 6 + ["b"] * 4)
    emotions = np.array(["anger"] * 6 + ["anger"] * 3 + ["fear"])
    got = function(speakers, emotions)
    if np.shape(got) == ():
        for value, reason in (
            (0.5, "it counts speakers where it should count their clips."),
            (0.4, "this is the share of the other clips, whose speakers occur with more than one emotion."),
            (
                0.9,
                "it counts the commonest emotion of every speaker; one with two emotions should add nothing.",
            ),
            (6, "this is a number of clips; divide it by the number of all clips."),
            (3, "this divides by the number of speakers; divide by the number of all clips."),
            (60, "this is in per cent; a share is a number from 0 to 1."),
        ):
            if np.isclose(got, value):
                raise Wrong(reason)
    same(got, 0.6, "for six clips of one speaker, all angry, and four of another, of two emotions,")
    same(
        function(np.array(["x", "y", "y"]), np.array(["fear", "calm", "calm"])),
        1.0,
        "for two speakers with one emotion each",
    )
    same(function(speakers[6:], emotions[6:]), 0.0, "for one speaker with two emotions")


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
