"""Exercises of the chapter on class order."""

import numpy as np

from ...studies.tables.orders import components
from ._tools import Answer, mistakes, refuse


def variance_of_orders(answer: Answer) -> None:
    """Ask for the variance that orders bring, without the noise of the seeds.

    - Take off what orders and seeds bring: x - mean of the row - mean of the column + mean of all is the
      rest.
    - The mean square of the rest divides by (O - 1)(S - 1), that of the orders is S times the squares over O
    - What the orders bring is the difference of the two mean squares, spread over the seeds; a variance is
      never negative.
    - (MS of orders - MS of the rest) / S, and 0 if that is negative.
    """
    x = np.array([[1.0, 4.0, 1.0], [6.0, 6.0, 9.0], [2.0, 1.0, 3.0]])
    right = components(x)["sd_orders"] ** 2
    known = {
        "these are the seeds: orders are the rows.": components(x.T)["sd_orders"] ** 2,
        "this is the variance of the means of orders; a part of it is noise of the seeds, to be taken "
        "off.": x.mean(1).var(ddof=1),
        "this is the standard deviation; the variance is its square.": right**0.5,
    }
    mistakes(answer(x), right, "for [[1, 4, 1], [6, 6, 9], [2, 1, 3]]", known)
    known = {"a variance is never negative; return 0 instead.": lambda got: got < 0}
    mistakes(answer(np.array([[0.0, 1.0], [1.0, 0.0]])), 0.0, "where orders have equal means", known)


def rotations(answer: Answer) -> None:
    """Ask for orders in which every class stands once at every place; it does not matter which comes first.

    - The first row is 0, 1, ..., K - 1; the next begins with 1.
    - Entry (i, j) depends on i + j alone.
    - A column and a row of numbers add up to a table; what is beyond K - 1 begins again at 0.
    """
    for K in (2, 4, 5):
        got, classes = answer(K), list(range(K))
        right = [[(i + j) % K for j in range(K)] for i in range(K)]
        square = np.shape(got) == (K, K)
        rows = np.asarray(got).tolist() if square else right
        refuse(any(sorted(row) != classes for row in rows), f"for K = {K} a row is no order of all classes.")
        twice = any(sorted(column) != classes for column in zip(*rows))
        refuse(twice, f"for K = {K} a class stands twice at the same place.")
        mistakes(right if square and sorted(rows) == right else got, right, f"for K = {K}")
