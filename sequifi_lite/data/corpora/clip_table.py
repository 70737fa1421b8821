"""The clip table: one row per clip, the same columns for every corpus."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath

import pandas as pd

_TEXT = ("file", "corpus", "language", "speaker", "gender", "emotion", "label", "sentence", "intensity")
NUMBERS = {"duration": "float64", "sample_rate": "int64", "channels": "int64"}
COLUMNS = (*_TEXT, *NUMBERS, "defect")


def clip_table(rows: list[dict], extra: tuple[str, ...] = ()) -> pd.DataFrame:
    """Make a clip table of rows: its columns in their order and types, sorted by `file`.

    Absent text stays missing.
    """
    rows = sorted(rows, key=lambda row: row["file"])
    columns = {
        name: pd.Series([row.get(name) for row in rows], dtype=NUMBERS.get(name, "str"))
        for name in (*COLUMNS, *extra)
    }
    return pd.DataFrame(columns)


def identities(clips: pd.DataFrame) -> list[str]:
    """Name every clip by the stem of its file, or by all of `file` where another has that stem too."""
    stems = [PurePosixPath(file).stem for file in clips["file"]]
    often = Counter(stems)
    return [stem if often[stem] == 1 else file for stem, file in zip(stems, clips["file"])]
