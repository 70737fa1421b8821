"""Files written whole or not at all, and their checksums."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from ..errors import SequifiError


@contextlib.contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Give a name to write under; the file takes its own name when the block ends, and never before.

    Whatever was there under the name is replaced in one step. If the block raises, it stays as it was and
    what was written is removed; a kill leaves ``<name>.<process>.partial``. Several processes may write the
    same file at once: the last one to end stays.

    Parameters
    ----------
    path : str or Path
        The file to come; its folder is made if missing.

    Yields
    ------
    Path
        Beside `path`, so that the last step is a mere renaming.

    Raises
    ------
    OSError
        If folder or file cannot be written.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        os.replace(partial, path)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()


def write_text(path: str | Path, text: str) -> None:
    """Write a whole file of text in UTF-8, lines ended by a line feed on every system, or nothing.

    Raises
    ------
    SequifiError
        If it cannot be written there.
    """
    try:
        with whole_file(path) as partial:
            partial.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SequifiError(f"{path} cannot be written ({error.strerror}); choose another place.") from error


def sha256(path: str | Path) -> str:
    """Compute the sha256 of a file's bytes, as hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
