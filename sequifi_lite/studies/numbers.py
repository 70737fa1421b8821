"""Measured numbers by where they stand: study / table / row / column."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pandas as pd

from ..errors import SequifiError
from .digests import read_checked
from .results import FOLDERS


@cache
def table_of(study: str, name: str, folders: tuple[Path, ...] = FOLDERS) -> pd.DataFrame:
    """Read a table as text, checked against its digest.

    Raises
    ------
    SequifiError
        If it is not there, or not what was written.
    """
    for folder in folders:
        path = folder / study / f"{name}.csv"
        if path.is_file():
            return pd.read_csv(BytesIO(read_checked(path)), dtype=str, keep_default_na=False)
    raise SequifiError(f"There is no table {study}/{name}.csv among the results; mend the key that names it.")


def number(key: str, folders: tuple[Path, ...] = FOLDERS) -> float:
    """Look up the number behind a key.

    Parameters
    ----------
    key : str
        ``study/table/row/column``: a row is named by what its columns hold, as in ``lr=0.001,T=200``. A comma
        with a space behind it belongs to what a column holds.
    folders : tuple of Path
        Of results.

    Raises
    ------
    SequifiError
        If the key names no table, not one row, or no column.

    Examples
    --------
    >>> from sequifi_lite.studies.numbers import number
    >>> 70 < number("probe/table/corpus=cremad/uar") < 73
    True
    """
    parts = key.strip().split("/")
    if len(parts) != 4:
        raise SequifiError(f"The key {key!r} is not study/table/row/column; write it so.")
    study, name, row, column = parts
    table = table_of(study, name, folders)
    for pair in filter(None, re.split(r",(?! )", row)):
        where, _, wanted = pair.partition("=")
        if where not in table:
            raise SequifiError(f"{study}/{name}.csv has no column {where!r}; mend the key {key!r}.")
        table = table[table[where] == wanted]
    if len(table) != 1 or column not in table:
        raise SequifiError(
            f"The key {key!r} names {len(table)} rows and the column {column!r}; name one row and a column"
            " there is."
        )
    return float(table[column].item())
