"""The set-up: what is pinned, what the package holds, and which Python it takes."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def requirements(name):
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return [Requirement(line) for line in lines if line]


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


# ---------------------------------------------------------------- packages


def test_every_requirement_is_pinned_exactly_and_from_no_named_host():
    for requirement in requirements("requirements.txt"):
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert requirement.url is None
    for name in ("requirements.txt", "requirements.in", "pyproject.toml"):
        assert not re.search(r"^\s*--|index-url|find-links", (ROOT / name).read_text(), re.M), name


def test_the_pins_cover_what_is_used_directly():
    pinned = {canonical(requirement.name): requirement for requirement in requirements("requirements.txt")}
    for direct in requirements("requirements.in"):
        name = canonical(direct.name)
        assert name in pinned
        assert not direct.specifier or direct.specifier == pinned[name].specifier, name
    extras = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
    for line in PROJECT["dependencies"] + extras:
        requirement = Requirement(line)
        pin = next(iter(pinned[canonical(requirement.name)].specifier)).version
        assert requirement.specifier.contains(pin, prereleases=True), f"{line} excludes the pin {pin}"


@pytest.mark.parametrize("python", ["3.11.0", "3.12.0", "3.13.0", "3.14.0"])
@pytest.mark.parametrize("system, machine", [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64")])
def test_one_pin_for_each_package_on_each_system(python, system, machine):
    where = {
        "python_full_version": python,
        "python_version": python.rpartition(".")[0],
        "sys_platform": system,
        "platform_machine": machine,
        "platform_system": {"linux": "Linux", "darwin": "Darwin"}[system],
        "implementation_name": "cpython",
    }
    names = [
        canonical(r.name)
        for r in requirements("requirements.txt")
        if not r.marker or r.marker.evaluate(where)
    ]
    assert len(names) == len(set(names)), "two pins hold at once"
    assert {
        "torch",
        "torchaudio",
        "transformers",
        "datasets",
        "jupyter-book",
        "nbmake",
        "seaborn",
        "ipywidgets",
    } <= set(names)
    gpu = [name for name in names if name.startswith(("nvidia", "cuda", "triton"))]
    assert bool(gpu) == (system == "linux"), "GPU packages exist for Linux only"


def test_colab_brings_its_own_torch_torchaudio_and_numpy():
    for line in PROJECT["dependencies"]:
        requirement = Requirement(line)
        if requirement.name in ("torch", "torchaudio", "numpy"):
            assert all(part.operator == ">=" for part in requirement.specifier), line


def test_torch_and_torchaudio_work_together():
    # torchaudio declares no torch requirement, so pip is content with pairs that cannot be imported.
    import torch
    import torchaudio

    mel = torchaudio.transforms.MelSpectrogram(sample_rate=16_000, n_mels=20)(torch.randn(1, 16_000))
    assert mel.shape[:2] == (1, 20) and torch.isfinite(mel).all()


def test_the_command_is_declared():
    assert PROJECT["scripts"]["sequifi-lite"] == "sequifi_lite.cli:main"
    assert Requirement("x" + PROJECT["requires-python"]).specifier.contains("3.11")


def test_the_wheel_holds_the_library_with_its_data(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    files = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "sequifi_lite").rglob("*") if path.is_file()
    }
    files = {name for name in files if "__pycache__" not in name and not name.endswith(".tmp")}
    assert files <= names and any(name.endswith(".csv") for name in files)
    assert not [name for name in names if not name.startswith("sequifi_lite")], "nothing else is installed"
    assert any(name.endswith("licenses/DATA_LICENSES.md") for name in names), "the terms travel with the data"


def test_an_old_python_is_refused_in_one_sentence(tmp_path):
    done = subprocess.run(
        ["make", "env", "PYTHON=no-such-python", f"VENV={tmp_path / 'venv'}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0 and not (tmp_path / "venv").exists()
    errors = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert len(errors) == 1 and "3.11" in errors[0] and "PYTHON=" in errors[0]
