"""Exercises of chapter 07, forgetting: a test of the reader's function for each, hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .. import metrics
from ._tools import Wrong, same


def _backward_transfer(function: Callable) -> None:
    R = np.array([[80.0, 30.0, 40.0], [70.0, 90.0, 50.0], [75.0, 60.0, 85.0]])
    got = function(R)
    if got is not None and got is not Ellipsis and np.shape(got) == ():
        if np.isclose(got, 17.5):
            raise Wrong("the sign is turned: a loss is negative.")
        if np.isclose(got, -35 / 3):
            raise Wrong("the last corpus is counted, too; nothing came after it that could have changed it.")
        if np.isclose(got, 12.5):
            raise Wrong("it compares with the first row; a corpus is forgotten from the row on in which it was learnt.")
    same(got, -17.5, "for the matrix of the page")
    generator = np.random.default_rng(0)
    for size in (2, 5):
        R = 100 * generator.random((size, size))
        same(function(R), metrics.backward_transfer(R), f"for {size} corpora")


def _stability_gap(function: Callable) -> None:
    curve = np.array([80.0, 62.0, 55.0, 70.0, 74.0])
    got = function(curve)
    if got is not None and got is not Ellipsis and np.shape(got) == () and np.isclose(got, 25.0):
        raise Wrong("that is the whole fall from the start; the gap is the part of it that comes back by the end.")
    same(got, 19.0, "for the curve 80, 62, 55, 70, 74")
    same(function(np.array([80.0, 75.0, 71.0])), 0.0, "for a curve that only falls")
    curve = 100 * np.random.default_rng(1).random(41)
    same(function(curve), curve[-1] - curve.min(), "for a curve of 41 points")


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "backward_transfer": (
        _backward_transfer,
        (
            "Two lists of numbers are compared: the last row, and the diagonal.",
            "R[-1] - np.diag(R) has one entry per corpus; that of the last corpus does not count.",
            "Return (R[-1] - np.diag(R))[:-1].mean().",
        ),
    ),
    "stability_gap": (
        _stability_gap,
        (
            "Where is the curve lowest, and where does it end?",
            "The gap is what is won back: the last value minus the smallest one.",
        ),
    ),
}
