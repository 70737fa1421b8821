"""Run every notebook as Colab would: its versions, the notebook file alone, installed by its own first cell.

    python tools/as_colab.py FREEZE [NOTEBOOK...]
    python tools/as_colab.py FREEZE --python ENVIRONMENT/bin/python [NOTEBOOK...]
    python tools/as_colab.py FREEZE --which    only print the version of Colab's Python

FREEZE is the list of versions that Colab publishes (pip-freeze.txt of googlecolab/backend-info). A wheel that
it names by its address, such as torch's, is wanted in that version; torch is looked for where Colab has it
from, too. What names no version is left out and counted, as are GPU libraries, which follow torch's build.

Each notebook runs in an empty folder with a module `google.colab` beside it. The two addresses in its first
cell are replaced by places on this machine: the release by one that is not there, the wheel by the one that
is made here. With --python they run in an environment that is there, whatever its versions; the wheel stays
in it.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import addresses
from notebook_files import executed

ROOT = addresses.ROOT
# What a notebook needs before its first cell, whatever Colab lists.
BEFORE = ("ipykernel", "nbclient", "torch", "torchaudio", "numpy", "pandas", "scipy", "matplotlib")


def constraints(freeze: str) -> tuple[list[str], list[str]]:
    """Split a list of versions into those that a registry can have and what is left out.

    >>> constraints("numpy==2.0.2\\ntorch @ https://x/torch-2.11.0%2Bcpu-cp313-cp313-x.whl\\njax==0.5+cuda")
    (['numpy==2.0.2', 'torch==2.11.0', 'jax==0.5'], [])
    >>> constraints("# note\\ngateway @ git+https://x/gateway@b134e99")
    ([], ['gateway @ git+https://x/gateway@b134e99'])
    """
    usual, own = [], []
    for line in map(str.strip, freeze.splitlines()):
        wheel = re.fullmatch(
            r"([\w.-]+) @ \S+/[\w.]+-([\w.]+)(?:%2B[\w.]+)?-[\w.]+-[\w.]+-[\w.]+\.whl.*", line
        )
        pinned = wheel or re.fullmatch(r"([\w.-]+)==([\w.]+)(?:\+[\w.]+)?", line)
        if pinned and not line.startswith("nvidia-"):
            usual.append("==".join(pinned.groups()))
        elif line and not line.startswith("#"):
            own.append(line)
    return usual, own


def had(usual: list[str]) -> list[str]:
    """What the library needs and Colab has, so that the first cell finds it there in Colab's version."""
    needs = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {plain(line.partition("==")[0]) for line in usual}
    return [name for need in needs if (name := plain(re.match(r"[\w.-]+", need)[0])) in names]


def plain(name: str) -> str:
    """A package's name as registries compare it.

    >>> plain("Scikit_Learn")
    'scikit-learn'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def indexes(freeze: str) -> list[str]:
    """Options of pip for the places where PyTorch keeps the builds that a list of versions names.

    >>> indexes("torch @ https://download.pytorch.org/whl/cpu/torch-2.11.0%2Bcpu-cp313-cp313-x.whl")
    ['--extra-index-url', 'https://download.pytorch.org/whl/cpu']
    """
    places = sorted(set(re.findall(r"https://download\.pytorch\.org/whl/\w+(?=/)", freeze)))
    return [word for place in places for word in ("--extra-index-url", place)]


def its_python(freeze: str) -> str:
    """The version of Python that Colab's compiled wheels are for.

    >>> its_python("torch @ https://x/torch-2.11.0%2Bcpu-cp313-cp313-x.whl")
    '3.13'
    """
    tag = re.search(r"-cp3(\d+)-cp3", freeze)
    if tag is None:
        raise SystemExit("error: no wheel in Colab's list tells its Python; look it up and name it by hand.")
    return f"3.{tag[1]}"


def alone(notebook: Path, folder: Path, wheel: Path) -> Path:
    """Copy a notebook into a folder of its own, with places on this machine in its first cell.

    The wheel lies in a folder ``_static``, as it does beside the book.
    """
    text = notebook.read_text(encoding="utf-8")
    places = {
        f"git+{addresses.repository_url()}@{addresses.ref()}": "git+file:///no/such/release",
        f'book = \\"{addresses.site_url()}\\"': f'book = \\"{wheel.parent.parent.as_uri()}\\"',
    }
    for published, here in places.items():
        if published not in text:
            raise SystemExit(f"error: {notebook.name} does not install from {published}; type make strip.")
        text = text.replace(published, here)
    (folder / "google").mkdir(parents=True)
    (folder / "google/colab.py").write_text("")
    (folder / "sitecustomize.py").write_text("import google.colab\n")
    (folder / notebook.name).write_text(text, encoding="utf-8")
    return folder / notebook.name


def run(command: list, **options) -> bool:
    """Whether a command ends well; it prints what it has to say."""
    return subprocess.run([str(part) for part in command], **options).returncode == 0


def environment(freeze: Path, folder: Path) -> Path:
    """Make an environment with Colab's versions of what the library touches; its Python."""
    python = folder / "venv/bin/python"
    text = freeze.read_text(encoding="utf-8")
    usual, own = constraints(text)
    here = "{}.{}".format(*sys.version_info)
    print(f"{len(usual)} versions of Colab's, {len(own)} lines left out")
    if (there := its_python(text)) != here:
        print(f"Colab has Python {there} and this is {here}; to be as Colab, call this with python{there}")
    (folder / "constraints.txt").write_text("\n".join(usual) + "\n")
    pip = [python, "-m", "pip", "install", "--quiet", "--constraint", folder / "constraints.txt"]
    pip += indexes(text)
    if not run([sys.executable, "-m", "venv", folder / "venv"]) or not run(
        [*pip, *BEFORE, *had(usual), "hatchling"]
    ):
        raise SystemExit("error: Colab's versions cannot be installed here; pip's words are above.")
    return python


def versions(python: Path) -> dict[str, str]:
    """What is installed, by name."""
    done = subprocess.run([python, "-m", "pip", "freeze"], capture_output=True, text=True, check=True)
    return dict(line.split("==") for line in done.stdout.splitlines() if "==" in line)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("freeze", type=Path, help="Colab's versions, as pip freeze writes them")
    parser.add_argument("notebooks", type=Path, nargs="*", help="these alone, in place of all")
    parser.add_argument("--python", type=Path, help="of an environment at hand, in place of a new one")
    parser.add_argument("--which", action="store_true", help="only print the version of Colab's Python")
    asked = parser.parse_intermixed_args()
    for path in (asked.freeze, *asked.notebooks, *filter(None, [asked.python])):
        if not path.is_file():
            print(f"error: {path} is no file; name Colab's pip-freeze.txt, then notebooks.", file=sys.stderr)
            return 2
    if asked.which:
        print(its_python(asked.freeze.read_text(encoding="utf-8")))
        return 0
    chosen = asked.notebooks or executed()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        # an environment's python is a link: where it leads is another environment
        python = asked.python.absolute() if asked.python else environment(asked.freeze, folder)
        # of a wheel of the same version that an earlier run has left there, pip would keep the old one
        run([python, "-m", "pip", "uninstall", "--quiet", "--yes", "sequifi_lite"])
        before = versions(python)
        if not run([python, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "_static"], cwd=ROOT):
            return 1
        wheel, failed = folder / "_static" / addresses.wheel_name(), []
        for notebook in chosen:
            copy = alone(notebook, folder / notebook.stem, wheel)
            execute = [python, "-c", "from nbclient.cli import main; main()", "--timeout=600", copy]
            if not run(
                execute, cwd=copy.parent, env={"PYTHONPATH": str(copy.parent), "PATH": "/usr/bin:/bin"}
            ):
                failed.append(notebook.name)
        after = versions(python)
    changed = [f"{name} {old} -> {after.get(name)}" for name, old in before.items() if after.get(name) != old]
    print(f"{len(chosen) - len(failed)} of {len(chosen)} notebooks ran")
    print(f"changed by pip: {', '.join(changed) or 'nothing'}")
    for name in failed:
        print(f"failed: {name}")
    return 1 if failed or changed else 0


if __name__ == "__main__":
    sys.exit(main())
