"""A type checker that reads the packages finds no error in them."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "sequifi_lite"


@pytest.mark.skipif(
    not find_spec("basedpyright"), reason="basedpyright is not installed; the extra test has it"
)
def test_a_type_checker_finds_no_error(tmp_path):
    """In the mode that pyproject.toml sets; a wrong line beside the packages shows that it reads."""
    wrong = tmp_path / "wrong.py"
    wrong.write_text('number: int = "one"\n', encoding="utf-8")
    command = [sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable, "--level", "error"]
    paths = [str(wrong), str(PACKAGE)]
    done = subprocess.run([*command, "--outputjson", *paths], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout, done.stderr
    errors = [
        f"{place['file']}:{place['range']['start']['line'] + 1}: {place['message']}"
        for place in json.loads(done.stdout)["generalDiagnostics"]
        if place["severity"] == "error"
    ]
    assert any(error.startswith(str(wrong)) for error in errors), errors
    assert not [error for error in errors if not error.startswith(str(wrong))], "\n".join(errors)
