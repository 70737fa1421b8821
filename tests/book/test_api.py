"""The page of the library's face: every public name stands on it, and it is made from docstrings alone."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import sequifi_lite

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "book/api.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^\.\. auto(?:function|class|data):: (?:[\w.]+\.)?(\w+)$", PAGE, re.M)


def test_every_public_name_stands_on_the_page_once():
    assert sorted(SHOWN) == sorted(sequifi_lite.__all__)


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    """The page alone, made by Sphinx with the book's settings; a warning is an error."""
    folder = tmp_path_factory.mktemp("api")
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]
    ours = ("autodoc", "default_role", "napoleon", "nitpick")
    settings = {name: value for name, value in config["config"].items() if name.startswith(ours)}
    extensions = [name for name in config["extra_extensions"] if name.startswith("sphinx.ext.")]
    lines = [f"{name} = {value!r}" for name, value in settings.items()]
    lines += [f"extensions = {['myst_parser', *extensions]!r}", "root_doc = 'api'"]
    (folder / "conf.py").write_text("\n".join(lines))
    (folder / "api.md").write_text(PAGE, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-n", "-W", "--keep-going", folder, folder / "out"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return (folder / "out/api.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sequifi_lite.__all__)
def test_the_page_shows_what_a_name_takes_and_gives_and_an_example(html, name):
    place = "sequifi_lite.learning.methods.METHODS" if name == "METHODS" else f"sequifi_lite.{name}"
    found = html.partition(f'id="{place}"')[2].partition(f'id="sequifi_lite.{name}.')[0]
    assert found, name
    entry = found.partition('<dl class="py ')[0]
    assert "&gt;&gt;&gt;" in entry and "Examples" in entry
    # A section that napoleon does not know, or a sentence taken for a parameter, shows as one of these.
    assert not re.search(r"<strong>[^<]*\s[^<]*</strong>", entry), entry
