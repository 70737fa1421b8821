"""Where a corpus goes, on which terms, and how a download is refused."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import requests
from filelock import FileLock, Timeout

from ...errors import SequifiError, expanded
from ..corpora.published import corpus
from ..files import FULL

RECEIPT = ".sequifi_lite.json"
TERMS = "TERMS.txt"


class DownloadError(SequifiError):
    """A corpus cannot be got, unpacked or put in place."""


class Unavailable(DownloadError):
    """No source delivers; `by_hand` has the steps for a browser."""


class Refused(Exception):
    """This source will not do, for the reason given; another may."""


def by_hand(name: str) -> str:
    """Tell the exact steps to get a corpus with a browser and hand it over."""
    return f"{corpus(name).TITLE}, by hand:\n{corpus(name).DOWNLOAD.by_hand}"


def terms(name: str) -> str:
    """Tell licence, citation and sources of a corpus, as shown before anything is downloaded."""
    module = corpus(name)
    download = module.DOWNLOAD
    hosts = dict.fromkeys(
        urlsplit(source.url).netloc for archive in download.archives for source in archive.sources
    )
    hosts |= dict.fromkeys(urlsplit(url).netloc for url in download.files)
    lines = [
        module.TITLE,
        f"  licence   {module.LICENCE}",
        f"  cite      {module.CITATION}",
        f"  home      {module.HOME}",
        f"  sources   {', '.join(hosts)}",
        (
            f"  size      {size_in_words(_needed(name))} while it is fetched and unpacked,"
            f" {size_in_words(download.unpacked)} afterwards"
        ),
    ]
    return "\n".join(lines + ([f"  note      {download.note}"] if download.note else []))


def accepted(name: str, to: str | Path = "corpora") -> bool:
    """Tell whether the terms were accepted for a download that was broken off."""
    path = staging_of(place_of(name, to)) / TERMS
    return path.is_file() and path.read_bytes() == f"{terms(name)}\n".encode()


def place_of(name: str, to: str | Path) -> Path:
    """Name the folder of a corpus below a folder of corpora."""
    corpus(name)
    return expanded(to).absolute() / name


def staging_of(folder: Path) -> Path:
    """Name the folder where a corpus is put together: beside its place, on the same disk."""
    return folder.with_name(folder.name + ".part")


def fresh(folder: Path) -> Path:
    """Make an empty folder, in place of one that may be there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _needed(name: str) -> int:
    """Bytes of disk while a corpus is fetched.

    Its files and archives, these as large as the files if no size is known.
    """
    download = corpus(name).DOWNLOAD
    sizes = [
        max((source.size or 0 for source in archive.sources), default=0) for archive in download.archives
    ]
    packed = (sum(sizes) if all(sizes) else download.unpacked) if sizes else 0
    return packed + download.unpacked


def check_space(name: str, staging: Path, own) -> None:
    """Refuse to begin where the disk is too small.

    Raises
    ------
    DownloadError
    """
    kept = (
        path for path in staging.rglob("*") if path.relative_to(staging).parts[0] not in ("unpacked", "own")
    )
    there = sum(path.stat().st_size for path in kept if path.is_file())
    needed = corpus(name).DOWNLOAD.unpacked if own else max(_needed(name) - there, 0)
    disk = next(path for path in (staging, *staging.parents) if path.exists())
    if (free := shutil.disk_usage(disk).free) < needed:
        raise DownloadError(
            f"{corpus(name).TITLE} needs {size_in_words(needed)} in {staging.parent}, but only"
            f" {size_in_words(free)} are free; free some space or choose another disk with --to."
        )


@contextlib.contextmanager
def alone(staging: Path, name: str, make: bool = True):
    """Let one process at a time into the staging folder, made if missing; a killed one's lock is released."""
    lock = FileLock(staging / "lock")
    try:
        while not lock.is_locked:
            if make:
                staging.mkdir(parents=True, exist_ok=True)
            elif not staging.is_dir():
                break
            with contextlib.suppress(FileNotFoundError):  # another process takes its folder away just now
                lock.acquire(timeout=0)
    except Timeout as error:
        raise DownloadError(
            f"Another process is getting {corpus(name).TITLE} into {staging.parent} right now; wait until it"
            " has ended."
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def disk(to: Path):
    """Say in a sentence what the operating system refuses."""
    try:
        yield
    except (requests.exceptions.RequestException, Timeout):
        raise
    except OSError as error:
        if error.errno in FULL:
            raise DownloadError(
                f"The disk of {to} is full; free some space and run the same command again, it goes on from"
                " what is there."
            ) from error
        raise DownloadError(
            f"{error.filename or to} cannot be used ({error.strerror or error}); choose a folder that you may"
            " write to with --to."
        ) from error


def size_in_words(count: float) -> str:
    """Write a number of bytes for people."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
