"""Exercises of the chapter on all corpora."""

import numpy as np
from scipy.stats import trim_mean

from ._tools import Answer, mistakes


def middle_half(answer: Answer) -> None:
    """Ask for the mean of the middle half of values.

    - Sort, then leave out equally many at either end.
    - A quarter of the values is len(values) // 4.
    - Cut as many at the end as at the beginning, then take the mean.
    """
    values = np.array([9.0, 1.0, 2.0, 100.0, 3.0, 4.0, 8.0, -50.0])
    known = {
        "this is the median: the middle half has four of the eight values.": np.median(values),
        "the values have to be sorted first.": values[2:6].mean(),
        "this is the mean of all values.": values.mean(),
    }
    mistakes(answer(values), 4.25, "for 9, 1, 2, 100, 3, 4, 8, -50", known)
    values = np.random.default_rng(0).permutation(np.arange(16.0) ** 2)
    known = {"a quarter of 16 values is four at either end, not two.": np.sort(values)[2:-2].mean()}
    mistakes(answer(values), trim_mean(values, 0.25), "for the squares of 0 to 15, shuffled,", known)


def corrected(answer: Answer) -> None:
    """Ask for p values corrected after Holm.

    - np.argsort gives the places from the smallest p to the largest.
    - Multiply the sorted values by m, m - 1, ..., 1, then np.maximum.accumulate.
    - To put them back, write into an empty array at the places that argsort gave. Nothing exceeds 1.
    """
    known = {
        "this is Bonferroni's correction: the second smallest is multiplied by one less.": [0.12, 0.03, 0.09],
        "a larger p may not end up below a smaller one: carry the maximum on.": [0.04, 0.03, 0.06],
        "the values are right; put them back in the order in which they came.": [0.03, 0.06, 0.06],
    }
    mistakes(answer(np.array([0.04, 0.01, 0.03])), [0.06, 0.03, 0.06], "for 0.04, 0.01, 0.03", known)
    mistakes(answer(np.array([0.6, 0.7])), [1.0, 1.0], "for 0.6, 0.7, none above 1,")
