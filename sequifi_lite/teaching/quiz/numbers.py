"""Measured numbers in a question: named by where they stand, read when the question is drawn."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from typing import Any

import pandas as pd

from ...errors import SequifiError
from ...studies.digests import read_checked
from ...studies.results import FOLDERS

#: Where questions, scripts and styles lie.
PACKAGE = "sequifi_lite.teaching.quiz"
#: Study / table / row / column | decimals; a plus sign before them asks for the sign of a number above zero.
PLACE = re.compile(r"\{\{(?P<key>[^{}|]+)\|(?P<plus>\+?)(?P<decimals>\d)\}\}")


@cache
def _table(study: str, name: str) -> pd.DataFrame:
    for folder in FOLDERS:
        path = folder / study / f"{name}.csv"
        if path.is_file():
            return pd.read_csv(BytesIO(read_checked(path)), dtype=str, keep_default_na=False)
    raise SequifiError(f"There is no table {study}/{name}.csv among the results; mend the key that names it.")


@cache
def number(key: str) -> float:
    """Look up the number behind a key.

    Parameters
    ----------
    key : str
        ``study/table/row/column``: a row is named by what its columns hold, as in ``lr=0.001,T=200``.

    Raises
    ------
    SequifiError
        If the key names no table, not one row, or no column.

    Examples
    --------
    >>> from sequifi_lite.teaching.quiz import number
    >>> 70 < number("probe/table/corpus=cremad/uar") < 73
    True
    """
    parts = key.split("/")
    if len(parts) != 4:
        raise SequifiError(f"The key {key!r} is not study/table/row/column; write it so.")
    study, name, row, column = parts
    table = _table(study, name)
    for pair in filter(None, row.split(",")):
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


def _written(place: re.Match[str]) -> str:
    value, decimals = number(place["key"]), int(place["decimals"])
    text = f"{abs(value):,.{decimals}f}"
    zero = float(text.replace(",", "")) == 0
    return ("−" if value < 0 and not zero else place["plus"] if value > 0 else "") + text


def filled(value: Any) -> Any:
    """Write the numbers into all texts of a question, however it is nested."""
    if isinstance(value, str):
        return PLACE.sub(_written, value)
    if isinstance(value, list):
        return [filled(one) for one in value]
    if isinstance(value, dict):
        return {key: filled(one) for key, one in value.items()}
    return value
