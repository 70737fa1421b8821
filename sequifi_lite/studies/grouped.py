"""The rows of a table, group by group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd


def grouped(table: pd.DataFrame, by: Sequence, dropna: bool = True) -> Iterator[tuple[tuple, pd.DataFrame]]:
    """Give what every group has in common and its rows, in the order in which groups begin.

    Parameters
    ----------
    by : sequence of str or Series
        Columns, or one value for each row, that tell groups apart.
    dropna : bool
        Whether rows without such a value are left out.
    """
    for key, rows in table.groupby(list(by), sort=False, dropna=dropna):
        assert isinstance(key, tuple)  # as `by` is a list
        yield key, rows
