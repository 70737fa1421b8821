"""Exercises of chapter 01b, first measurements."""

import numpy as np

from ...evaluation import metrics
from ._tools import Answer, agree, any_of, mistakes


def uar(answer: Answer) -> None:
    """Ask for the mean of the recalls in a confusion matrix.

    - c[i, j] counts clips of class i that were called j, so a row holds all clips of one class.
    - The recall of class i is c[i, i] divided by the sum of row i; np.diag(c) gives the diagonal.
    - np.diag(c) is what was right in each class, c.sum(axis=1) how many clips the class has; the mean comes
      after the division.
    """
    c = np.array([[3, 1, 0, 0], [0, 4, 0, 0], [1, 0, 1, 0], [2, 0, 0, 3]])
    hits = np.diag(c)
    recalls, everything = hits / c.sum(1), (np.mean(c / c.sum(1, keepdims=True)), np.mean(c / c.sum(1)))
    of_all = np.mean(hits / c.sum())
    known = {
        "these are the recalls of the four classes: return their mean.": recalls,
        "this is the accuracy: it counts clips, not classes.": metrics.accuracy(c),
        "this is the mean precision: the sum runs over the wrong axis.": np.mean(hits / c.sum(0)),
        "this is the median of the recalls: the average in UAR is the mean.": np.median(recalls),
        "this is the sum of the recalls: divide it by the number of classes.": recalls.sum(),
        "this is in %, and a share between 0 and 1 was asked for.": 100 * recalls.mean(),
        "this is the mean number of right clips: divide each by the clips of its class first.": hits.mean(),
        "every count is divided by all clips: divide each by the clips of its own class, its row.": of_all,
        "this is the mean over the whole matrix: recalls are on its diagonal alone.": any_of(*everything),
    }
    mistakes(answer(c.copy()), metrics.uar(c), "for a matrix with recalls 3/4, 1, 1/2 and 3/5", known)


def percentile_interval(answer: Answer) -> None:
    """Ask for the two ends between which draws lie at a level.

    - At level 0.95, 5 % of the draws lie outside: half of them below, half above.
    - np.quantile takes both places at once. Halve what lies outside; the upper place is as far from 1 as the
      lower one is from 0.
    """
    draws = np.random.default_rng(0).permutation(np.arange(1001.0))
    normal = 500 + 1.96 * draws.std() * np.array([-1, 1])
    unsorted = any_of(draws[[25, 975]], draws[[25, 974]])
    known = {
        "these are the ends of a 90 % interval: 2.5 % belong on each side.": [50, 950],
        "the two ends are there, in the other order: the lower one first.": [975, 25],
        "np.percentile counts from 0 to 100, np.quantile from 0 to 1: use np.quantile.": [0.25, 9.75],
        "the draws are not sorted: sort them first, or let np.quantile do it.": unsorted,
        "these are the smallest and the largest draw: an interval at 95 % leaves 5 % of them out.": [0, 1000],
        "this is mean plus and minus 1.96 standard deviations: here the draws themselves say where the ends "
        "are.": lambda got: agree(got, normal, rtol=0.01),
        "this is the width of the interval: return its two ends.": 950,
    }
    mistakes(
        answer(draws.copy(), 0.95), [25.0, 975.0], "for the numbers 0 to 1000 in any order, at 95 %,", known
    )
    known = {
        "it returns the ends at 95 % whatever the level: at 50 %, a quarter belongs on each side.": [25, 975]
    }
    mistakes(answer(draws.copy(), 0.5), [250.0, 750.0], "for the same numbers at 50 %", known)
