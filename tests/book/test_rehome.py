"""The project's address moves in one go, and first cells help themselves."""

import re
import shutil
import subprocess
import sys
from types import ModuleType, SimpleNamespace

import addresses
import pytest
import rehome

import book

ROOT = addresses.ROOT
FILES = ("pyproject.toml", "_config.yml", "CITATION.cff", "README.md", "sequifi_lite/__init__.py")


@pytest.fixture
def copy(tmp_path):
    """All that names the address, without the rest."""
    for name in (*FILES, "notebooks", "book", ".github"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    return tmp_path


def texts(root):
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*"))
        if path.suffix in (".toml", ".yml", ".cff", ".md", ".ipynb", ".txt")
    }


def test_one_command_moves_every_place(copy):
    before = texts(copy)
    old = addresses.repository_url(copy)
    changed = rehome.move("someone-else/forgetting.book", root=copy)
    after = texts(copy)
    assert [name for name, text in after.items() if old in text or addresses.site_of(old) in text] == []
    assert set(changed) == {name for name in before if before[name] != after[name]}
    assert {"pyproject.toml", "_config.yml", "CITATION.cff", "README.md"} <= set(changed)
    assert {f"notebooks/{path.name}" for path in book.notebooks(copy)} <= set(changed)
    first = book.first_cell(copy)
    assert f"git+https://github.com/someone-else/forgetting.book@v{book.version(copy)}" in first
    assert 'book = "https://someone-else.github.io/forgetting.book"\n' in first
    assert 'wheel = f"{book}/_static/sequifi_lite-' in first
    rehome.move(old.removeprefix("https://github.com/"), root=copy)
    assert texts(copy) == before, "and back again"


def test_a_fork_without_releases_installs_a_branch(copy):
    rehome.move("someone/fork", "main", root=copy)
    assert "git+https://github.com/someone/fork@main" in book.first_cell(copy)
    assert addresses.ref(copy) == "main" and "fork@main" in (copy / "README.md").read_text()
    rehome.move(root=copy)
    assert addresses.ref(copy) == f"v{book.version(copy)}", "without a name, the tag of the version"


def test_a_new_version_reaches_every_place(copy):
    library = copy / "sequifi_lite/__init__.py"
    library.write_text(re.sub(r"(?m)^__version__ = .*$", '__version__ = "9.8.7"', library.read_text()))
    rehome.move(root=copy)
    assert "@v9.8.7" in (copy / "README.md").read_text() and "@v9.8.7" in book.first_cell(copy)
    assert "version: 9.8.7" in (copy / "CITATION.cff").read_text()
    assert "sequifi_lite-9.8.7-py3-none-any.whl" in book.first_cell(copy)


@pytest.mark.parametrize("name, to", [
    ("no-slash", None), ("https://github.com/a/b", None), ("a/b/c", None), ("a b/c", None), ("", None),
    ("a/b", "-x"), ("a/b", "two words"),
])  # fmt: skip
def test_a_wrong_name_is_refused_and_nothing_is_written(copy, name, to):
    before = texts(copy)
    with pytest.raises(rehome.RehomeError) as caught:
        rehome.move(name, to, root=copy)
    assert "\n" not in str(caught.value) and texts(copy) == before


def test_a_place_that_cannot_be_written_leaves_all_as_it_was(copy):
    (copy / "CITATION.cff").write_text("no version here\n")
    before = texts(copy)
    with pytest.raises(rehome.RehomeError, match="CITATION.cff"):
        rehome.move("someone/fork", root=copy)
    assert texts(copy) == before


@pytest.mark.parametrize("name", ["README.md", "notebooks/10_ewc.ipynb"])
def test_a_file_without_leave_to_write_leaves_all_as_it_was(name, copy, monkeypatch):
    """Asked of the system and not tried: whoever is root may write everywhere."""
    may = rehome.os.access
    monkeypatch.setattr(rehome.os, "access", lambda path, mode: path != copy / name and may(path, mode))
    before = texts(copy)
    with pytest.raises(rehome.RehomeError, match=f"{name} cannot be written, so nothing was; .+"):
        rehome.move("someone/fork", root=copy)
    assert texts(copy) == before


def git(root, *arguments):
    name = ("-c", "user.name=x", "-c", "user.email=x@x")
    subprocess.run(["git", *name, *arguments], cwd=root, check=True, capture_output=True)


def test_what_differs_from_the_tag_is_named(copy):
    git(copy, "init", "--quiet")
    git(copy, "add", "-A")
    git(copy, "commit", "-qm", "all")
    assert "git tag v" in rehome.unreleased(copy)
    git(copy, "tag", f"v{book.version(copy)}")
    assert rehome.unreleased(copy) == ""
    (copy / "README.md").write_text("words may change")
    assert rehome.unreleased(copy) == ""
    for name in ("notebooks/10_ewc.ipynb", "sequifi_lite/__init__.py"):
        path = copy / name
        before = path.read_text()
        path.write_text(before + "\n")
        assert name in rehome.unreleased(copy) and "raise __version__" in rehome.unreleased(copy)
        path.write_text(before)


def test_this_checkout_holds_what_its_version_released():
    tag = f"v{book.version()}"
    if addresses.ref() != tag:
        pytest.skip(f"first cells install {addresses.ref()}, not the tag {tag}")
    if not rehome.has_tag(tag):
        pytest.skip(f"there is no tag {tag} yet; it is compared with once there is")
    assert rehome.unreleased() == ""


# ---------------------------------------------------------------- the first cell, where it installs


def run_first_cell(monkeypatch, installs):
    """Run it as Colab would, with an installer that succeeds for some places; what it asked for."""
    asked = []

    def pip(command, **options):
        asked.append(command[-1])
        assert options["env"]["GIT_TERMINAL_PROMPT"] == "0", "a missing repository would ask for a password"
        return SimpleNamespace(returncode=0 if installs(command[-1]) else 1)

    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    monkeypatch.setattr(subprocess, "run", pip)
    exec(book.first_cell(), {})
    return asked


def test_it_installs_the_release(monkeypatch, capsys):
    asked = run_first_cell(monkeypatch, lambda place: "git+" in place)
    assert asked == [f"sequifi_lite @ git+{addresses.repository_url()}@{addresses.ref()}"]
    assert capsys.readouterr().out == ""


def test_without_a_release_it_says_so_and_takes_the_wheel_beside_the_book(monkeypatch, capsys):
    asked = run_first_cell(monkeypatch, lambda place: place.endswith(".whl"))
    assert asked[1] == f"sequifi_lite @ {addresses.site_url()}/_static/{addresses.wheel_name()}"
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_with_neither_it_stops_with_a_sentence(monkeypatch):
    with pytest.raises(SystemExit, match="Neither") as caught:
        run_first_cell(monkeypatch, lambda place: False)
    assert "\n" not in str(caught.value)


def test_elsewhere_it_does_nothing(monkeypatch):
    monkeypatch.delitem(sys.modules, "google.colab", raising=False)
    monkeypatch.setattr(subprocess, "run", None)
    exec(book.first_cell(), {})
