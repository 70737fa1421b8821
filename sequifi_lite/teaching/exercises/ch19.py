"""Exercises of chapter 19, class order: the variance that orders bring, and orders that balance the places."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...studies.tables.orders import components
from ._tools import Wrong, same


def _variance_of_orders(function: Callable) -> None:
    x = np.array([[1.0, 4.0, 1.0], [6.0, 6.0, 9.0], [2.0, 1.0, 3.0]])
    right = components(x)["sd_orders"] ** 2
    got = function(x)
    if np.isscalar(got):
        if np.isclose(got, components(x.T)["sd_orders"] ** 2):
            raise Wrong("these are the seeds: orders are the rows.")
        if np.isclose(got, x.mean(1).var(ddof=1)):
            raise Wrong(
                "this is the variance of the means of orders; a part of it is noise of the seeds, to be taken off."
            )
        if np.isclose(got, right**0.5):
            raise Wrong("this is the standard deviation; the variance is its square.")
    same(got, right, "for [[1, 4, 1], [6, 6, 9], [2, 1, 3]]")
    if function(np.array([[0.0, 1.0], [1.0, 0.0]])) < 0:
        raise Wrong("a variance is never negative; return 0 instead.")
    same(function(np.array([[0.0, 1.0], [1.0, 0.0]])), 0.0, "where orders have equal means")


def _rotations(function: Callable) -> None:
    for K in (2, 4, 5):
        got = function(K)
        if np.shape(got) == (K, K):
            got = np.asarray(got)
            if any(sorted(row) != list(range(K)) for row in got.tolist()):
                raise Wrong(f"for K = {K} a row is no order of all classes.")
            if any(sorted(column) != list(range(K)) for column in got.T.tolist()):
                raise Wrong(f"for K = {K} a class stands twice at the same place.")
            if {tuple(row) for row in got.tolist()} == {
                tuple((i + j) % K for j in range(K)) for i in range(K)
            }:
                continue
        same(got, [[(i + j) % K for j in range(K)] for i in range(K)], f"for K = {K}")


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "variance_of_orders": (
        _variance_of_orders,
        (
            "Take off what orders and seeds bring: x - mean of the row - mean of the column + mean of all is the rest.",
            "The mean square of the rest divides by (O - 1)(S - 1), that of the orders is S times the squares over O - 1.",
            "(MS of orders - MS of the rest) / S, and 0 if that is negative.",
        ),
    ),
    "rotations": (
        _rotations,
        (
            "The first row is 0, 1, ..., K - 1; the next begins with 1.",
            "Entry (i, j) depends on i + j alone.",
            "The remainder of i + j by K.",
        ),
    ),
}
