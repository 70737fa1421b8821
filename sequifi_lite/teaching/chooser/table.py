"""The table of all methods, and the three questions that shorten it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from ..piece import Piece, piece
from .described import KEEPS, PACKAGE, rows

#: Columns of the table, and for which answer to "one corpus or a chain?" they are shown.
COLUMNS = {
    "kept of earlier corpora": "",
    "numbers kept": "",
    "time, times vanilla's": "",
    "chosen on validation": "",
    "17 pairs [speakers]": "pairs",
    "pairs [corpora]": "pairs",
    "6 chains [speakers]": "chains",
    "single chains, least to most": "chains",
    "six emotions, 9 pairs [speakers]": "pairs",
    "when to take it": "",
}
NOTHING = "–"


def signed(value: float) -> str:
    """Write a difference with its sign: +0.5, −0.5, 0.0."""
    text = f"{value:+.1f}".replace("-", "−")
    return "0.0" if text[1:] == "0.0" else text


def _ends(pair: Sequence[float]) -> str:
    return f"[{signed(pair[0])},\N{NO-BREAK SPACE}{signed(pair[1])}]"


def _gain(values: Sequence[float] | None) -> str:
    if values is None:
        return NOTHING
    return " ".join([signed(values[0]), *([_ends(values[1:])] if len(values) > 1 else [])])


def _cells(row: dict[str, Any]) -> list[str]:
    spread = row["range"]
    return [
        row["stored"],
        "every clip" if row["kept"] is None else f"{row['kept']:,}",
        NOTHING if row["time"] is None else f"{row['time']:.1f}",
        row["knobs"] or NOTHING,
        _gain(row["pairs"]),
        _ends(row["corpora"]) if row["corpora"] else NOTHING,
        _gain(row["chains"]),
        f"{signed(spread[0])} to {signed(spread[1])}" if spread else NOTHING,
        _gain(row["six"]),
        row["when"],
    ]


def printed(found: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Write methods as a table of texts, one row each; gains over vanilla in points of mean UAR."""
    names = [f"{row['name']} ({row['variant']})" for row in found]
    table = pd.DataFrame([_cells(row) for row in found], index=names, columns=list(COLUMNS))
    return table.rename_axis(columns="method")


def chooser() -> Piece:
    """Show every method, and shorten the table by three answers.

    Examples
    --------
    >>> from sequifi_lite.teaching.chooser import chooser
    >>> "replay of stored clips (er)" in str(chooser())
    True
    """
    found = rows()
    table = printed(found)
    told = ("variant", "name", "page", "keeps", "pairs", "chains", "corpora", "range")
    data = {
        "keeps": KEEPS,
        "columns": list(COLUMNS.values()),
        "rows": [{name: row[name] for name in told} for row in found],
    }
    with pd.option_context("display.max_colwidth", None):  # else pandas cuts long texts
        return piece(PACKAGE, ["ranking.js", "chooser.js"], ["chooser.css"], data, table.to_string(), table)
