"""The browsers' bench: its arithmetic on made-up times, and that it sees a training from key to end."""

import bench_browser
import numpy as np
import pandas as pd
import pytest
from chromium import CHROMIUM, Chromium

from sequifi_lite.teaching.playground.page import body, site


def row(first, late, work="24 orders", **other):
    told = {"first": first, "last": 10 * first, "first_cpu": 0.1, "all_cpu": 1.0, "frame": 16.6}
    told |= {
        "late_frames": late,
        "frames": 200,
        "longest_frame": 3 * first,
        "long_tasks": 2,
        "longest_task": 60,
    }
    return {"browser": "Chromium", "address": "file", "work": work} | told | other


def test_the_table_has_medians_the_fastest_and_the_share_of_late_frames():
    samples = [row(400, 0), row(900, 10), row(500, 4), row(100, 0, "one long pass", long_tasks=np.nan)]
    told = bench_browser.table(pd.DataFrame(samples)).set_index("work")
    orders = told.loc["24 orders"]
    assert list(told.index) == ["24 orders", "one long pass"]  # as they were measured
    assert (orders["rounds"], orders["first_ms"], orders["first_ms_fastest"]) == (3, 500, 400)
    assert (orders["last_ms"], orders["longest_frame_ms"], orders["late"]) == (5000, 1500, 2.0)
    assert told.loc["one long pass", "rounds"] == 1 and np.isnan(told.loc["one long pass", "long_tasks"])


def test_without_a_built_book_nothing_is_measured(monkeypatch, tmp_path):
    monkeypatch.setenv("SEQUIFI_LITE_BOOK", str(tmp_path))
    with pytest.raises(SystemExit, match="make book first"):
        bench_browser.main(1)


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium to run the page")
def test_a_training_is_seen_from_its_key_to_its_last_number(tmp_path):
    for name, text in site().items():
        path = tmp_path / "playground" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "book").mkdir()
    page = '<!doctype html><meta charset="utf-8">' + body("../playground", "small.html")
    (tmp_path / "book/index.html").write_text(page, encoding="utf-8")
    told = bench_browser.sample(Chromium, f"{tmp_path.as_uri()}/", "the first page")
    assert 0 < told["first"] < told["last"]
    assert told["last"] >= 1000 * 195 / 60  # 200 steps, 60 of them a second
    assert told["longest_frame"] >= told["frame"] > 0 and told["frames"] >= 2
    assert told["frames"] * told["frame"] <= 1.5 * told["last"] + told["longest_frame"]
    assert 0 < told["first_cpu"] < told["all_cpu"]
