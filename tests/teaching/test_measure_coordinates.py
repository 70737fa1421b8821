"""The table of the playground's lesson on more coordinates is what its tool measures."""

from pathlib import Path

import measure_coordinates
import pandas as pd
import pytest

SHIPPED = pd.read_csv(measure_coordinates.OUT / "table.csv").set_index(["coordinates", "lesson"])


def test_a_seed_of_the_pages_own_rows_comes_out_again():
    """It lies where the five seeds of the table lie; those of the passes without a memory are the same."""
    made = measure_coordinates.table(("page",), range(1)).set_index(["coordinates", "lesson"])
    rows = SHIPPED.loc[["page"]]
    assert list(made.index) == list(rows.index) and (rows["seeds"] == 5).all()
    assert (made["new"] >= rows["new_lowest"] - 1.5).all() and (
        made["new"] <= rows["new_highest"] + 1.5
    ).all()
    assert made["old"].to_numpy() == pytest.approx(rows["old"].to_numpy(), abs=3.0)


def test_what_the_page_says_of_more_coordinates_holds():
    """The collapse and its mend on each kind; a small memory mends less on more of them."""
    new = SHIPPED["new"].unstack("coordinates")
    assert set(new.columns) == {"page", "128", "256", "all"}
    assert (new.loc["long"] < 30).all() and (new.loc["short"] > 90).all()
    assert (new.loc["replay", ["256", "all"]] < new.loc["replay", "page"] - 10).all()
    assert (
        "coordinates/table" in (Path(measure_coordinates.OUT).parents[1] / "book/playground.md").read_text()
    )
