"""Exercises of chapter 01, the quick tour: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...evaluation import metrics
from ._tools import Wrong, same


def _last_class_share(function: Callable) -> None:
    predictions = np.array([[0, 0, 1, 3], [2, 2, 2, 2], [1, 3, 3, 3]])
    orders = np.array([[3, 2, 1, 0], [0, 1, 3, 2], [1, 3, 0, 2]])
    got, right = function(predictions.copy(), orders.copy()), [0.5, 1.0, 0.0]
    if np.shape(got) == ():
        raise Wrong(
            "it returns a single number: give the mean axis=1, so that every run keeps a share of its own."
        )
    elif np.shape(got) == (4,):
        raise Wrong(
            "it returns one number for each clip: the mean runs over the wrong axis, and axis=1 are the clips."
        )
    elif np.shape(got) == (3,):
        for wrong, reason in (
            (
                (predictions == orders[:, :1]).mean(1),
                "this is the share of the first class of each order: the last has index -1.",
            ),
            (
                (predictions == orders.max(1, keepdims=True)).mean(1),
                "this is the share of the class with the highest number.",
            ),
            (
                (predictions == orders[-1, -1]).mean(1),
                "this takes the last class of the last run for all: each run has its own.",
            ),
            (
                np.multiply(4, right),
                "this counts the predictions: a share is the count divided by the number of clips.",
            ),
            (np.multiply(100, right), "this is in %, and a share between 0 and 1 was asked for."),
            (np.subtract(1, right), "this is the share of all other classes: == instead of !=."),
        ):
            if np.allclose(got, wrong):
                raise Wrong(reason)
    same(got, right, "for three runs of four predictions")
    generator = np.random.default_rng(0)
    predictions, orders = (
        generator.integers(4, size=(24, 60)),
        np.stack([generator.permutation(4) for _ in range(24)]),
    )
    expected = metrics.last_class_share(metrics.confusion(np.zeros(60, int), predictions, 4), orders)
    same(function(predictions, orders), expected, "for 24 runs of 60 predictions")


def _stability_and_plasticity(function: Callable) -> None:
    before, after = np.array([80.0, 55.0]), np.array([71.5, 90.0])
    got = function(before, after)
    if np.shape(got) != (2,):
        raise Wrong("it should return two numbers, dS and dP.")
    if np.allclose(got, [35.0, -8.5]):
        raise Wrong("the two numbers are there, in the other order: dS belongs to the source.")
    if np.allclose(got, [8.5, -35.0]):
        raise Wrong("the signs are turned: a loss is negative.")
    for wrong, reason in (
        (np.abs([-8.5, 35.0]), "the sign of dS is lost: the source got worse, so dS is negative."),
        (after / before, "these are ratios: take the score after less the score before."),
        (
            after / before - 1,
            "these are relative changes: differences in points were asked for, so divide by nothing.",
        ),
        (after, "these are the scores after training: take off those before."),
        (
            (after[1] - after[0], before[1] - before[0]),
            "this compares target with source: compare each corpus with itself, before.",
        ),
        (
            (before[1] - before[0], after[1] - after[0]),
            "this compares target with source: compare each corpus with itself, before.",
        ),
        (
            after - before[::-1],
            "each score is compared with the other corpus's: source with source, target with target.",
        ),
    ):
        if np.allclose(got, wrong):
            raise Wrong(reason)
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
