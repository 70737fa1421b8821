"""Exercises of chapter 01b, first measurements: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...evaluation import metrics
from ._tools import Wrong, same


def _uar(function: Callable) -> None:
    c = np.array([[3, 1, 0, 0], [0, 4, 0, 0], [1, 0, 1, 0], [2, 0, 0, 3]])
    got, hits = function(c.copy()), np.diag(c)
    recalls = hits / c.sum(1)
    if np.shape(got) == (4,) and np.allclose(got, recalls):
        raise Wrong("these are the recalls of the four classes: return their mean.")
    if np.shape(got) == ():
        for wrong, reason in (
            (metrics.accuracy(c), "this is the accuracy: it counts clips, not classes."),
            (np.mean(hits / c.sum(0)), "this is the mean precision: the sum runs over the wrong axis."),
            (np.median(recalls), "this is the median of the recalls: the average in UAR is the mean."),
            (recalls.sum(), "this is the sum of the recalls: divide it by the number of classes."),
            (100 * recalls.mean(), "this is in %, and a share between 0 and 1 was asked for."),
            (
                hits.mean(),
                "this is the mean number of right clips: divide each by the clips of its class first.",
            ),
            (
                np.mean(hits / c.sum()),
                "every count is divided by all clips: divide each by the clips of its own class, its row.",
            ),
            (
                np.mean(c / c.sum(1, keepdims=True)),
                "this is the mean over the whole matrix: recalls are on its diagonal alone.",
            ),
            (
                np.mean(c / c.sum(1)),
                "this is the mean over the whole matrix: recalls are on its diagonal alone.",
            ),
        ):
            if np.isclose(got, wrong):
                raise Wrong(reason)
    same(got, metrics.uar(c), "for a matrix with recalls 3/4, 1, 1/2 and 3/5")


def _percentile_interval(function: Callable) -> None:
    draws = np.random.default_rng(0).permutation(np.arange(1001.0))
    got = function(draws.copy(), 0.95)
    if np.shape(got) == (2,):
        spread = 1.96 * draws.std()
        for wrong, reason in (
            ([50, 950], "these are the ends of a 90 % interval: 2.5 % belong on each side."),
            ([975, 25], "the two ends are there, in the other order: the lower one first."),
            ([0.25, 9.75], "np.percentile counts from 0 to 100, np.quantile from 0 to 1: use np.quantile."),
            (draws[[25, 975]], "the draws are not sorted: sort them first, or let np.quantile do it."),
            (draws[[25, 974]], "the draws are not sorted: sort them first, or let np.quantile do it."),
            (
                [0, 1000],
                "these are the smallest and the largest draw: an interval at 95 % leaves 5 % of them out.",
            ),
        ):
            if np.allclose(got, wrong):
                raise Wrong(reason)
        if np.allclose(got, [500 - spread, 500 + spread], rtol=0.01):
            raise Wrong(
                "this is mean plus and minus 1.96 standard deviations: here the draws themselves say where the ends are."
            )
    elif np.shape(got) == () and np.isclose(got, 950):
        raise Wrong("this is the width of the interval: return its two ends.")
    same(got, [25.0, 975.0], "for the numbers 0 to 1000 in any order, at 95 %,")
    got = function(draws.copy(), 0.5)
    if np.shape(got) == (2,) and np.allclose(got, [25, 975]):
        raise Wrong(
            "it returns the ends at 95 % whatever the level: at 50 %, a quarter belongs on each side."
        )
    same(got, [250.0, 750.0], "for the same numbers at 50 %")


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
