"""Exercises of chapter 18, the switches: what half a batch shows, and the share of one factor in a full grid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _clips_in_focus(function: Callable) -> None:
    got = function(32, 4)
    if np.shape(got) == (2,):
        if np.allclose(got, (16, 4)):
            raise Wrong(
                "the stage's class is among all classes too: it has its half and its part of the other half."
            )
        if np.allclose(got, (16, 16 / 3)):
            raise Wrong(
                "this is one against the rest; here the second half shows all classes, the stage's own included."
            )
        if np.allclose(got, (4, 20)):
            raise Wrong("the pair is turned: the stage's class comes first.")
    same(got, (20, 4), "for 32 clips and 4 classes")
    same(function(12, 3), (8, 2), "for 12 clips and 3 classes")


def _share_of_switch(function: Callable) -> None:
    x = np.array([[1.0, 3.0], [5.0, 7.0]])
    got = function(x, 0)
    if np.isscalar(got):
        if np.isclose(got, 0.8):
            raise Wrong("the share is right, but it should be in %.")
        if np.isclose(got, 20):
            raise Wrong(
                "this is the share of the other axis: average over all axes but the one that is asked for."
            )
    same(got, 80.0, "for [[1, 3], [5, 7]] and axis 0")
    x = np.random.default_rng(0).normal(size=(3, 2, 4))
    means = [x[:, i].mean() for i in range(2)]
    expected = 100 * sum(12 * (mean - x.mean()) ** 2 for mean in means) / ((x - x.mean()) ** 2).sum()
    same(function(x, 1), expected, "for an array of shape (3, 2, 4) and axis 1")


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "clips_in_focus": (
        _clips_in_focus,
        (
            "Count the two halves of the batch one after the other.",
            "The second half is cut into K equal parts, and one of them is the stage's class again.",
            "The stage's class has batch / 2 + batch / 2 / K clips.",
        ),
    ),
    "share_of_switch": (
        _share_of_switch,
        (
            "First the mean of every level of the switch: average over all other axes.",
            "x.mean(axis=...) takes a tuple of axes.",
            "Then the variance of these means over the variance of x, times 100.",
        ),
    ),
}
