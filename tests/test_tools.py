"""The tools for those who work on the book: asked for help they say what they do and do nothing."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = [
    path for path in sorted((ROOT / "tools").glob("*.py")) if "__main__" in path.read_text(encoding="utf-8")
]


def call(monkeypatch, path, *words):
    monkeypatch.setattr(sys, "argv", [str(path), *words])
    monkeypatch.syspath_prepend(str(path.parent))
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(path), run_name="__main__")
    return ended.value.code


@pytest.mark.parametrize("path", TOOLS, ids=lambda path: path.stem)
def test_help_is_given_and_nothing_written(path, monkeypatch, capsys):
    def wrote(self, *arguments, **more):
        raise AssertionError(f"{path.name} --help writes {self}")

    monkeypatch.setattr(Path, "write_text", wrote)
    monkeypatch.setattr(Path, "write_bytes", wrote)
    assert call(monkeypatch, path, "--help") == 0
    assert capsys.readouterr().out.startswith(f"usage: {path.name}")


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("claims", ["--chek"], "--chek"),
        ("measure_prosody", [], "CORPUS=FOLDER"),
        ("audit_published", ["nowhere"], "nowhere is no clone; make one with: git clone https://"),
        ("mutate", ["sequifi_lite/nowhere.py"], "sequifi_lite/nowhere.py does not exist"),
    ],
)
def test_a_wrong_call_is_told_so(name, words, said, monkeypatch, capsys):
    assert call(monkeypatch, ROOT / "tools" / f"{name}.py", *words) == 2
    assert said in capsys.readouterr().err


def test_a_corpus_without_a_folder_is_told_so():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "make_manifests.py", "emodb=nowhere"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and done.stderr.startswith(
        "error: emodb=nowhere is not of the form CORPUS=EXISTING_PATH"
    )
