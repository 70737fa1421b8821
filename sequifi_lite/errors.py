"""Errors a reader can act on: what happened, where, and how to fix it, in one sentence."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path


class SequifiError(Exception):
    """Base of every error raised on purpose; the command line prints it and ends with exit code 2."""


class AudioError(SequifiError):
    """A sound file cannot be read, is empty, or holds no usable samples."""


class CorpusError(SequifiError):
    """A folder is not the corpus it is said to be, or its files cannot be used."""


class CorpusMissing(SequifiError):
    """No embeddings of a corpus are at hand; the message names the command that makes them."""


class PackError(SequifiError):
    """A file of embeddings is damaged, incomplete or does not fit the others."""


class EncoderError(SequifiError):
    """An encoder cannot be loaded, or the wanted layer or pooling does not exist."""


class PlaceError(SequifiError):
    """A result cannot be written where it was to go."""


def expanded(path: str | Path) -> Path:
    """Put the home folder in the place of a leading ``~``.

    Shells do that for a word of its own, not behind ``--out=`` and not in a variable or a Python string. A
    ``~name`` of no user stays as it is, as in shells.
    """
    return Path(os.path.expanduser(path))


def is_stream(path: Path) -> bool:
    """Tell whether a path is a device or a pipe, as /dev/stdout is: written to as it is, never replaced."""
    return path.parts[:2] == ("/", "dev") or (
        os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)
    )


def check_writable(path: str | Path, option: str, keep: bool = True) -> Path:
    """Make the folder of a file to come and try to write there, before hours of work and not after them.

    Folders that were made for the trial go again unless they are to be kept.

    Returns
    -------
    Path
        The file's path, its ``~`` expanded.

    Raises
    ------
    PlaceError
        If that fails, or a folder has the file's name. `option` is what the reader would change.
    """
    path = expanded(path)
    if os.path.isdir(path):
        raise PlaceError(f"{path} is a folder; choose another place with {option}.")
    if is_stream(path):
        return path
    # As long as the names that `whole_file` writes under; and some bytes, for a full disk still makes files.
    made = [folder for folder in path.parents if not os.path.exists(folder)]
    trial = path.with_name(f"{path.name}.{secrets.token_hex(9)}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(trial, "xb") as file:
                file.write(bytes(4096))
        finally:
            trial.unlink(missing_ok=True)
            if not keep:
                for folder in made:
                    folder.rmdir()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
        remedy = f"{'free some space or ' if full else ''}choose another place with {option}"
        raise PlaceError(f"{path} cannot be written ({reason}); {remedy}.") from error
    return path
