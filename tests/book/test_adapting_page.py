"""The page on adapting: its example is what the command prints, its judgement what its rule makes of it."""

from pathlib import Path

import make_adapt_example
import measure_adapting
import numpy as np
import pandas as pd
import pytest

from sequifi_lite.studies.adapting.candidates import ALWAYS, Keep

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "results" / "adapting"


def tables():
    return tuple(pd.read_csv(RESULTS / f"{name}.csv").set_index("corpus") for name in ("table", "judgement"))


def test_each_judgement_is_what_the_rule_makes_of_the_table():
    table, judged = tables()
    assert len(judged) == 3 and set(judged.index) == set(table.index)
    for corpus, row in judged.iterrows():
        methods = table.loc[corpus]
        assert set(methods["method"]) == {*ALWAYS, *Keep.read(measure_adapting.KEEP).allowed}
        best = methods.loc[methods["both"] == methods["both"].max()].iloc[0]
        chosen = methods[methods["recommended"]].iloc[0]
        assert (row["best"], row["recommended"]) == (best["method"], chosen["method"])
        assert row["lost"] == pytest.approx(best["both"] - chosen["both"], abs=0.011)
        assert row["right"] == (row["lost_low"] <= 0) and row["within_a_point"] == (row["lost"] < 1)
        assert chosen["would_be_right"] == row["right"] and best["would_be_right"] == 1
        assert row["would_be_right"] == methods["would_be_right"].sum()


def test_the_rule_is_that_of_paired_draws():
    best, near = np.array([70.0, 69.0, 71.0, 70.5]), np.array([69.5, 69.5, 69.0, 70.0])
    far = best - 5
    draws = {name: np.stack([one] * 3) for name, one in (("near", near), ("best", best), ("far", far))}
    rows = measure_adapting.rows_of("x", draws, "near")
    assert [row["method"] for row in rows] == ["best", "near", "far"]
    low, high = np.percentile((best - near)[1:], [2.5, 97.5])
    assert rows[0]["less_recommended"] == 0.5
    assert (rows[0]["less_low"], rows[0]["less_high"]) == pytest.approx((low, high))
    assert low < 0 < high
    assert [row["would_be_right"] for row in rows] == [1, 1, 0]
    assert measure_adapting.rows_of("x", draws, "far")[0]["less_low"] == 5


def test_the_example_is_shown_under_its_command():
    text = make_adapt_example.PAGE.read_text(encoding="utf-8")
    one, other = make_adapt_example.SOURCE, make_adapt_example.TARGET
    assert text.startswith(f"$ sequifi-lite adapt {one} {other} --keep {make_adapt_example.KEEP}\n{one} -> ")
    assert text.count("\n* use ") == 1 and text.endswith(f"adapted-{one}-{other}/model.safetensors\n")
    page = (ROOT / "book" / "adapt.md").read_text(encoding="utf-8")
    assert f"```{{literalinclude}} {make_adapt_example.PAGE.name}\n" in page


def test_the_page_names_what_was_recommended_and_what_was_best():
    page = (ROOT / "book" / "adapt.md").read_text(encoding="utf-8")
    names = {"urdu": "URDU", "emovo": "EMOVO", "turev": "TurEV-DB"}
    for corpus, row in tables()[1].iterrows():
        assert f"| {names[corpus]} | `{row['recommended']}` | `{row['best']}` |" in page
