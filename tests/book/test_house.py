"""The house: imports go leftwards only, rooms are small, and what CONTRIBUTING.md says of them is so."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import draw_house
import pytest

ROOT, PACKAGE, ORDER = draw_house.ROOT, draw_house.PACKAGE, draw_house.ORDER
FILES = sorted(PACKAGE.rglob("*.py"))
ARROWS = draw_house.arrows()
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LINES, LONGEST = 400, 60  # of a module, of a function


@pytest.mark.parametrize("pair", ARROWS, ids=" -> ".join)
def test_imports_go_leftwards_only(pair):
    source, target = pair
    places = ARROWS[pair]
    if source in ORDER:
        assert ORDER.index(target) < ORDER.index(source), f"{source} imports from {target}: {places}"
    else:  # the face offers what all packages have; the command line is started by __main__
        assert source in ("__init__", "__main__", "_lazy"), f"{source} is no room: {places}"


def test_of_the_root_the_packages_take_errors_and_the_version_alone():
    for path in FILES:
        for line, module, name in draw_house.imports(path):
            if module == "" and draw_house.room(path) in ORDER:
                assert name == "__version__" or name in ORDER or name == "_lazy", (
                    f"{path}:{line} imports {name}"
                )


def test_what_a_problem_is_is_all_that_learning_takes_from_data():
    """A problem, the emotions and the parts of a split: nothing of folders, audio or encoders."""
    allowed = {"data.problem", "data.emotions", "data.splits"}
    for path in (PACKAGE / "learning").rglob("*.py"):
        for line, module, _ in draw_house.imports(path):
            assert not module.startswith("data") or module in allowed, f"{path}:{line} imports {module}"


def test_a_circle_or_an_arrow_to_the_right_would_be_seen(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/x.py").write_text("def f():\n    from ..learning.loop import train\n    return train\n")
    monkeypatch.setattr(draw_house, "PACKAGE", tmp_path)
    monkeypatch.setattr(draw_house, "ROOT", tmp_path)
    assert draw_house.arrows() == {("data", "learning"): ["data/x.py:2"]}


def test_the_root_is_small():
    files = [path.name for path in PACKAGE.iterdir() if path.is_file() and path.suffix != ".pyc"]
    assert len(files) <= 5, files
    assert {path.name for path in PACKAGE.iterdir() if path.is_dir()} - {"__pycache__"} == set(ORDER[1:])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_module_and_no_function_is_long(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < LONGEST, f"{node.name} has more than {LONGEST} lines"


def test_the_core_stays_small():
    assert sum(len(path.read_text().splitlines()) for path in (PACKAGE / "learning").rglob("*.py")) < 4_000


@pytest.mark.parametrize("name", ORDER[1:])
def test_every_package_says_what_happens_in_it(name):
    text = ast.get_docstring(ast.parse((PACKAGE / name / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert len(re.findall(r"[.](?:\s|$)", text)) >= 3, (
        f"{name}: what happens here, what it imports, what a change touches"
    )


def test_the_picture_is_that_of_the_code():
    assert draw_house.page(TEXT) == TEXT, "run: python tools/draw_house.py"
    assert draw_house.picture() in TEXT


def test_every_step_of_the_walk_is_there():
    """A clip's row number goes from left to right.

    At most nine rooms, and none behind another to its left.
    """
    walk = TEXT[TEXT.index("## Follow a clip through the house") :]
    walk = walk[: walk.index("\n## ", 3)]
    steps = re.findall(r"^\d\. \[`(\w+(?:\.\w+)?)`\]\((sequifi_lite/[\w/]+\.py)\)", walk, re.M)
    assert 5 <= len(steps) <= 9
    rooms = [ORDER.index(Path(file).parts[1]) for _, file in steps]
    assert rooms == sorted(rooms)
    for name, file in steps:
        assert re.search(rf"^(?:def|class) {name.partition('.')[0]}\b", (ROOT / file).read_text(), re.M), (
            name,
            file,
        )


def test_files_named_in_the_text_exist():
    for name in re.findall(r"`((?:sequifi_lite|tools|tests|notebooks|book|results)/[\w/.]+\.\w+)`", TEXT):
        assert (ROOT / name).exists() or re.search(r"NAME|NN", name), (
            f"CONTRIBUTING.md names {name}, which is not there"
        )


DIFFS = re.findall(r"```diff\n(.*?)```", TEXT, re.S)
TRIED = """
import sequifi_lite
from sequifi_lite.learning import METHODS
from sequifi_lite.studies.registry import STUDIES

problem = sequifi_lite.load_problem(["mesd", "emodb"], fold=0)
head = sequifi_lite.MLP([0])
*_, last = sequifi_lite.train_sequence(METHODS["shrink"](0.5), problem, head, steps=2)
print(METHODS["shrink"].name, last.corpus, len(STUDIES["short"].cells()))
"""


def test_what_is_added_as_the_text_shows_is_there(tmp_path):
    """A method and a study, each by its diff: one file and one line."""
    shutil.copytree(PACKAGE, tmp_path / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    for diff in DIFFS:
        new = [line for line in diff.splitlines() if line.startswith("+") and not line.startswith("+++")]
        created = diff.partition("--- a/")[0]
        assert len(new) - len(re.findall(r"^\+(?!\+\+)", created, re.M)) == 1
        if "toy" not in diff:  # tests/data/test_adding_a_corpus.py adds a whole corpus
            subprocess.run(["git", "apply", "-"], input=diff, text=True, cwd=tmp_path, check=True)
    env = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", TRIED], capture_output=True, text=True, cwd=tmp_path, env=env
    )
    assert done.stdout.split() == ["shrink", "emodb", "30"], done.stderr
