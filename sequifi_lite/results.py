"""What long studies measured, as shipped: tables and how they came about."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from .errors import SequifiError

# In a checkout the tables stand in results/; a wheel carries them inside the package.
FOLDERS = (Path(__file__).parents[1] / "results", Path(__file__).parent / "_results")


def load(name: str) -> tuple[pd.DataFrame, dict]:
    """Table and provenance of a study.

    Raises
    ------
    SequifiError
        If there is no such study; the message names those that are there.
    """
    for folder in FOLDERS:
        if (folder / name / "table.csv").is_file():
            table = pd.read_csv(folder / name / "table.csv")
            return table, json.loads((folder / name / "provenance.json").read_text(encoding="utf-8"))
    there = sorted({path.parent.name for folder in FOLDERS for path in folder.glob("*/table.csv")})
    raise SequifiError(f"There is no study {name!r} among the results; choose one of {', '.join(there)}.")
