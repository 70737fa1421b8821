"""Files written whole or not at all, and their checksums."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import platform
import re
import secrets
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

from ..errors import PlaceError, expanded, is_stream

FULL = (errno.ENOSPC, errno.EDQUOT)
# Of which machine a partial file is: on a shared disk, the processes of others cannot be looked up.
_HOST = f"{zlib.crc32(platform.node().encode()):08x}"
_PARTIAL = re.compile(
    r"(?P<name>.+?)(?:\.(?P<host>[0-9a-f]{8})-[0-9a-f]{8})?\.(?P<process>\d{1,10})\.partial"
)


@contextlib.contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Give a name to write under; the file takes its own name when the block ends, and never before.

    Whatever was there under the name is replaced in one step, and only when the new bytes are on the disk. If
    the block raises, it stays as it was and what was written is removed; what a kill leaves is removed by the
    next call. Any number of processes and threads may write the same file at once: the last one to end stays.

    Parameters
    ----------
    path : str or Path
        The file to come; its folder is made if missing, a leading ``~`` is expanded, a link is followed. A
        device or a pipe is written to as it is.

    Yields
    ------
    Path
        Beside `path`, so that the last step is a mere renaming.

    Raises
    ------
    OSError
        If folder or file cannot be written.
    """
    path = expanded(path)
    if is_stream(path):
        yield path
        return
    if path.is_symlink():
        path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent, path.name)
    partial = partial_of(path)
    try:
        yield partial
        _flush(partial)
        os.replace(partial, path)
        if os.name == "posix":
            with contextlib.suppress(
                OSError
            ):  # some shared disks cannot; the file is whole there all the same
                _flush(path.parent)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()


def partial_of(path: Path) -> Path:
    """Name what is to take the name of a file or a folder later, never twice alike."""
    return path.with_name(f"{path.name}.{_HOST}-{secrets.token_hex(4)}.{os.getpid()}.partial")


def _flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk and not only on their way."""
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_partial(path: Path, name: str | None = None) -> bool:
    """Tell whether a file is one that `whole_file` writes under, for the file `name` if one is given."""
    match = _PARTIAL.fullmatch(path.name)
    return match is not None and name in (None, match["name"])


def sweep(folder: Path, name: str = "") -> None:
    """Remove what killed processes of this machine have left of their files and folders in a folder.

    Partial files without a machine in their name were left by older versions; those of `name` alone go.
    """
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            if not entry.name.endswith(".partial") or (match := _PARTIAL.fullmatch(entry.name)) is None:
                continue
            ours = match["host"] == _HOST or (match["host"] is None and match["name"] == name)
            if ours and not _alive(int(match["process"])):
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    with contextlib.suppress(OSError):
                        os.unlink(entry.path)


def _alive(process: int) -> bool:
    if os.name != "posix":  # elsewhere, asking in this way would end the process
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # somebody else's
        return True
    return True


@contextlib.contextmanager
def written_to(place: str | Path, option: str = "") -> Iterator[None]:
    """Say in a sentence what the operating system refuses while a block writes.

    Raises
    ------
    PlaceError
        If the disk is full, or what is written cannot be; `option` is what the reader would change.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise PlaceError(
                f"The disk of {place} is full; free some space and run the same command again."
            ) from error
        remedy = f"choose another place with {option}" if option else "choose another place"
        raise PlaceError(f"{place} cannot be written ({error.strerror or error}); {remedy}.") from error


def write_text(path: str | Path, text: str) -> None:
    """Write a whole file of text in UTF-8, lines ended by a line feed on every system, or nothing.

    Raises
    ------
    PlaceError
        If it cannot be written there.
    """
    with written_to(path), whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def sha256(path: str | Path) -> str:
    """Compute the sha256 of a file's bytes, as hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
