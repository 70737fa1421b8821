"""Errors a reader can act on: what happened, where, and how to fix it, in one sentence."""

from __future__ import annotations

import tempfile
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


def check_writable(path: Path, option: str) -> None:
    """Make the folder of a file to come and try to write there, before hours of work and not after them.

    Raises
    ------
    PlaceError
        If that fails, or a folder has the file's name. `option` is what the reader would change.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise PlaceError(
            f"{path} cannot be written ({error.strerror}); choose another place with {option}."
        ) from error
    if path.is_dir():
        raise PlaceError(f"{path} is a folder; choose another place with {option}.")
