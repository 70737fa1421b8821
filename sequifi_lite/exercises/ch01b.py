"""Exercises of chapter 01b, first measurements: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .. import metrics
from ._tools import Wrong, same


def _uar(function: Callable) -> None:
    c = np.array([[3, 1, 0, 0], [0, 4, 0, 0], [1, 0, 1, 0], [2, 0, 0, 6]])
    got = function(c)
    if got is not None and np.shape(got) == () and np.isclose(got, metrics.accuracy(c)):
        raise Wrong("this is the accuracy: it counts clips, not classes.")
    if got is not None and np.shape(got) == () and np.isclose(got, np.mean(np.diag(c) / c.sum(0))):
        raise Wrong("this is the mean precision: the sum runs over the wrong axis.")
    same(got, metrics.uar(c), "for a matrix with recalls 3/4, 1, 1/2 and 3/4")


def _percentile_interval(function: Callable) -> None:
    draws = np.random.default_rng(0).permutation(np.arange(1001.0))
    got = function(draws, 0.95)
    if got is not None and np.shape(got) == (2,) and np.allclose(got, [50, 950]):
        raise Wrong("these are the ends of a 90 % interval: 2.5 % belong on each side.")
    same(got, [25.0, 975.0], "for the numbers 0 to 1000 in any order, at 95 %,")
    same(function(draws, 0.5), [250.0, 750.0], "for the same numbers at 50 %")


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "uar": (
        _uar,
        (
            "c[i, j] counts clips of class i that were called j, so a row holds all clips of one class.",
            "The recall of class i is c[i, i] divided by the sum of row i; np.diag(c) gives the diagonal.",
            "np.mean(np.diag(c) / c.sum(axis=1))",
        ),
    ),
    "percentile_interval": (
        _percentile_interval,
        (
            "At level 0.95, 5 % of the draws lie outside: half of them below, half above.",
            "np.quantile(draws, [low, high]) with low = (1 - level) / 2.",
        ),
    ),
}
