"""The face: what `sequifi_lite` and its packages offer, how it is loaded, and that its examples run."""

import ast
import doctest
import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import book
import sequifi_lite
from sequifi_lite import _lazy

ROOT = Path(__file__).parents[1]
ROOMS = ("evaluation", "data", "learning", "finetuning", "studies", "teaching")
LAZY = [name for name in ROOMS if name != "finetuning"]
OURS = re.compile(r"sequifi_lite(\.(errors|" + "|".join(ROOMS) + "))?")
#: What a page shows or asks has a package of its own for each kind; a rival has a file that a page may print.
PIECES = re.compile(r"sequifi_lite\.(teaching\.(quiz|chooser|mechanisms(\.\w+)?)|studies\.rivals\.\w+)")


def docstring(name):
    """That of an object; of a constant the text below it."""
    value = getattr(sequifi_lite, name)
    if inspect.isroutine(value) or inspect.isclass(value):
        return inspect.getdoc(value), vars(sys.modules[value.__module__])
    home = sys.modules["sequifi_lite.learning.methods"]
    body = ast.parse(inspect.getsource(home)).body
    number = next(
        i for i, node in enumerate(body) if isinstance(node, ast.Assign) and node.targets[0].id == name
    )
    return body[number + 1].value.value, vars(home)


# ---------------------------------------------------------------- how it is loaded


def test_importing_the_package_loads_next_to_nothing():
    code = (
        "import sys, time; start = time.process_time(); import sequifi_lite;"
        "took = time.process_time() - start;"
        "import sequifi_lite.data, sequifi_lite.learning, sequifi_lite.studies, sequifi_lite.teaching;"
        "print(took, *{'torch', 'pandas', 'numpy', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    took, *heavy = done.stdout.split()
    assert heavy == [] and float(took) < 0.3


def test_the_face_has_about_25_names_and_shows_them_all():
    names = sequifi_lite.__all__
    assert len(set(names)) == len(names) and 20 <= len(names) <= 30
    source = (ROOT / "sequifi_lite/__init__.py").read_text(encoding="utf-8")
    homes, _ = _lazy._imports("sequifi_lite", source)
    assert sorted(names) == sorted(homes)
    assert set(names) <= set(dir(sequifi_lite))
    everything: dict = {}
    exec("from sequifi_lite import *", everything)
    assert set(names) <= set(everything)


@pytest.mark.parametrize("package", ["", *LAZY])
def test_every_name_that_a_package_offers_is_there_and_a_wrong_one_is_told(package):
    face = importlib.import_module(f"sequifi_lite.{package}".rstrip("."))
    for name in dir(face):
        assert getattr(face, name) is getattr(face, name)
    with pytest.raises(AttributeError, match=f"'{face.__name__}' has no attribute 'nothing'"):
        _ = face.nothing
    with pytest.raises(ImportError, match="cannot import name 'nothing'"):
        exec(f"from {face.__name__} import nothing")


def test_a_name_stands_for_the_same_thing_after_everything_has_been_imported():
    """A module that is imported becomes an attribute of its package, whatever the package offered there."""
    code = """
import importlib, pkgutil, sys, types
import sequifi_lite
from sequifi_lite import _lazy
for module in pkgutil.walk_packages(sequifi_lite.__path__, "sequifi_lite."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
wrong = []
for package in sys.argv[1:]:
    face = sys.modules[package]
    homes, _ = _lazy._imports(package, open(face.__file__, encoding="utf-8").read())
    for name, (home, original) in homes.items():
        there = getattr(importlib.import_module(home), original)
        if getattr(face, name) is not there:
            wrong.append(f"{package}.{name}")
print(*wrong)
from sequifi_lite.data import load_problem, packs, label_space
from sequifi_lite.learning import train_source_model, joint, fisher
from sequifi_lite.evaluation import evaluate
for function in (load_problem, packs, label_space, train_source_model, joint, fisher, evaluate):
    assert isinstance(function, types.FunctionType), function
"""
    packages = ["sequifi_lite", *(f"sequifi_lite.{name}" for name in LAZY)]
    done = subprocess.run([sys.executable, "-c", code, *packages], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


@pytest.mark.parametrize("package", ["", *LAZY])
def test_no_module_has_the_name_of_something_else_that_its_package_offers(package):
    face = importlib.import_module(f"sequifi_lite.{package}".rstrip("."))
    modules = {module.name for module in pkgutil.iter_modules(face.__path__)}
    homes, _ = _lazy._imports(face.__name__, Path(face.__file__).read_text(encoding="utf-8"))
    assert [name for name in modules & set(homes) if not isinstance(getattr(face, name), ModuleType)] == []


def test_a_star_offers_public_names_and_no_modules(tmp_path, monkeypatch):
    (tmp_path / "room" / "inner").mkdir(parents=True)
    (tmp_path / "room" / "__init__.py").write_text(
        "from typing import TYPE_CHECKING\n"
        "from sequifi_lite._lazy import lazy\n"
        "if TYPE_CHECKING:\n"
        "    from . import own\n"
        "    from .inner import *\n"
        "    from .inner.deep import x as y\n"
        "__getattr__, __dir__ = lazy(__name__)\n"
    )
    (tmp_path / "room" / "own.py").write_text("")
    inner = "import os\nfrom . import deep\n_hidden = a = 1\n"
    (tmp_path / "room" / "inner" / "__init__.py").write_text(inner)
    (tmp_path / "room" / "inner" / "deep.py").write_text("x = 2\n")
    monkeypatch.syspath_prepend(tmp_path)
    room = importlib.import_module("room")
    assert (room.a, room.y, room.own.__name__) == (1, 2, "room.own")
    assert {"a", "y", "own"} <= set(dir(room)) and not {"os", "deep", "_hidden"} & set(dir(room))
    for name in ("os", "deep", "_hidden"):
        assert not hasattr(room, name)


def test_few_files_lie_in_the_root_and_type_checkers_are_told_to_look():
    files = sorted(path.name for path in (ROOT / "sequifi_lite").iterdir() if path.is_file())
    assert files == ["__init__.py", "__main__.py", "_lazy.py", "errors.py", "py.typed"]


# ---------------------------------------------------------------- what it says


@pytest.mark.parametrize("name", sequifi_lite.__all__)
def test_a_public_name_is_documented_and_its_example_runs(name):
    text, home = docstring(name)
    first = text.split()[0]
    assert first[0].isupper() and not first.endswith("s") and first not in ("A", "An", "The", "What"), first
    assert "\nExamples\n--------\n>>> " in text
    test = doctest.DocTestParser().get_doctest(text, dict(home), name, None, 0)
    said: list[str] = []
    outcome = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert outcome.attempted and not outcome.failed, "".join(said)


def test_the_ten_lines_of_the_readme_run(capsys):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", readme, re.S)
    assert len(code.splitlines()) == 10
    exec(code, {})
    assert capsys.readouterr().out.count("forgotten") == 2


# ---------------------------------------------------------------- who uses it


def imports(code):
    """(module, name) of all imports of a cell; magics are no Python."""
    code = re.sub(r"(?m)^(\s*)[%!].*", r"\1pass", code)
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


@pytest.mark.parametrize("path", book.executed(), ids=lambda path: path.stem)
def test_notebooks_import_from_a_face_alone_and_nothing_private(path):
    cells = [
        cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"
    ]
    asked = [
        (module, name)
        for cell in cells
        for module, name in imports("".join(cell["source"]))
        if module.split(".")[0] == "sequifi_lite"
    ]
    assert [
        one
        for one in asked
        if not (OURS.fullmatch(one[0]) or PIECES.fullmatch(one[0])) or one[1].startswith("_")
    ] == []
    for module, name in asked:
        face = importlib.import_module(module)
        assert not name or hasattr(face, name) or importlib.import_module(f"{module}.{name}")
