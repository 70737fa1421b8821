"""Exercises of chapter 08, the bounds: a test of the reader's function for each, hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _gap_closed(function: Callable) -> None:
    got = function(80.0, 76.0, 84.0)
    if got is not None and got is not Ellipsis and np.shape(got) == () and np.isclose(got, 0.0):
        raise Wrong("a method halfway between vanilla and joint has closed half of the gap; are the arguments in order?")
    same(got, 0.5, "for a method at 80, vanilla at 76 and joint at 84")
    same(function(70.0, 76.0, 84.0), -0.75, "for a method below vanilla")
    same(function(86.0, 76.0, 84.0), 1.25, "for a method above joint")
    for vanilla, joint in ((84.0, 84.0), (84.0, 84.9), (84.0, 80.0)):
        value = function(83.0, vanilla, joint)
        if value is None or value is Ellipsis or not np.isnan(value):
            raise Wrong(f"with vanilla at {vanilla} and joint at {joint} there is no gap to close; it should return NaN.")
    same(function(84.5, 84.0, 85.0), 0.5, "for a gap of one point, which counts")


def _joint_steps(function: Callable) -> None:
    got = function(200, [2916, 183])
    if got is not None and got is not Ellipsis and np.shape(got) == () and got == 200:
        raise Wrong("with vanilla's steps the new rows would be shown far less often than vanilla shows them.")
    same(got, round(200 * 3099 / 183), "for T = 200 and corpora of 2,916 and 183 rows")
    same(function(200, [2916, 392, 183, 342]), round(600 * 3833 / 917), "for a chain of four")
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
