"""A folder on disk: the audio files in it, and why one of them cannot be read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ...errors import AudioError, CorpusError, expanded
from ..audio import CONVERT, READABLE
from ..findings import some, titled

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


def audio_files(root: Path, suffixes: tuple[str, ...] = READABLE) -> list[PurePosixPath]:
    """List all audio files below root, relative to it, hidden ones left out.

    Links are followed, each folder is read once.
    """
    return sorted(file for file in _walk(root) if file.suffix.lower() in suffixes and not _is_hidden(file))


def passed_over(root: Path, suffixes: tuple[str, ...] = READABLE) -> dict[str, int]:
    """Count the files below root that `audio_files` does not list, by suffix; hidden ones by themselves.

    Returns
    -------
    dict of str to int
        ``.avi`` -> 3, ``no suffix`` -> 1, ``hidden .wav`` -> 2; the most frequent first.
    """
    counts: Counter = Counter()
    for file in _walk(root):
        suffix = file.suffix.lower() or "no suffix"
        if _is_hidden(file):
            counts[f"hidden {suffix}"] += 1
        elif suffix not in suffixes:
            counts[suffix] += 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def converted(root: Path) -> dict[str, int]:
    """Count, by suffix, the files that cannot be decoded and lie beside one of the same name that can."""
    stems = {file.with_suffix("") for file in audio_files(root)}
    twins = (file for file in audio_files(root, CONVERT) if file.with_suffix("") in stems)
    counts = Counter(file.suffix.lower() for file in twins)
    return {f"{suffix} beside audio of the same name": n for suffix, n in sorted(counts.items())}


def instead(root: Path) -> str:
    """Say in brackets what there is in a folder without audio."""
    there = some([f"{suffix}: {n:,}" for suffix, n in passed_over(root).items()], 5)
    return f" (but {', '.join(there)})" if there else ""


def passed_over_lines(counts: dict[str, int], most: int) -> list[str]:
    """Say what `passed_over` has counted."""
    names = [f"{suffix}: {n:,}" for suffix, n in counts.items()]
    return titled("files that are not read as sound, by suffix", names, most, count=sum(counts.values()))


def _is_hidden(file: PurePosixPath) -> bool:
    return any(part.startswith(".") for part in file.parts)


def _walk(root: Path) -> Iterator[PurePosixPath]:
    """All files below root, those in hidden folders too; a folder that is linked twice counts once."""

    def refuse(error: OSError):
        if any(part.startswith(".") for part in Path(error.filename).relative_to(root).parts):
            return  # what is hidden may be closed: it is not read anyway
        raise CorpusError(
            f"{error.filename} cannot be listed ({error.strerror}); give yourself the right to read it."
        )

    seen = set()
    for folder, folders, names in os.walk(root, followlinks=True, onerror=refuse):
        real = os.path.realpath(folder)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        # Hidden ones last, so that a folder linked from one of them counts where it is seen.
        folders.sort(key=lambda name: (name.startswith("."), name))
        relative = PurePosixPath(Path(folder).relative_to(root).as_posix())
        yield from (relative / name for name in names)


def why_unreadable(path: Path, error: AudioError) -> str:
    """Give an AudioError's sentence without its path, and without the remedy where that is the usual one."""
    if path.is_file():
        with open(path, "rb") as file:
            if file.read(23) == b"version https://git-lfs":
                return POINTER
    reason, _, remedy = str(error).removeprefix(f"{path} ").rstrip(".").rpartition("; ")
    usual = remedy.startswith(("get it again", "check the path", "remove it"))
    return reason if usual else f"{reason}; {remedy}"
