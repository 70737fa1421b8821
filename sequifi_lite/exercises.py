"""Checks of the book's exercises: they run offline, say what is wrong, and give one more hint at every try."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import metrics

_tries: dict[str, int] = {}


class _Wrong(Exception):
    pass


def check(name: str, function: Callable) -> bool:
    """Try a reader's function; print the verdict, and a hint where it is wrong.

    Parameters
    ----------
    name : str
        Name of the exercise.
    function : callable
        The reader's solution.

    Returns
    -------
    bool
        Whether it is right.
    """
    if name not in EXERCISES:
        print(f"There is no exercise {name!r}; choose one of {', '.join(EXERCISES)}.")
        return False
    test, hints = EXERCISES[name]
    try:
        test(function)
    except _Wrong as wrong:
        reason = str(wrong)
    except Exception as error:  # whatever a reader's code raises is an answer, not a crash
        reason = f"it raises {type(error).__name__}: {error}."
    else:
        print(f"{name}: right.")
        return True
    hint = hints[min(_tries.get(name, 0), len(hints) - 1)]
    _tries[name] = _tries.get(name, 0) + 1
    print(f"{name}: not yet; {reason}\nHint: {hint}")
    return False


def _same(got, expected, case: str) -> None:
    if got is None or got is Ellipsis:
        raise _Wrong("it returns nothing so far.")
    if np.shape(got) != np.shape(expected):
        raise _Wrong(f"{case} it should return shape {np.shape(expected)}, and returns shape {np.shape(got)}.")
    if not np.allclose(got, expected):
        raise _Wrong(f"{case} it should return {np.round(expected, 3)}, and returns {np.round(got, 3)}.")


def _last_class_share(function: Callable) -> None:
    predictions = np.array([[0, 0, 1, 3], [2, 2, 2, 2], [1, 3, 3, 1]])
    orders = np.array([[3, 2, 1, 0], [0, 1, 3, 2], [1, 3, 0, 2]])
    _same(function(predictions, orders), [0.5, 1.0, 0.0], "for three runs of four predictions")
    generator = np.random.default_rng(0)
    predictions, orders = generator.integers(4, size=(24, 60)), np.stack([generator.permutation(4) for _ in range(24)])
    expected = metrics.last_class_share(metrics.confusion(np.zeros(60, int), predictions, 4), orders)
    _same(function(predictions, orders), expected, "for 24 runs of 60 predictions")


def _stability_and_plasticity(function: Callable) -> None:
    before, after = np.array([80.0, 55.0]), np.array([71.5, 90.0])
    got = function(before, after)
    if got is None or got is Ellipsis:
        raise _Wrong("it returns nothing so far.")
    if np.shape(got) != (2,):
        raise _Wrong("it should return two numbers, dS and dP.")
    if np.allclose(got, [35.0, -8.5]):
        raise _Wrong("the two numbers are there, in the other order: dS belongs to the source.")
    if np.allclose(got, [8.5, -35.0]):
        raise _Wrong("the signs are turned: a loss is negative.")
    _same(got, [-8.5, 35.0], "for source 80 to 71.5 and target 55 to 90")


def _uar(function: Callable) -> None:
    c = np.array([[3, 1, 0, 0], [0, 4, 0, 0], [1, 0, 1, 0], [2, 0, 0, 6]])
    got = function(c)
    if got is not None and np.shape(got) == () and np.isclose(got, metrics.accuracy(c)):
        raise _Wrong("this is the accuracy: it counts clips, not classes.")
    if got is not None and np.shape(got) == () and np.isclose(got, np.mean(np.diag(c) / c.sum(0))):
        raise _Wrong("this is the mean precision: the sum runs over the wrong axis.")
    _same(got, metrics.uar(c), "for a matrix with recalls 3/4, 1, 1/2 and 3/4")


def _percentile_interval(function: Callable) -> None:
    draws = np.random.default_rng(0).permutation(np.arange(1001.0))
    got = function(draws, 0.95)
    if got is not None and np.shape(got) == (2,) and np.allclose(got, [50, 950]):
        raise _Wrong("these are the ends of a 90 % interval: 2.5 % belong on each side.")
    _same(got, [25.0, 975.0], "for the numbers 0 to 1000 in any order, at 95 %,")
    _same(function(draws, 0.5), [250.0, 750.0], "for the same numbers at 50 %")


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
