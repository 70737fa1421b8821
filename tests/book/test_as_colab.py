"""The job that runs notebooks as Colab would: what it puts in the place of the published addresses."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import addresses
import as_colab
import pytest

ROOT = Path(addresses.ROOT)
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def first_code(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "".join(next(cell["source"] for cell in cells if cell["cell_type"] == "code"))


def installed(source, monkeypatch, refused=()):
    """What the first cell asks pip for, where pip refuses some of it."""
    asked = []

    class Done:
        def __init__(self, command, **options):
            asked.append(command[-1].partition(" @ ")[2])
            self.returncode = int(asked[-1].startswith(tuple(refused)))

    monkeypatch.setitem(sys.modules, "google.colab", object())
    monkeypatch.setattr("subprocess.run", Done)
    exec(compile(ast.parse(source), "first cell", "exec"), {})
    return asked


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_notebook_is_installed_from_the_wheel_that_was_made_here(path, tmp_path, monkeypatch):
    wheel = tmp_path / "_static" / addresses.wheel_name()
    copy = as_colab.alone(path, tmp_path / "alone", wheel)
    release, then = installed(first_code(copy), monkeypatch, refused=["git+file:///no/such"])
    assert release == "git+file:///no/such/release" and then == wheel.as_uri()
    assert (tmp_path / "alone/google/colab.py").is_file() and "github" not in first_code(copy)


def test_a_notebook_that_installs_from_elsewhere_is_refused(tmp_path):
    other = tmp_path / "other.ipynb"
    text = NOTEBOOKS[0].read_text(encoding="utf-8")
    other.write_text(text.replace(addresses.repository_url(), "https://github.com/somebody/else"), "utf-8")
    with pytest.raises(SystemExit, match="other.ipynb does not install from git.*; type make strip"):
        as_colab.alone(other, tmp_path / "alone", tmp_path / "_static" / addresses.wheel_name())


def test_the_tool_needs_python_alone():
    """The workflow calls it before anything is installed; -S leaves out what is installed here."""
    command = [sys.executable, "-S", ROOT / "tools/as_colab.py", "--help"]
    done = subprocess.run(command, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "") and "as Colab would" in done.stdout


def test_what_an_earlier_run_has_left_is_taken_out_first(tmp_path, monkeypatch):
    freeze, python = tmp_path / "freeze.txt", tmp_path / "python"
    freeze.touch(), python.touch()
    said = []
    monkeypatch.setattr(as_colab, "run", lambda command, **_: said.append(command[1:]) or True)
    monkeypatch.setattr(as_colab, "versions", lambda _: said.append(["versions"]) or {})
    monkeypatch.setattr(as_colab, "alone", lambda notebook, folder, wheel: folder / notebook.name)
    monkeypatch.setattr(sys, "argv", ["", str(freeze), str(NOTEBOOKS[0]), "--python", str(python)])
    assert as_colab.main() == 0
    assert said[0][:3] == ["-m", "pip", "uninstall"] and said[0][-1] == "sequifi_lite"
    assert said[1] == ["versions"] and said[2][1] == "hatchling" and "nbclient" in said[3][1]
