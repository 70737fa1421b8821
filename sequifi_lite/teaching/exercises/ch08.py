"""Exercises of chapter 08, the bounds: a test of the reader's function for each, hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _told(got, reasons) -> None:
    """Raise `Wrong` with the reason that belongs to a wrong value."""
    if np.shape(got) != ():
        return
    for value, reason in reasons:
        if np.isclose(got, value):
            raise Wrong(reason)


def _gap_closed(function: Callable) -> None:
    case = "for a method at 82, vanilla at 76 and joint at 84"
    got = function(82.0, 76.0, 84.0)
    _told(
        got,
        (
            (
                0.25,
                f"{case} it returns the share of the gap that is left open; start from vanilla, not from joint.",
            ),
            (-0.75, f"{case} the sign is turned: the method lies above vanilla."),
            (75.0, f"{case} it returns a percentage; a share lies between 0 for vanilla and 1 for joint."),
            (6.0, f"{case} it returns points; divide them by the points that joint wins over vanilla."),
            (6 / 84, f"{case} it divides by joint's score; divide by what joint wins over vanilla."),
            (6 / 76, f"{case} it divides by vanilla's score; divide by what joint wins over vanilla."),
            (
                82 / 84,
                f"{case} it returns the method's share of joint's score; both have to start from vanilla.",
            ),
            (8 / 6, f"{case} the fraction is upside down."),
        ),
    )
    same(got, 0.75, case)
    for method, share, case in (
        (70.0, -0.75, "for a method below vanilla"),
        (86.0, 1.25, "for a method above joint"),
    ):
        got = function(method, 76.0, 84.0)
        _told(
            got,
            (
                (
                    min(max(share, 0.0), 1.0),
                    f"{case} the share is cut off; it may be negative, and larger than 1.",
                ),
            ),
        )
        same(got, share, case)
    for vanilla, joint in ((84.0, 84.0), (84.0, 84.9), (84.0, 80.0)):
        case = f"with vanilla at {vanilla} and joint at {joint}"
        try:
            value = function(83.0, vanilla, joint)
        except ZeroDivisionError:
            raise Wrong(
                f"{case} it divides by zero; there is no gap to close, and it should return NaN."
            ) from None
        if not np.isnan(value):
            raise Wrong(f"{case} there is no gap to close; it should return NaN.")
    got = function(84.5, 84.0, 85.0)
    if np.isnan(got):
        raise Wrong("for a gap of exactly one point it returns NaN; only less than one point is too little.")
    same(got, 0.5, "for a gap of one point, which counts")


def _joint_steps(function: Callable) -> None:
    got = function(200, [2916, 183])
    _told(
        got,
        (
            (200, "with vanilla's steps the new rows would be shown far less often than vanilla shows them."),
            (200 * 3099 / 183, "the number of steps should be rounded to a whole one."),
            (200 * 3099 // 183, "it cuts the fraction off; the number of steps should be rounded."),
            (
                round(400 * 3099 / 183),
                "it counts T steps for the source, too; the source has been learnt already.",
            ),
            (
                round(200 * 183 / 3099),
                "the ratio is upside down: joint needs more steps than vanilla, not fewer.",
            ),
            (
                round(200 * 3099 / 2916),
                "it divides by the source's rows; the rows that count are those after the source.",
            ),
            (round(200 * 2916 / 183), "it leaves the new rows out of all rows; joint draws from both."),
        ),
    )
    same(got, round(200 * 3099 / 183), "for T = 200 and corpora of 2,916 and 183 rows")
    sizes = [2916, 392, 183, 342]
    got, case = function(200, list(sizes)), "for a chain of four corpora"
    _told(
        got,
        (
            (
                round(200 * 3833 / 917),
                f"{case} it counts T steps once; vanilla takes T for each corpus after the source.",
            ),
            (
                round(800 * 3833 / 917),
                f"{case} it counts T steps for the source, too; the source has been learnt already.",
            ),
            (
                round(600 * 3833 / 342),
                f"{case} it takes the last corpus alone for new; all corpora after the source are.",
            ),
            (
                round(200 * 3833 / 342),
                f"{case} it takes the last corpus alone for new; all corpora after the source are.",
            ),
            (
                round(600 * 3833 / 392),
                f"{case} it takes the second corpus alone for new; all corpora after the source are.",
            ),
            (
                round(200 * 3833 / 392),
                f"{case} it takes the second corpus alone for new; all corpora after the source are.",
            ),
            (
                sum(round(200 * 3833 / n) for n in sizes[1:]),
                f"{case} it adds up a joint training for every new corpus; there is one.",
            ),
        ),
    )
    same(got, round(600 * 3833 / 917), case)
    same(function(100, [50, 50]), 200, "for two corpora of equal size")


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "gap_closed": (
        _gap_closed,
        (
            "What has the method won over vanilla, as a share of what joint wins over it?",
            "(method - vanilla) / (joint - vanilla), but only where joint is at least a point above vanilla.",
            "Return float('nan') if joint - vanilla < 1 else the share.",
        ),
    ),
    "joint_steps": (
        _joint_steps,
        (
            "Vanilla takes T steps for every corpus but the first; how many in all?",
            "Of joint's rows, only sum(sizes[1:]) out of sum(sizes) are new ones.",
            "Return round(T * (len(sizes) - 1) * sum(sizes) / sum(sizes[1:])).",
        ),
    ),
}
