"""The tables of the exam's and the leaderboard's pages are those of the results and of the submissions."""

import json
import shutil
from pathlib import Path

import draw_leaderboard
import examine_libraries
import pandas as pd
import pytest

from sequifi_lite.studies.exam.sitting import RIGHT, exam, others

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_exams_tables_are_those_of_the_results():
    text = examine_libraries.PAGE.read_text(encoding="utf-8")
    assert examine_libraries.page(text) == text, "run: python tools/examine_libraries.py --page"
    assert all(case["function"] in text for case in exam()["cases"])


def test_the_results_have_a_line_for_every_case_and_library_and_ours_are_right():
    table = pd.read_csv(examine_libraries.OUT / "table.csv", keep_default_na=False)
    libraries = pd.read_csv(examine_libraries.OUT / "libraries.csv", keep_default_na=False)
    cases = {case["function"] for case in exam()["cases"]}
    assert list(libraries["library"]) == list(examine_libraries.LIBRARIES)
    for name, rows in table.groupby("library"):
        assert set(rows["case"]) == cases and len(rows) == 20, name
    assert (table.loc[table["library"] == "sequifi_lite", "outcome"] == RIGHT).all()
    forms = {
        case["function"]: {form for q in case["questions"] for form in others(q)} for case in exam()["cases"]
    }
    other = table[table["outcome"] == examine_libraries.OTHER]
    assert all(row.note in forms[row.case] for row in other.itertuples())
    for row in libraries.to_dict("records"):
        found = table[table["library"] == row["library"]]["outcome"].value_counts()
        assert {kind: row[kind.replace(" ", "_")] for kind in found.index if row["run"]} == (
            found.to_dict() if row["run"] else {}
        )
        assert bool(row["version"]) or not row["run"]


def test_a_library_that_cannot_be_run_is_said_to_be_so(tmp_path, monkeypatch):
    (tmp_path / "broken.py").write_text("import nothing_of_this_name\n")
    monkeypatch.setattr(examine_libraries, "ADAPTERS", tmp_path)
    monkeypatch.setattr(examine_libraries, "LIBRARIES", {"other": ("broken.py", None)})
    version, cases, why = examine_libraries.answers("other", examine_libraries.sys.executable, {})
    assert (version, cases) == ("", []) and "nothing_of_this_name" in why
    monkeypatch.setattr(examine_libraries, "LIBRARIES", {"other": ("broken.py", "OTHER")})
    assert examine_libraries.answers("other", "python", {})[2] == "no clone was given"


def test_the_leaderboards_table_is_that_of_the_submissions():
    text = draw_leaderboard.PAGE.read_text(encoding="utf-8")
    assert draw_leaderboard.page(text) == text, "run: python tools/draw_leaderboard.py"
    assert text.count(f"| {draw_leaderboard.RERUN} |") >= 3


def test_a_changed_file_is_reported_and_foreign_words_stay_words(tmp_path):
    shutil.copytree(ROOT / "leaderboard", tmp_path / "board")
    path = next((tmp_path / "board" / "submissions").glob("*zero-shot.json"))
    told = json.loads(path.read_text(encoding="utf-8"))
    told |= {"name": "<script>alert(1)</script> | **x** [a](b)", "method": "`<!-- end -->` {doc}`x`"}
    path.write_text(json.dumps(told))
    table = draw_leaderboard.drawn(tmp_path / "board")
    assert table.count(f"| {draw_leaderboard.RERUN} |") == 2
    assert table.count(f"| {draw_leaderboard.REPORTED} |") == 1
    assert "<script" not in table and "<!--" not in table
    assert r"\| \*\*x\*\* \[a\]\(b\)" in table


@pytest.mark.parametrize("text", ["a|b", "<b>", "{term}`x`", "$x$", "~~x~~", "#1", "http://x.org"])
def test_no_sign_of_markdown_is_left(text):
    escaped = draw_leaderboard.words(text)
    for sign in "`*{}[]|$~#<>":
        assert escaped.count(sign) == escaped.count(f"\\{sign}")
    assert "://" not in escaped.replace("\\://", "")
