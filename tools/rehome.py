"""Move the repository's address, in every place where it stands, in one go.

    python tools/rehome.py owner/name             first cells install the tag of the stated version
    python tools/rehome.py owner/name --ref main  they install a branch: for a fork without releases
    python tools/rehome.py                        the address stays; version and tag are written anew
    python tools/rehome.py --released             is what is here what the tag of the stated version holds?

Nothing is written unless all of it can be.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from addresses import ROOT, ref, repository_url, version

import book

PROSE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "CODE_OF_CONDUCT.md")
RELEASED = ("sequifi_lite", "results", "notebooks")


class RehomeError(Exception):
    """The address cannot be moved; one sentence says why."""


def move(repository: str | None = None, to: str | None = None, root: Path = ROOT) -> list[str]:
    """Write a repository (``owner/name``) and what is installed from it into all places.

    Returns
    -------
    list of str
        The files that have changed.
    """
    old, old_ref = repository_url(root), ref(root)
    if repository is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+", repository):
        raise RehomeError(
            f"{repository!r} is no repository; give it as owner/name: make rehome REPO=owner/name."
        )
    if to is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]*", to):
        raise RehomeError(
            f"{to!r} is no tag or branch; leave REF out for the tag of this version, v{version(root)}."
        )
    new = f"https://github.com/{repository}" if repository else old
    new_ref = to or f"v{version(root)}"
    texts = {}
    for path in places(root):
        text = path.read_text(encoding="utf-8")
        text = re.sub(rf"{re.escape(old)}(?![\w-])", new, text)
        texts[path] = text.replace(f"git+{new}@{old_ref}", f"git+{new}@{new_ref}")
    set_line(texts, root / "_config.yml", r"^  branch: .*$", f"  branch: {new_ref}")
    set_line(texts, root / "CITATION.cff", r"^version: .*$", f"version: {version(root)}")
    changed = [path for path, text in texts.items() if text != path.read_text(encoding="utf-8")]
    for path in (*changed, *book.committed(root)):
        if not os.access(path, os.W_OK):
            raise RehomeError(
                f"{path.relative_to(root)} cannot be written, so nothing was; give yourself leave to write"
                " it, or copy the checkout to a folder of your own."
            )
    for path in changed:
        path.write_text(texts[path], encoding="utf-8")
    for path in book.committed(root):  # first cells follow what was just written
        text = path.read_text(encoding="utf-8")
        if (normal := book.normal_text(text, root)) != text:
            path.write_text(normal, encoding="utf-8")
            changed.append(path)
    return [path.relative_to(root).as_posix() for path in changed]


def places(root: Path) -> list[Path]:
    """All files that name the address outside of notebooks."""
    named = [root / name for name in ("pyproject.toml", "_config.yml", "CITATION.cff", *PROSE)]
    named += [*sorted((root / "book").rglob("*.md")), *sorted((root / ".github").rglob("*.yml"))]
    return [path for path in [*named, *sorted((root / ".binder").glob("*"))] if path.is_file()]


def set_line(texts: dict[Path, str], path: Path, pattern: str, line: str) -> None:
    """Set the one line of a file that a pattern finds."""
    text, count = re.subn(pattern, lambda _: line, texts.get(path, ""), flags=re.M)
    if count != 1:
        raise RehomeError(
            f"{path.name} has {count} lines like {pattern!r}; there must be one to be written anew."
        )
    texts[path] = text


def unreleased(root: Path = ROOT) -> str:
    """Say in one sentence in what a checkout differs from the tag of its version; empty where it does not."""
    tag = f"v{version(root)}"
    if not has_tag(tag, root):
        return f"there is no tag {tag}: commit, then tag what is to be published with git tag {tag}."
    command = ["git", "diff", "--name-only", tag, "--", *RELEASED]
    names = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.split()
    if not names:
        return ""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return (
        f"{names[0]}{more} differ from the tag {tag} that first cells install; raise __version__ in"
        " sequifi_lite/__init__.py and type make rehome."
    )


def has_tag(tag: str, root: Path = ROOT) -> bool:
    """Whether a checkout knows a tag."""
    command = ["git", "rev-parse", "--verify", "--quiet", f"refs/tags/{tag}"]
    try:
        return subprocess.run(command, cwd=root, capture_output=True).returncode == 0
    except OSError:
        return False


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("repository", nargs="?", help="owner/name")
    parser.add_argument("--ref", help="tag or branch that first cells install")
    parser.add_argument("--released", action="store_true", help="only compare with the tag")
    asked = parser.parse_args()
    try:
        if asked.released:
            if sentence := unreleased():
                raise RehomeError(sentence)
            return 0
        changed = move(asked.repository or None, asked.ref or None)
    except (RehomeError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{repository_url()} at {ref()}: {len(changed)} files written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
