"""Exercises of chapter 01, the quick tour: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .. import metrics
from ._tools import Wrong, same


def _last_class_share(function: Callable) -> None:
    predictions = np.array([[0, 0, 1, 3], [2, 2, 2, 2], [1, 3, 3, 1]])
    orders = np.array([[3, 2, 1, 0], [0, 1, 3, 2], [1, 3, 0, 2]])
    same(function(predictions, orders), [0.5, 1.0, 0.0], "for three runs of four predictions")
    generator = np.random.default_rng(0)
    predictions, orders = generator.integers(4, size=(24, 60)), np.stack([generator.permutation(4) for _ in range(24)])
    expected = metrics.last_class_share(metrics.confusion(np.zeros(60, int), predictions, 4), orders)
    same(function(predictions, orders), expected, "for 24 runs of 60 predictions")


def _stability_and_plasticity(function: Callable) -> None:
    before, after = np.array([80.0, 55.0]), np.array([71.5, 90.0])
    got = function(before, after)
    if got is None or got is Ellipsis:
        raise Wrong("it returns nothing so far.")
    if np.shape(got) != (2,):
        raise Wrong("it should return two numbers, dS and dP.")
    if np.allclose(got, [35.0, -8.5]):
        raise Wrong("the two numbers are there, in the other order: dS belongs to the source.")
    if np.allclose(got, [8.5, -35.0]):
        raise Wrong("the signs are turned: a loss is negative.")
    same(got, [-8.5, 35.0], "for source 80 to 71.5 and target 55 to 90")


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "last_class_share": (
        _last_class_share,
        (
            "orders[:, -1] is the class that each run saw last.",
            "Compare every row of predictions with the last class of that row: predictions == orders[:, -1:].",
            "The share is the mean of that comparison along axis 1.",
        ),
    ),
    "stability_and_plasticity": (
        _stability_and_plasticity,
        (
            "Both are differences: a score after training minus the score before it.",
            "Index 0 is the source, index 1 the target; return dS first, then dP.",
        ),
    ),
}
