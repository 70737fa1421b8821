"""Exercises of chapter 20, all corpora: a mean that two pairs cannot carry, and p values of many comparisons."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.stats import trim_mean

from ._tools import Wrong, same


def _middle_half(function: Callable) -> None:
    values = np.array([9.0, 1.0, 2.0, 100.0, 3.0, 4.0, 8.0, -50.0])
    got = function(values)
    if np.isscalar(got):
        if np.isclose(got, np.median(values)):
            raise Wrong("this is the median: the middle half has four of the eight values.")
        if np.isclose(got, values[2:6].mean()):
            raise Wrong("the values have to be sorted first.")
        if np.isclose(got, values.mean()):
            raise Wrong("this is the mean of all values.")
    same(got, 4.25, "for 9, 1, 2, 100, 3, 4, 8, -50")
    values = np.random.default_rng(0).permutation(np.arange(16.0) ** 2)
    got = function(values)
    if np.isscalar(got) and np.isclose(got, np.sort(values)[2:-2].mean()):
        raise Wrong("a quarter of 16 values is four at either end, not two.")
    same(got, trim_mean(values, 0.25), "for the squares of 0 to 15, shuffled,")


def _corrected(function: Callable) -> None:
    p = np.array([0.04, 0.01, 0.03])
    got = function(p)
    if np.shape(got) == (3,):
        if np.allclose(got, [0.12, 0.03, 0.09]):
            raise Wrong("this is Bonferroni's correction: the second smallest is multiplied by one less.")
        if np.allclose(got, [0.04, 0.03, 0.06]):
            raise Wrong("a larger p may not end up below a smaller one: carry the maximum on.")
        if np.allclose(got, [0.03, 0.06, 0.06]):
            raise Wrong("the values are right; put them back in the order in which they came.")
    same(got, [0.06, 0.03, 0.06], "for 0.04, 0.01, 0.03")
    same(function(np.array([0.6, 0.7])), [1.0, 1.0], "for 0.6, 0.7, none above 1,")


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "middle_half": (
        _middle_half,
        (
            "Sort, then leave out equally many at either end.",
            "A quarter of the values is len(values) // 4.",
            "np.sort(values)[cut:-cut].mean()",
        ),
    ),
    "corrected": (
        _corrected,
        (
            "np.argsort gives the places from the smallest p to the largest.",
            "Multiply the sorted values by m, m - 1, ..., 1, then np.maximum.accumulate.",
            "out[order] = ... puts them back; np.minimum(1, ...) cuts at 1.",
        ),
    ),
}
