"""Where the project is: its repository, what is installed from there, the pages that are published from it.

The address stands in pyproject.toml, what is installed in _config.yml, the version in the library; everything
else follows from them. `make rehome` writes all places anew.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]


def repository_url(root: Path = ROOT) -> str:
    """The repository's address; pyproject.toml is the one place where it stands."""
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]["urls"]["Repository"]


def version(root: Path = ROOT) -> str:
    """`__version__` of the library, read without importing it."""
    return re.search(r'^__version__ = "(.+)"$', (root / "sequifi_lite/__init__.py").read_text(), re.M)[1]


def ref(root: Path = ROOT) -> str:
    """The tag (or branch) that first cells install and Colab opens: `repository.branch` in _config.yml."""
    return re.search(r"^  branch: *(\S+)", (root / "_config.yml").read_text(), re.M)[1].strip("\"'")


def site_url(root: Path = ROOT) -> str:
    """Where the pages are published."""
    return site_of(repository_url(root))


def site_of(repository: str) -> str:
    """Where GitHub publishes the pages of a repository, given its address.

    >>> site_of("https://github.com/Owner/name")
    'https://owner.github.io/name'
    >>> site_of("https://github.com/owner/owner.github.io")
    'https://owner.github.io'
    """
    owner, name = urlsplit(repository).path.strip("/").split("/")
    host = f"{owner.lower()}.github.io"
    return f"https://{host}" if name.lower() == host else f"https://{host}/{name}"


def wheel_name(root: Path = ROOT) -> str:
    """File name of the wheel that a published book carries in `_static`."""
    return f"sequifi_lite-{version(root)}-py3-none-any.whl"


def first_cell(root: Path = ROOT) -> str:
    """Source of every notebook's first code cell.

    In Colab it installs the release that the notebook belongs to, else the wheel beside the published
    book; where neither is to be had it says so in one sentence and stops.
    """
    return f'''import sys

if "google.colab" in sys.modules:  # elsewhere the package is at hand already
    import os
    import subprocess

    release = "git+{repository_url(root)}@{ref(root)}"
    book = "{site_url(root)}"
    wheel = f"{{book}}/_static/{wheel_name(root)}"
    quiet = {{"env": {{**os.environ, "GIT_TERMINAL_PROMPT": "0"}}, "capture_output": True}}
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    for place in (release, wheel):
        if subprocess.run([*pip, f"sequifi_lite @ {{place}}"], **quiet).returncode == 0:
            break
        then = "so the wheel beside the book is tried." * (place == release)
        print(f"{{place}} cannot be installed", then)
    else:
        sys.exit("Neither has sequifi_lite: see whether they open, then run this anew.")'''
