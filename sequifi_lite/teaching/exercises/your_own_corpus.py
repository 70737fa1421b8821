"""Exercises of the chapter on your own corpus."""

import re

import numpy as np

from ._tools import Answer, Wrong, mistakes, refuse


def name_pattern(answer: Answer) -> None:
    r"""Ask for a regular expression that reads speaker, sentence and emotion off a file's name.

    - A named group is written (?P<speaker>...); the three are joined by underscores.
    - vp\d+ is a speaker and t\d+ a sentence; [a-z]+ is a word that ends at the dot.
    - The three parts stand in the order of the name; what may stand before them must not be forbidden.
    """
    pattern = answer()
    try:
        expression = re.compile(pattern)
    except (re.error, TypeError) as error:
        raise Wrong(f"this is no regular expression ({error}).") from error
    nameless = "; its groups have no names" if expression.groups and not expression.groupindex else ""
    for name in ("speaker", "sentence", "emotion"):
        refuse(name not in expression.groupindex, f"there is no group called {name}{nameless}.")
    for path, *right in (
        ("vp03_t2_wut.wav", "vp03", "t2", "wut"),
        ("sub/vp11_t5_freude.flac", "vp11", "t5", "freude"),
        ("day 2/vp120_t10_neutral.wav", "vp120", "t10", "neutral"),
        ("vp07_t1_trauer.wav", "vp07", "t1", "trauer"),
    ):
        match = expression.search(path)
        if match is None:
            free = re.compile(expression.pattern.removeprefix("^").removeprefix(r"\A"), expression.flags)
            why = "; ^ allows no folder in front" if free.search(path) else ""
            raise Wrong(f"it does not fit {path}{why}.")
        got = list(match.group("speaker", "sentence", "emotion"))
        found, wanted = (", ".join(map(repr, parts)) for parts in (got, right))
        refuse(got != right, f"in {path} it finds {found} and should find {wanted}.")
    refuse(expression.search("notes_on_vp03.wav"), "it also fits notes_on_vp03.wav, which is no clip.")


def told_by_the_voice(answer: Answer) -> None:
    """Ask for the share of clips whose speaker occurs with one emotion only.

    - Go through the speakers one by one: a mask picks the labels of one of them.
    - The set of a speaker's labels tells whether there is one emotion only; add the number of clips of such
      speakers.
    - Divide that sum by len(speakers), the number of all clips.
    """
    speakers = np.array(["a"] * 6 + ["b"] * 4)
    emotions = np.array(["anger"] * 6 + ["anger"] * 3 + ["fear"])
    known = {
        "it counts speakers where it should count their clips.": 0.5,
        "this is the share of the other clips, whose speakers occur with more than one emotion.": 0.4,
        "it counts the commonest emotion of every speaker; one with two emotions should add nothing.": 0.9,
        "this is a number of clips; divide it by the number of all clips.": 6,
        "this divides by the number of speakers; divide by the number of all clips.": 3,
        "this is in per cent; a share is a number from 0 to 1.": 60,
    }
    case = "for six clips of one speaker, all angry, and four of another, of two emotions,"
    mistakes(answer(speakers, emotions), 0.6, case, known)
    got = answer(np.array(["x", "y", "y"]), np.array(["fear", "calm", "calm"]))
    mistakes(got, 1.0, "for two speakers with one emotion each")
    mistakes(answer(speakers[6:], emotions[6:]), 0.0, "for one speaker with two emotions")
