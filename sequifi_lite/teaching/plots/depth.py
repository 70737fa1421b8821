"""Scores over the places of an encoder that a probe can read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ...errors import SequifiError
from .look import DASHES, MARKERS, check


def over_depth(
    rows: pd.DataFrame, names: dict[str, str], places: Sequence[str], axis: Axes, column: str = "uar"
) -> None:
    """Draw a score over depth on an axis: a line for each name, with whiskers over its interval.

    Parameters
    ----------
    rows : DataFrame
        Indexed by (name, place), with the score in % and its interval in ``low`` and ``high``.
    names : dict of str to str
        First level of the index -> legend entry.
    places : sequence of str
        Second level of the index, in the order of reading: ``log-mel``, ``stem``, ``block 1``.
    column : str
        The score's column.

    Raises
    ------
    SequifiError
        If there is no line or more than markers, or a name has no row at any place.
    """
    check("over_depth", names, len(MARKERS))
    for i, (name, label) in enumerate(names.items()):
        if name not in rows.index.get_level_values(0):
            raise SequifiError(f"No row is called {name!r}; give names of the table's first level.")
        line = rows.loc[name].reindex(places)
        at = np.arange(len(places)) + 0.07 * (i - (len(names) - 1) / 2)  # whiskers beside each other
        ends = np.abs(line[["low", "high"]].to_numpy() - line[[column]].to_numpy()).T
        look = {"marker": MARKERS[i], "linestyle": DASHES[i], "capsize": 2, "elinewidth": 0.8}
        axis.errorbar(at, line[column], yerr=ends, label=label, **look)
    axis.set_xticks(
        range(len(places)), [place.removeprefix("block ").removeprefix("log-") for place in places]
    )
    axis.set_xlabel("read behind block\n(mel: log-mel frames)")
    axis.grid(axis="y", color="0.9")
