"""What long studies measured, as shipped: tables and how they came about."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pandas as pd

from ..errors import SequifiError
from .digests import read_checked, read_provenance

# In a checkout the tables stand in results/; a wheel carries them inside the package.
FOLDERS = (Path(__file__).parents[2] / "results", Path(__file__).parents[1] / "_results")


def names() -> list[str]:
    """List the studies whose tables are here.

    Examples
    --------
    >>> from sequifi_lite.studies import results
    >>> "pairs" in results.names()
    True
    """
    return sorted({path.parent.name for folder in FOLDERS for path in folder.glob("*/table.csv")})


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
        If there is no such study or table; the message names those that are there. If the table or the
        provenance is not what was written.

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
            content = read_checked(folder / name / f"{table}.csv")
            return pd.read_csv(BytesIO(content)), read_provenance(folder / name)
    raise SequifiError(f"There is no study {name!r} among the results; choose one of {', '.join(names())}.")
