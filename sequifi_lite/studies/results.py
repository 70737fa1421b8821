"""What long studies measured, as shipped: tables and how they came about."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from ..errors import SequifiError

# In a checkout the tables stand in results/; a wheel carries them inside the package.
FOLDERS = (Path(__file__).parents[2] / "results", Path(__file__).parents[1] / "_results")


def load(name: str, table: str = "table") -> tuple[pd.DataFrame, dict]:
    """Load a table of a study, and the study's provenance.

    Parameters
    ----------
    name : str
        Of a study; ``sequifi-lite study list`` lists them.
    table : str
        Its main one unless named.

    Returns
    -------
    DataFrame and dict
        Scores are in percent. The dict says when, of which code, and by which command the table was made.

    Raises
    ------
    SequifiError
        If there is no such study or table; the message names those that are there.

    Examples
    --------
    >>> from sequifi_lite import load_results
    >>> table, provenance = load_results("pairs")
    >>> list(table.columns[:3])
    ['source_corpus', 'target_corpus', 'exploratory']
    """
    for folder in FOLDERS:
        if (folder / name / "table.csv").is_file():
            there = sorted(path.stem for path in (folder / name).glob("*.csv"))
            if table not in there:
                raise SequifiError(
                    f"The study {name!r} has no table {table!r}; choose one of {', '.join(there)}."
                )
            measured = pd.read_csv(folder / name / f"{table}.csv")
            return measured, json.loads((folder / name / "provenance.json").read_text(encoding="utf-8"))
    studies = sorted({path.parent.name for folder in FOLDERS for path in folder.glob("*/table.csv")})
    raise SequifiError(f"There is no study {name!r} among the results; choose one of {', '.join(studies)}.")
