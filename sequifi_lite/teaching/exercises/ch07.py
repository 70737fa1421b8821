"""Exercises of chapter 07, forgetting: a test of the reader's function for each, hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...evaluation import metrics
from ._tools import Wrong, same


def _backward_transfer(function: Callable) -> None:
    R = np.array([[80.0, 30.0, 40.0], [70.0, 90.0, 50.0], [75.0, 60.0, 85.0]])
    got = function(R.copy())
    if np.shape(got) in ((2,), (3,)):
        raise Wrong("it returns one number for each corpus; BWT is their mean, over all but the last.")
    if np.shape(got) == ():
        for value, reason in (
            (17.5, "the sign is turned: a loss is negative."),
            (-35 / 3, "the last corpus is counted, too; nothing came after it that could have changed it."),
            (
                12.5,
                "it compares with the first row; a corpus is forgotten from the row on in which it was learnt.",
            ),
            (-35.0, "it adds up the losses; BWT is their mean over the corpora before the last."),
            (
                -40.0,
                "rows and columns have changed places: rows are time, so the last row, R[-1], is the final model.",
            ),
            (
                -12.5,
                "it compares with the row before the last; each corpus counts from the row in which it was learnt.",
            ),
        ):
            if np.isclose(got, value):
                raise Wrong(reason)
    same(got, -17.5, "for the matrix of the page")
    helped = R.copy()
    helped[1, 0] = 84.0
    got = function(helped.copy())
    if np.shape(got) == () and np.isclose(got, -metrics.forgetting(helped)):
        raise Wrong(
            "it compares with the best score so far, as forgetting does; BWT compares with the diagonal."
        )
    same(got, -17.5, "for that matrix with 84 for A after B")
    generator = np.random.default_rng(0)
    for size in (2, 5):
        R = 100 * generator.random((size, size))
        same(function(R.copy()), metrics.backward_transfer(R), f"for {size} corpora")


def _stability_gap(function: Callable) -> None:
    curve = np.array([80.0, 62.0, 55.0, 70.0, 74.0])
    got = function(curve.copy())
    if np.shape(got) == ():
        for value, reason in (
            (
                25.0,
                "that is the whole fall from the start; the gap is the part of it that comes back by the end.",
            ),
            (-19.0, "the sign is turned: what comes back is the end minus the lowest."),
            (
                6.0,
                "that is the lasting loss, from the start to the end; the gap is what lies between the lowest and the end.",
            ),
            (4.0, "that is the last step alone; the lowest point may lie anywhere on the curve."),
        ):
            if np.isclose(got, value):
                raise Wrong(reason)
    same(got, 19.0, "for the curve 80, 62, 55, 70, 74")
    same(function(np.array([80.0, 75.0, 71.0])), 0.0, "for a curve that only falls")
    got = function(np.array([70.0, 60.0, 85.0]))
    if np.shape(got) == () and np.isclose(got, 10.0):
        raise Wrong(
            "for a curve that ends above its start it stops counting at the start; what is gained beyond it counts, too."
        )
    same(got, 25.0, "for the curve 70, 60, 85")
    same(
        function(np.array([70.0, 75.0, 80.0])),
        10.0,
        "for a curve that only rises, where the lowest point is the first,",
    )
    curve = 100 * np.random.default_rng(1).random(41)
    same(function(curve.copy()), curve[-1] - curve.min(), "for a curve of 41 points")


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
