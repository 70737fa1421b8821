"""A folder on disk: the audio files in it, and why one of them cannot be read."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from ...errors import AudioError, CorpusError, expanded
from ..audio import SUFFIXES

POINTER = "is a Git LFS pointer, not audio"


def existing_folder(root: str | Path, which: str) -> Path:
    """Resolve the folder that a reader has given.

    Parameters
    ----------
    which : str
        Says in an error what folder is meant, e.g. ``that Emo-DB was unpacked into``.

    Raises
    ------
    CorpusError
        If it does not exist, or is a file.
    """
    root = expanded(root)
    if not root.exists():
        raise CorpusError(f"{root} does not exist; give the folder {which}.")
    if not root.is_dir():
        raise CorpusError(f"{root} is a file; give the folder {which}.")
    return root.resolve()


def audio_files(root: Path, suffixes: tuple[str, ...] = SUFFIXES) -> list[PurePosixPath]:
    """List all audio files below root, relative to it, hidden ones left out.

    Links are followed, each folder is read once.
    """

    def refuse(error: OSError):
        raise CorpusError(
            f"{error.filename} cannot be listed ({error.strerror}); give yourself the right to read it."
        )

    files, seen = [], set()
    for folder, folders, names in os.walk(root, followlinks=True, onerror=refuse):
        real = os.path.realpath(folder)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        relative = PurePosixPath(Path(folder).relative_to(root).as_posix())
        files += [
            relative / name
            for name in names
            if not name.startswith(".") and PurePosixPath(name).suffix.lower() in suffixes
        ]
    return sorted(files)


def why_unreadable(path: Path, error: AudioError) -> str:
    """Give the middle of an AudioError's sentence, which also names path and remedy."""
    if path.is_file():
        with open(path, "rb") as file:
            if file.read(23) == b"version https://git-lfs":
                return POINTER
    return str(error).removeprefix(f"{path} ").rsplit("; ", 1)[0]
