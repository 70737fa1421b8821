"""The built book in a browser that reaches nothing but this machine.

Skipped with a sentence where there is no Chromium or no book of what stands here now; `make book`, then
`make site`. SEQUIFI_LITE_BOOK names a built book of another place.
"""

import json
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest
from browsers import AXE
from chromium import CHROMIUM
from dressing.moved import MOVED
from reader import Reader
from served import Served

import book as maker

ROOT = Path(__file__).resolve().parents[2]


def built() -> Path:
    return Path(os.environ.get("SEQUIFI_LITE_BOOK", ROOT / "_build/html"))


@cache
def why_not() -> str:
    """What is missing, in a sentence; empty when there is a browser and a book."""
    if CHROMIUM is None:
        return "there is no Chromium on this machine; install the package chromium to try the built book"
    stamp = built() / maker.STAMP
    if not stamp.is_file():
        return "there is no built book; type make book first"
    if "SEQUIFI_LITE_BOOK" not in os.environ and stamp.read_text() != maker.made_from():
        return "the built book is older than what it is made from; type make book first"
    return ""


def names() -> list[str]:
    """All pages of the built book."""
    paths = sorted(built().rglob("*.html"))
    return [path.relative_to(built()).as_posix() for path in paths if "_static" not in path.parts]


def old(name: str) -> bool:
    """Whether it is one that leads to where a chapter stands now: `test_old_addresses.py` is about them."""
    return Path(name).stem in MOVED and "location.replace" in (built() / name).read_text(encoding="utf-8")


def pytest_generate_tests(metafunc):
    """Give every page to a test of a `page`, and those that stay open to one that has a `reader` too."""
    if "page" in metafunc.fixturenames:
        if reason := why_not():
            pages = [pytest.param("", marks=pytest.mark.skip(reason=reason))]
        elif "reader" in metafunc.fixturenames:
            pages = [name for name in names() if not old(name)]
        else:
            pages = names()
        metafunc.parametrize("page", pages)


@pytest.fixture(scope="session")
def folder() -> Path:
    if reason := why_not():
        pytest.skip(reason)
    return built()


@pytest.fixture(scope="session")
def address(folder):
    """The book as a web server hands it out."""
    served = Served(folder)
    yield served.address
    served.close()


@pytest.fixture(scope="session")
def browser(address):
    with tempfile.TemporaryDirectory() as profile, Reader(profile) as reader:
        yield reader


@pytest.fixture
def reader(browser):
    """The browser as it is at the beginning: wide, light, with nothing said yet."""
    browser.begin()
    return browser


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core: a file named by SEQUIFI_LITE_AXE, or the npm package, fetched once."""
    if named := os.environ.get("SEQUIFI_LITE_AXE"):
        return Path(named).read_text(encoding="utf-8")
    script = ROOT / f".book/axe-{AXE}/package/axe.min.js"
    if not script.is_file():
        if shutil.which("npm") is None:
            pytest.skip(
                "axe-core is not at hand and there is no npm to fetch it; name it by SEQUIFI_LITE_AXE"
            )
        script.parents[1].mkdir(parents=True, exist_ok=True)
        fetch = ["npm", "pack", "--json", f"axe-core@{AXE}"]
        try:
            done = subprocess.run(fetch, cwd=script.parents[1], capture_output=True, text=True, timeout=120)
            tarball = json.loads(done.stdout)[0]["filename"]
        except (subprocess.TimeoutExpired, ValueError, LookupError, TypeError):
            pytest.skip("axe-core is not at hand and cannot be fetched; name it by SEQUIFI_LITE_AXE")
        shutil.unpack_archive(script.parents[1] / tarball, script.parents[1])
    return script.read_text(encoding="utf-8")
