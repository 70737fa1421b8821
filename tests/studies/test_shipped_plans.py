"""What was shipped is what the plans ask for: the same settings, each once, whatever became of the code."""

import json
from dataclasses import MISSING, fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sequifi_lite.studies.registry import STUDIES
from sequifi_lite.studies.training_run import NESTED

RESULTS = Path(__file__).parents[2] / "results"
SHIPPED = sorted(path.parent.name for path in RESULTS.glob("*/cells.parquet"))


def told(value):
    """A setting as text, the same for a field of a cell and for what a table holds of it."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return " ".join(map(told, value))
    if value is None or isinstance(value, float) and np.isnan(value):
        return ""
    return f"{value:g}" if isinstance(value, (float, int)) and not isinstance(value, bool) else str(value)


def settings(rows, names):
    return list(zip(*([told(value) for value in rows[name]] for name in names)))


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_cells_are_those_of_the_plan(name):
    plan = STUDIES[name].cells()
    shipped = pd.read_parquet(RESULTS / name / "cells.parquet")
    kinds = {field.name: field.default for field in fields(plan[0])}
    absent = [field for field in kinds if field not in shipped]
    assert all(kinds[field] is not MISSING for field in absent)
    assert all(getattr(cell, field) == kinds[field] for cell in plan for field in absent)
    names = [field for field in kinds if field in shipped]
    asked = {field: [getattr(cell, field) for cell in plan] for field in names}
    for field in set(NESTED) & set(names):
        asked[field] = [json.dumps([list(pair) for pair in value]) for value in asked[field]]
    asked, there = settings(asked, names), settings(shipped, names)
    assert len(set(asked)) == len(asked) == len(there)
    assert set(asked) == set(there)
