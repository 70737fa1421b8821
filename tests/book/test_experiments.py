"""Every open experiment has an outcome behind a click, measured by the code that stands there."""

import ast
import subprocess
import sys

import nbformat
import pytest
import run_experiments as tool

from sequifi_lite.studies.digests import digest, read_provenance

EXPERIMENTS = tool.experiments()
each = pytest.mark.parametrize("name", EXPERIMENTS)
CODE, TEXT = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
ANEW = "measure it anew: python tools/run_experiments.py"


def asked(name):
    return tool.question(EXPERIMENTS[name])


def quantities(name):
    return [row["quantity"] for row in tool.on_record("outcomes") if row["chapter"] == name]


def test_there_are_experiments_and_no_records_of_others():
    assert len(EXPERIMENTS) >= 20
    for table in ("outcomes", "blocks"):
        assert {row["chapter"] for row in tool.on_record(table)} == set(EXPERIMENTS), ANEW


@each
def test_what_comes_out_stands_behind_a_click_with_the_code_that_was_run(name):
    text = asked(name)
    block = tool.block_of(text)
    said = text[text.index(tool.SUMMARY) : text.index("```python")]
    assert text.count(tool.ASKED) == 1 and text.rstrip().endswith("\n\n</details>")
    assert len(said.split()) > 40 and "One might" in said, "what came out, why, and what one might expect"
    last = [node for node in ast.parse(block).body if isinstance(node, ast.Expr)][-1]
    assert ast.unparse(last).startswith("pd.Series(outcome)"), "whoever pastes it sees the outcome"
    assert len(block.splitlines()) <= 40 and max(map(len, block.splitlines())) <= 92


@each
def test_the_code_is_the_one_on_record(name):
    (known,) = [row["sha256"] for row in tool.on_record("blocks") if row["chapter"] == name]
    assert known == tool.mark(tool.block_of(asked(name))), ANEW


@each
def test_every_quantity_is_told_on_its_page(name):
    told = asked(name)
    keys = [f"experiments/outcomes/chapter={name},quantity={one}/value" for one in quantities(name)]
    assert keys and [key for key in keys if f"<!--={key}-->" not in told and f"{{{key}}}" not in told] == []


def test_blocks_have_the_form_of_the_cells_around_them():
    for name in EXPERIMENTS:
        command = [
            sys.executable,
            "-m",
            "ruff",
            "format",
            "--check",
            "--stdin-filename",
            "notebooks/x.py",
            "-",
        ]
        done = subprocess.run(command, input=tool.block_of(asked(name)), cwd=tool.ROOT, text=True)
        assert done.returncode == 0, f"{name}: ruff format"


def test_the_tables_are_what_their_provenance_tells():
    told = read_provenance(tool.OUT)["files"]
    assert {path.name: digest(path.name, path.read_bytes()) for path in tool.OUT.glob("*.csv")} == told


# ---------------------------------------------------------------- the tool itself

BLOCK = 'outcome = {"double [points]": 2 * x, "share": 0.5}\nprint(outcome)\n'


def page(path, block=BLOCK, summary=tool.SUMMARY):
    hidden = f"{summary}\nIt is so.\n\n```python\n{block}```\n\n</details>"
    text = f"{tool.ASKED} Double it.\n\n{hidden}\n\n## Remember\n\n```python\nnone = 1\n```"
    nbformat.write(nbformat.v4.new_notebook(cells=[CODE("x = 21"), TEXT(text)]), path)
    return path


def test_an_experiment_is_run_behind_the_cells_of_its_notebook(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    path = page(tmp_path / "02_x.ipynb")
    assert tool.block_of(tool.question(path)) == BLOCK
    outcome = tool.run(path)
    assert outcome == {"double [points]": 42.0, "share": 0.5}
    with pytest.raises(tool.ExperimentError, match=r"stopped \(NameError: name 'nowhere'"):
        tool.run(page(path, "outcome = {'a': nowhere}\n"))
    for bad in ("{'a': float('nan')}", "{'a, b': 1}", "{'a/b': 1}"):
        with pytest.raises(tool.ExperimentError, match="no finite number under a key"):
            tool.run(page(path, f"outcome = {bad}\n"))


def test_chapters_are_written_one_by_one_and_told_when_their_code_changes(tmp_path):
    out, paths = (
        tmp_path / "out",
        {name: page(tmp_path / f"0{k}_{name}.ipynb") for k, name in enumerate("ba", 2)},
    )
    assert tool.pending(paths, out) == ["b", "a"]
    tool.write("a", BLOCK, {"double [points]": 42.0, "share": 0.5}, list(paths), out)
    assert tool.pending(paths, out) == ["b"]
    tool.write("b", BLOCK, {"double [points]": 1 / 3}, list(paths), out)
    assert tool.pending(paths, out) == []
    rows = [tuple(row.values()) for row in tool.on_record("outcomes", out)]
    assert rows == [
        ("b", "double", "0.33333", "points"),
        ("a", "double", "42", "points"),
        ("a", "share", "0.5", ""),
    ]
    assert set(read_provenance(out)["files"]) == {"outcomes.csv", "blocks.csv"}
    page(paths["a"], BLOCK.replace("2 * x", "3 * x"))
    assert tool.pending(paths, out) == ["a"]
    tool.write("a", BLOCK, {"share": 0.25}, ["a"], out)  # a chapter that asks nothing any more is dropped
    assert [tuple(row.values()) for row in tool.on_record("outcomes", out)] == [("a", "share", "0.25", "")]


def test_an_outcome_that_differs_is_told_and_rounding_is_not(tmp_path):
    tool.write("a", BLOCK, {"double [points]": 42.0, "share": 0.5}, ["a"], tmp_path)
    assert tool.differences("a", {"double [points]": 42.1, "share": 0.5}, tmp_path) == []
    assert tool.differences("a", {"double [points]": 45.0, "share": 0.5}, tmp_path) == [
        "double: 42.0 on record, 45.0 now"
    ]
    assert tool.differences("a", {"double [points]": 42.0}, tmp_path) == ["share: 0.5 on record, None now"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"summary": "<details>\n<summary>Hidden</summary>\n"}, "nothing stands behind a click"),
        ({"block": "x = 1\n"}, "1 blocks of Python; write one that makes `outcome`"),
        ({"block": f"{BLOCK}```\n\n```python\ny = 2\n"}, "2 blocks of Python"),
    ],
)
def test_an_experiment_without_an_outcome_is_told(tmp_path, change, said):
    with pytest.raises(tool.ExperimentError, match=said):
        tool.block_of(tool.question(page(tmp_path / "02_x.ipynb", **change)))


def test_a_chapter_without_an_experiment_is_told(capsys):
    assert tool.main(["99"], check=False) == 2
    assert "no experiment in 99; the chapters are 02, " in capsys.readouterr().err
