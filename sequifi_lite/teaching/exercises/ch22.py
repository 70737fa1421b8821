"""Exercises of chapter 22, the verdict: what an interval decides, and where vanilla is as far from the source."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _decision(function: Callable) -> None:
    cases = (
        (0.5, 3.0, 0.0, "supported"),
        (-3.0, -0.5, 0.0, "refuted"),
        (-0.5, 3.0, 0.0, "undecided"),
        (0.5, 3.0, 1.0, "undecided"),
        (1.5, 3.0, 1.0, "supported"),
        (-2.0, 0.9, 1.0, "refuted"),
    )
    for low, high, line, right in cases:
        got = function(low, high, line)
        if got != right:
            if line and function(low - line, high - line, 0.0) == right:
                raise Wrong("the line is not always at 0.")
            raise Wrong(f"an interval from {low} to {high} against the line {line} is {right}, not {got}.")


def _read_at(function: Callable) -> None:
    far, score = np.array([0.0, 1.0, 3.0, 2.5, 6.0]), np.array([50.0, 60.0, 80.0, 70.0, 90.0])
    got = function(far, score, 2.75)
    if np.isscalar(got):
        if np.isclose(got, 75):
            raise Wrong("the first crossing counts: the distance passes 2.75 between 1 and 3.")
        if np.isclose(got, 60) or np.isclose(got, 80):
            raise Wrong("between two looks the score is on the line that joins them.")
    same(got, 77.5, "for distances 0, 1, 3, 2.5, 6, scores 50, 60, 80, 70, 90 and the distance 2.75,")
    same(function(far, score, 0.25), 52.5, "for the distance 0.25,")
    same(function(far, score, 4.0), 70 + 20 * 1.5 / 3.5, "for the distance 4,")
    far = np.array([0.0, 0.5, 1.0, 2.0, 6.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 8.0])
    got = function(far, far**2, 4.5)
    if np.isscalar(got) and np.isclose(got, np.interp(4.5, far, far**2)):
        raise Wrong(
            "np.interp wants distances that only grow; here they shrink again, and the first crossing counts."
        )
    same(
        got,
        24.0,
        "for distances that rise to 6, fall to 1 and rise again, the squares of them as scores and the distance 4.5,",
    )


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "decision": (
        _decision,
        (
            "Three cases: all of the interval above the line, all of it below, or neither.",
            "All of it above the line means that its lower end is.",
            'if low > line: "supported"; elif high < line: "refuted"; else "undecided".',
        ),
    ),
    "read_at": (
        _read_at,
        (
            "Find the first look at which the distance is at least as large.",
            "np.argmax(far >= d) is its number i; the one before it is i - 1.",
            "share = (d - far[i-1]) / (far[i] - far[i-1]), and the score lies as far between its two neighbours.",
        ),
    ),
}
