"""Read a folder of submissions, as a course system or a shared disk leaves them."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from ...errors import ArgumentError, expanded
from .table import cell

ENDINGS = (".py", ".ipynb")
LARGEST = 50 * 2**20  # bytes of a submission; a notebook with its figures has some


@dataclass(frozen=True)
class Submission:
    """One file; `text` is None where `fault`, the end of a sentence, says why it cannot be read."""

    name: str
    ending: str
    text: bytes | None
    fault: str = ""

    @property
    def shown(self) -> str:
        """The name as it stands in the table: one line, no formula, and never that of another file."""
        plain = cell(self.name)
        number = hashlib.sha256(self.name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        return plain if plain == self.name else f"{plain} #{number}"

    @property
    def digest(self) -> str:
        """Sixteen digits that tell one wording of a submission from another."""
        return hashlib.sha256(self.text or b"").hexdigest()[:16]


def submissions(folder: str | Path) -> list[Submission]:
    """Read every .py and .ipynb of a folder and of the folders in it, by name.

    Hidden files and folders are passed over. Links are named and not followed, for they lead elsewhere.

    Raises
    ------
    ArgumentError
        If there is no such folder, or no submission in it.
    """
    folder = expanded(folder)
    if not folder.is_dir():
        raise ArgumentError(f"{folder} is no folder; give the folder in which the submissions are.")
    made = []
    for place, folders, files in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for name in sorted([*files, *links]):
            path = Path(place, name)
            ours = path.suffix.lower() in ENDINGS or name in links
            if ours and not name.startswith("."):
                made.append(_read(path, path.relative_to(folder).as_posix()))
    if not made:
        raise ArgumentError(f"{folder} has no .py and no .ipynb in it; give the folder of submissions.")
    return sorted(made, key=lambda one: one.name)


def _read(path: Path, name: str) -> Submission:
    ending = path.suffix.lower()
    try:
        kind = os.lstat(path)
        if stat.S_ISLNK(kind.st_mode):
            return Submission(name, ending, None, "it is a link, which is not followed: hand in the file.")
        if not stat.S_ISREG(kind.st_mode):
            return Submission(name, ending, None, "it is no file.")
        if kind.st_size > LARGEST:
            return Submission(name, ending, None, f"it is larger than {LARGEST >> 20} MB.")
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
            return Submission(name, ending, file.read(LARGEST))
    except OSError as error:
        return Submission(name, ending, None, f"it cannot be read ({error.strerror}).")
