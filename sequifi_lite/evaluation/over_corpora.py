"""How sure with other corpora: leave each corpus out in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

from ..errors import ArgumentError


def jackknife(values: Mapping[Sequence[str], float], level: float = 0.95) -> tuple[float, float]:
    """Interval over corpora of the mean over their pairs, or over other chains of some of them.

    Every corpus is left out in turn, with all pairs that it stands in. With n corpora, the error is
    ``sqrt((n - 1) / n * sum((left - mean(left)) ** 2))`` (Quenouille 1956, Tukey 1958), and the interval is
    Student's with n - 1 degrees of freedom. With five corpora that is rough: it says how much the mean hangs
    on a single one of them.

    Parameters
    ----------
    values : dict of corpora to float
        What was measured on each pair.

    Raises
    ------
    ArgumentError
        If there are fewer than three corpora, or one of them stands in all pairs.

    Examples
    --------
    >>> from itertools import permutations
    >>> from sequifi_lite.evaluation.over_corpora import jackknife
    >>> values = {pair: float(pair[0] == "a") for pair in permutations("abcd", 2)}
    >>> low, high = jackknife(values)
    >>> round(low, 2), round(high, 2)  # the mean is 0.25, all of it from pairs that begin with "a"
    (-0.55, 1.05)
    """
    corpora = sorted({name for pair in values for name in pair})
    left = [[value for pair, value in values.items() if name not in pair] for name in corpora]
    if len(corpora) < 3 or not all(left):
        raise ArgumentError(
            f"Leaving out one of {len(corpora)} corpora leaves no pairs; give pairs of at least three."
        )
    means, n = np.array([np.mean(rest) for rest in left]), len(corpora)
    error = np.sqrt((n - 1) / n * ((means - means.mean()) ** 2).sum())
    middle = float(np.mean(list(values.values())))
    reach = float(stats.t.ppf((1 + level) / 2, n - 1) * error)
    return middle - reach, middle + reach
