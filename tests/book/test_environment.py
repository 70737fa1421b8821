"""The environment is made or refused in one sentence, whatever goes wrong; no package is fetched here."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# A Python that makes "environments" of itself and installs by writing down what it was asked for.
PYTHON = """#!/bin/sh
case "$*" in
  *version_info*) exit {old} ;;
  "-m venv "*) for last; do :; done; mkdir -p "$last/bin" && cp "$0" "$last/bin/python"; exit ;;
  "-m pip config list") echo "{config}" ;;
  "-m uv "*) echo "$*" >> "{log}"; {uv} ;;
  "-m pip "*) echo "$*" >> "{log}"; {pip} ;;
esac
"""


#: What whoever runs these tests by make may have set.
OURS = {"VENV", "TORCH", "JOBS", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "PYTHON"}


@pytest.fixture
def make(tmp_path):
    """Type make in a small checkout, with a Python whose pip does as told."""
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools/environment.sh", tmp_path / "tools/environment.sh")

    def typed(*arguments, pip="exit 0", uv="exit 0", config="", old=0, start=False):
        python = tmp_path / "python"
        python.write_text(PYTHON.format(pip=pip, uv=uv, config=config, old=old, log=tmp_path / "pip.log"))
        python.chmod(0o755)
        command = ["make", "--no-print-directory", f"PYTHON={python}", *arguments]
        own = {name: os.environ[name] for name in os.environ if name not in OURS}
        options = {
            "cwd": tmp_path,
            "env": own,
            "text": True,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
        }
        if start:
            # Whoever runs these tests in the background has them ignore Ctrl-C, and children inherit that.
            heeds = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
            return subprocess.Popen(command, start_new_session=True, preexec_fn=heeds, **options)
        return subprocess.run(command, **options)

    typed.folder = tmp_path
    typed.installed = lambda: (tmp_path / "pip.log").read_text() if (tmp_path / "pip.log").exists() else ""
    return typed


def sentence(done):
    errors = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert done.returncode != 0 and len(errors) == 1, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return errors[0]


def test_bare_make_says_what_there_is_and_begins_nothing(make):
    done = make()
    assert done.returncode == 0 and "6.5 GB" in done.stdout and "1.9 GB" in done.stdout
    assert not make.installed() and not (make.folder / ".venv").exists()


def test_the_size_is_said_before_anything_is_fetched(make):
    done = make("env")
    assert done.returncode == 0 and "6.5 GB" in done.stdout and "-r requirements.txt" in make.installed()
    before = make.installed()
    assert make("env").stdout == "" and make.installed() == before, "made once"


def test_the_cpu_build_comes_from_its_own_index_at_the_pinned_versions(make):
    done = make("env", "TORCH=cpu")
    assert done.returncode == 0 and "1.9 GB" in done.stdout and "6.5" not in done.stdout
    first = make.installed().splitlines()[0]
    pins = dict(
        line.split(";")[0].strip().split("==")
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if line.startswith(("torch==", "torchaudio=="))
    )
    assert "/whl/cpu" in first and all(f"{name}=={version}" in first for name, version in pins.items())
    rest = (make.folder / ".book/requirements-cpu.txt").read_text()
    assert not [line for line in rest.splitlines() if line.startswith(("torch", "nvidia", "triton", "cuda"))]
    make("env")
    assert "-r requirements.txt" in make.installed(), "another kind of torch is another environment"


def by(tool, made):
    return [
        line for line in made.installed().splitlines() if f"-m {tool} " in line and "requirements.txt" in line
    ]


def test_uv_installs_the_pins(make):
    assert make("env").returncode == 0
    assert len(by("uv", make)) == 1 and not by("pip", make)


def test_where_uv_does_not_get_through_pip_does_the_work(make):
    assert make("env", uv="exit 2").returncode == 0
    assert len(by("pip", make)) == 1


@pytest.mark.parametrize(
    ("line", "uses"), [("global.index-url='x'", "pip"), ("global.extra-index-url='x'", "uv")]
)
def test_an_index_that_pip_was_told_of_is_asked_by_pip(make, line, uses):
    assert make("env", config=line).returncode == 0
    assert by(uses, make) and not by({"pip": "uv", "uv": "pip"}[uses], make)


def test_an_unknown_kind_of_torch_is_refused(make):
    assert "TORCH=cpu" in sentence(make("env", "TORCH=gpu")) and not make.installed()


@pytest.mark.parametrize("jobs", ["abc", "0", "-1", "2x", "1.5", ""])
def test_a_number_of_processes_that_is_none_is_refused(make, jobs):
    told = sentence(make("env", f"JOBS={jobs}"))
    assert f"JOBS={jobs} is no number" in told and "JOBS=2" in told and not make.installed()


def test_a_space_in_the_path_does_no_harm(make):
    venv = make.folder / "a folder/of mine"
    done = make("env", f"VENV={venv}")
    assert done.returncode == 0, done.stderr
    assert (venv / "bin/python").is_file() and not (make.folder / "a").exists()
    assert make("env", f"VENV={venv}").stdout == ""


@pytest.mark.parametrize("words, said", [
    ("WARNING: Retrying after connection broken by NewConnectionError: name resolution", "no network"),
    ("ERROR: Could not install packages due to an OSError: No space left on device", "disk is full"),
    ("ERROR: something that nobody foresaw", "something that nobody foresaw"),
])  # fmt: skip
def test_what_pip_cannot_do_is_one_sentence(make, words, said):
    done = make("env", pip=f'echo "{words}" >&2; exit 1')
    assert said in sentence(done) and "Retrying" not in done.stderr
    assert make("env").returncode == 0, "the next call goes on"


def test_an_old_python_is_refused(make):
    assert "3.11" in sentence(make("env", old=1)) and not (make.folder / ".venv").exists()


def test_a_place_that_is_no_folder_is_refused(make):
    (make.folder / "file").write_text("")
    assert "VENV=" in sentence(make("env", f"VENV={make.folder / 'file' / 'venv'}"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_checkout_is_refused(make):
    make.folder.chmod(0o555)
    try:
        assert "cannot be written" in sentence(make("env", "VENV=/tmp/never"))
    finally:
        make.folder.chmod(0o755)


def test_ctrl_c_leaves_a_sentence_and_the_next_call_goes_on(make):
    begun = make("env", pip="sleep 30", start=True)
    for _ in range(200):
        if make.installed():
            break
        time.sleep(0.05)
    os.killpg(begun.pid, signal.SIGINT)
    _, said = begun.communicate(timeout=20)
    assert begun.returncode != 0 and "stopped while installing" in said and "Traceback" not in said
    assert make("env").returncode == 0


def test_jobs_reach_both_commands():
    for target in ("book", "test"):
        done = subprocess.run(["make", "-n", target, "JOBS=7"], cwd=ROOT, capture_output=True, text=True)
        assert "--jobs 7" in done.stdout or "-n 7" in done.stdout, done.stdout


def test_python_may_keep_what_it_compiled(make, monkeypatch):
    """Where whoever types the command has forbidden it, each process would compile torch anew."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (make.folder / "shown.mk").write_text('shown:\n\t@echo "[$$PYTHONDONTWRITEBYTECODE]"\n')
    assert make("-f", "Makefile", "-f", "shown.mk", "shown").stdout == "[]\n"
