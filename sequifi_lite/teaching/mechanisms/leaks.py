"""What the figure `leaks` shows: lines of the measured table results/leaks."""

from __future__ import annotations

import pandas as pd

from ...data.corpora import CORPORA


def leak_rows(table: pd.DataFrame, emotions: str = "four") -> dict:
    """Take a measured table apart for the figure.

    Parameters
    ----------
    table : DataFrame
        ``load_results("leaks")[0]``.
    emotions : {"four", "all"}

    Returns
    -------
    dict
        ``rows``: for each corpus and leak ``clean``, ``leaky`` (%) and ``cost`` (points), with intervals.

    Examples
    --------
    >>> from sequifi_lite import load_results
    >>> from sequifi_lite.teaching.mechanisms.leaks import leak_rows
    >>> rows = leak_rows(load_results("leaks")[0])["rows"]
    >>> rows[0]["corpus"], len(rows[0]["cost"])  # value, low, high
    ('CREMA-D', 3)
    """
    rows = []
    for line in table.query("emotions == @emotions").to_dict("records"):
        row = {"corpus": CORPORA[line["corpus"]].TITLE, "leak": line["leak"]}
        row |= {key: int(line[key]) for key in ("train", "leaked")}
        for key in ("clean", "leaky", "cost"):
            row[key] = [float(line[key + end]) for end in ("", "_low", "_high")]
        rows.append(row)
    return {"rows": rows}
