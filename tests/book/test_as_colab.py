"""The job that runs notebooks as Colab would: what it puts in the place of the published addresses."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import addresses
import as_colab
import pytest
import yaml

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


FREEZE = """# Colab's
numpy==2.1.3
torch @ https://download.pytorch.org/whl/cpu/torch-2.11.0%2Bcpu-cp313-cp313-manylinux_2_28_x86_64.whl
en_core_web_sm @ https://x/en_core_web_sm-3.8.0-py3-none-any.whl#sha256=1932429d
jax==0.5+cuda
nvidia-nccl-cu13==2.31.2
google-colab @ file:///colabtools/dist/google_colab-1.0.0.tar.gz
gateway @ git+https://x/gateway@b134e99
"""


def test_a_build_of_colabs_own_is_taken_in_the_same_version():
    """Of all versions that of torch matters most, and Colab names it by the address of a wheel."""
    usual, own = as_colab.constraints(FREEZE)
    assert usual == ["numpy==2.1.3", "torch==2.11.0", "en_core_web_sm==3.8.0", "jax==0.5"]
    assert own[0] == "nvidia-nccl-cu13==2.31.2", "another build of torch wants another one, and pip gives up"
    assert [line.split(" @ ")[0] for line in own[1:]] == ["google-colab", "gateway"]


def test_the_job_runs_on_colabs_python(tmp_path, monkeypatch, capsys):
    freeze = tmp_path / "freeze.txt"
    freeze.write_text(FREEZE)
    monkeypatch.setattr(sys, "argv", ["", str(freeze), "--which"])
    assert as_colab.main() == 0 and capsys.readouterr().out == "3.13\n"
    with pytest.raises(SystemExit, match="^error: .*by hand.$"):
        as_colab.its_python("numpy==2.1.3")
    job = yaml.safe_load((ROOT / ".github/workflows/elsewhere.yml").read_text())["jobs"]["colab"]
    (python,) = [step["with"] for step in job["steps"] if "setup-python" in step.get("uses", "")]
    assert python == {"python-version": "${{ steps.colab.outputs.python }}"}
    (asked,) = [step["run"] for step in job["steps"] if step.get("id") == "colab"]
    assert "python=$(python3 tools/as_colab.py colab.txt --which)" in asked


def test_what_the_library_needs_is_there_before_in_colabs_version():
    """Else pip would fetch the newest in the first cell, and nobody sees what Colab's do."""
    had = as_colab.had(["pyarrow==18.1.0", "Transformers==5.15.0", "jax==0.5"])
    assert sorted(had) == ["pyarrow", "transformers"]


def test_another_python_than_colabs_is_told(tmp_path, monkeypatch, capsys):
    freeze = tmp_path / "freeze.txt"
    freeze.write_text(FREEZE.replace("cp313", "cp399"))
    said = []
    monkeypatch.setattr(as_colab, "run", lambda command, **_: said.append(command) or True)
    as_colab.environment(freeze, tmp_path)
    where = said[-1].index("--extra-index-url") + 1
    assert said[-1][where] == "https://download.pytorch.org/whl/cpu" and "torch" in said[-1]
    assert "call this with python3.99" in capsys.readouterr().out
    assert "torch==2.11.0\n" in (tmp_path / "constraints.txt").read_text()


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
