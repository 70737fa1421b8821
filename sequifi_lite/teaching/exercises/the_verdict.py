"""Exercises of the chapter on the verdict."""

import numpy as np

from ._tools import Answer, any_of, mistakes, refuse


def decision(answer: Answer) -> None:
    """Ask what an interval says of a line: supported, refuted or undecided.

    - Three cases: all of the interval above the line, all of it below, or neither.
    - All of it above the line means that its lower end is.
    - An end that lies on the line is neither above it nor below.
    """
    for low, high, line, right in (
        (0.5, 3.0, 0.0, "supported"),
        (-3.0, -0.5, 0.0, "refuted"),
        (-0.5, 3.0, 0.0, "undecided"),
        (0.5, 3.0, 1.0, "undecided"),
        (1.5, 3.0, 1.0, "supported"),
        (-2.0, 0.9, 1.0, "refuted"),
        (0.0, 3.0, 0.0, "undecided"),
        (-3.0, 0.0, 0.0, "undecided"),
        (1.0, 3.0, 1.0, "undecided"),
        (-3.0, 1.0, 1.0, "undecided"),
        (0.0, 0.0, 0.0, "undecided"),
    ):
        got = answer(low, high, line)
        at_0 = got != right and line and answer(low - line, high - line, 0.0) == right
        refuse(bool(at_0), "the line is not always at 0.")
        touches = got != right and line in (low, high)
        refuse(
            touches, f"an interval from {low} to {high} touches the line {line}: that end is not beyond it."
        )
        turned = {"supported": "refuted", "refuted": "supported"}
        refuse(
            turned.get(right) == got,
            f"supported and refuted have changed places: from {low} to {high} all of the interval lies "
            f"{'above' if right == 'supported' else 'below'} the line {line}.",
        )
        words = ("supported", "refuted", "undecided")
        refuse(got not in words, f"it should return one of {', '.join(words)}, and returns {got!r}.")
        refuse(
            got != right, f"an interval from {low} to {high} against the line {line} is {right}, not {got}."
        )


def read_at(answer: Answer) -> None:
    """Ask for the score at which a distance is first passed.

    - Find the first look at which the distance is at least as large.
    - np.argmax(far >= d) is its number i; the one before it is i - 1.
    - How far between the two looks does d lie, as a share of the way between their distances? The score lies
      as far between its two neighbours.
    """
    far, score = np.array([0.0, 1.0, 3.0, 2.5, 6.0]), np.array([50.0, 60.0, 80.0, 70.0, 90.0])
    known = {
        "the first crossing counts: the distance passes 2.75 between 1 and 3.": 75,
        "between two looks the score is on the line that joins them.": any_of(60, 80),
    }
    case = "for distances 0, 1, 3, 2.5, 6, scores 50, 60, 80, 70, 90 and the distance 2.75,"
    mistakes(answer(far, score, 2.75), 77.5, case, known)
    mistakes(answer(far, score, 0.25), 52.5, "for the distance 0.25,")
    mistakes(answer(far, score, 4.0), 70 + 20 * 1.5 / 3.5, "for the distance 4,")
    far = np.array([0.0, 0.5, 1.0, 2.0, 6.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 8.0])
    shrunk = (
        "np.interp wants distances that only grow; here they shrink again, and the first crossing counts."
    )
    case = "for distances that rise to 6, fall to 1 and rise again, their squares as scores, and 4.5,"
    mistakes(answer(far, far**2, 4.5), 24.0, case, {shrunk: np.interp(4.5, far, far**2)})
