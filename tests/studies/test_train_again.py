"""The sample of cells that are trained anew: of every study, the same every time, each counted rightly."""

import pandas as pd
import pytest
import train_again

from sequifi_lite.studies.registry import STUDIES
from sequifi_lite.studies.results import load


def test_the_draw_is_the_same_every_time_and_of_cells_that_the_code_asks_for():
    drawn = train_again.draw("bounds", 6)
    pd.testing.assert_frame_equal(drawn, train_again.draw("bounds", 6))
    assert len(drawn) == 6 and drawn["cell"].is_unique
    where = drawn["corpora"].map(tuple).astype(str) + drawn["replicate"].astype(str)
    assert list(where) == sorted(where)


def test_same_and_other_predictions_are_counted(monkeypatch):
    shipped = train_again.draw("bounds", 6).set_index("cell", drop=False)
    moved = list(shipped["cell"])[:2]

    def train(cells):
        row = shipped.loc[cells[0].key].copy()
        row["confusions"] = row["confusions"].astype(int)
        if row["cell"] in moved:  # one prediction falls another way
            first = row["confusions"].nonzero()[0][0]
            row["confusions"] = row["confusions"].copy()
            row["confusions"][[first, first + 1]] += [-1, 1]
        return pd.DataFrame([row])

    monkeypatch.setitem(STUDIES, "bounds", STUDIES["bounds"]._replace(train=train))
    found = train_again.again("bounds", 6)
    total = min(shipped.loc[key, "confusions"].astype(int).sum() for key in moved)
    assert found["drawn"] == 6 and found["same"] == 4 and found["cells"] == 95
    assert found["most_predictions_apart_pct"] == pytest.approx(100 / total, abs=0.006)


def test_the_line_for_all_studies_sums_the_others():
    rows = [
        {"study": "a", "cells": 90, "drawn": 20, "same": 19, "most_predictions_apart_pct": 1.5},
        {"study": "b", "cells": 10, "drawn": 10, "same": 10, "most_predictions_apart_pct": 0.0},
    ]
    assert list(train_again.summed(pd.DataFrame(rows)).iloc[-1]) == ["all", 100, 30, 29, 1.5]


def test_the_shipped_table_has_every_study_on_embeddings_and_most_cells_come_out_the_same():
    table, provenance = load("trained-again")
    assert list(table["study"]) == [*train_again.NAMES, "all"] and provenance["processor"]
    for name, row in table.set_index("study").iloc[:-1].iterrows():
        cells = pd.read_parquet(train_again.ROOT / "results" / name / "cells.parquet", columns=["cell"])
        assert row["cells"] == len(cells) and row["drawn"] == min(20, len(cells))
    every = table.iloc[-1]
    assert (every[["cells", "drawn", "same"]] == table.iloc[:-1][["cells", "drawn", "same"]].sum()).all()
    assert every["same"] >= 0.9 * every["drawn"] and every["most_predictions_apart_pct"] < 8
