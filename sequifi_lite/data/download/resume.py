"""One file from one address, going on where the last attempt or the last run broke off.

The attempts are not left to urllib3's `Retry`: it repeats requests whose answer never began, but not one that
breaks off in the middle, which is the usual case with large files; it does not count anew when bytes have
come, knows no longest wait, and sleeps without a word to the reader. It reads the Retry-After header.
"""

from __future__ import annotations

import json
import os
import random
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import pooch
import requests
import urllib3

from ... import __version__
from ..corpora.sources import Source
from .places import Refused, size_in_words

# Zenodo asks programs to name themselves and blocks the default name of the requests library at times.
AGENT = f"sequifi_lite/{__version__}"
ATTEMPTS = 5  # in a row without a new byte; then the next source is asked
LONGEST_PAUSE = 60  # seconds, of our own back-off
LONGEST_WISH = 600  # seconds that a server may ask us to wait
TIMEOUT = (20, 60)  # seconds to connect, and without a byte
CHUNK = 1 << 18
BUSY = (408, 425, 429, 500, 502, 503, 504)
TOO_LARGE = 4 << 30  # bytes of one download whose size is not known; the largest corpus has 1 GiB


class _Again(Exception):
    """This attempt failed, the next may not; with the seconds that the server asks to wait."""

    def __init__(self, reason: str, wait: float = 0):
        super().__init__(reason)
        self.wait = wait


def fetch(source: Source, folder: Path, name: str, progress: bool, say, session=None) -> Path:
    """Get one file, whole and with the right checksum, into its folder.

    Raises
    ------
    Refused
        If this source will not do.
    """
    pooch.get_logger().setLevel("WARNING")
    resume = _Resume(folder / f"{name}.part", source, session or new_session(), progress, say)
    for last in (False, True):
        try:
            return Path(
                pooch.retrieve(source.url, source.checksum, fname=name, path=folder, downloader=resume)
            )
        except ValueError as error:  # the checksum
            # Bytes of two versions of a file may have met: only a wrong file that came in one piece is the
            # source's fault.
            if last or not resume.joined:
                raise Refused(
                    f"it sent a file that does not have the published checksum, {resume.looks}"
                ) from error
    raise AssertionError


class _Resume:
    """A downloader for pooch that goes on where the last attempt, or the last run, stopped.

    The bytes lie in `part`, and beside it in a note what they are part of: the address and the server's mark
    of the version (ETag, else Last-Modified). Bytes are added only if a checksum will judge the result, or if
    the server confirms the version.
    """

    def __init__(self, part: Path, source: Source, session: requests.Session, progress: bool, say):
        self.part, self.source, self.session, self.progress, self.say = part, source, session, progress, say
        self.note = part.with_name(part.name + ".json")
        self.joined = False  # the file was put together from several answers
        self.looks = ""  # what the file seems to be

    def __call__(self, url, output_file, pooch):
        self.joined, failures, reached = self._have() > 0, 0, self._have()
        while True:
            wait = 0
            try:
                self._attempt(url)
                break
            except _Again as again:
                reason, wait = str(again), again.wait
            except (
                requests.exceptions.SSLError,
                requests.exceptions.TooManyRedirects,
                requests.exceptions.InvalidURL,
            ) as error:
                raise Refused(f"no safe connection ({type(error).__name__})") from error
            except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
                reason = (
                    "it breaks off" if self._have() > reached else f"no connection ({type(error).__name__})"
                )
            self.joined = self._have() > 0
            failures = 0 if self._have() > reached else failures + 1
            reached = max(reached, self._have())
            if failures >= ATTEMPTS or wait > LONGEST_WISH:
                raise Refused(
                    reason if wait <= LONGEST_WISH else f"{reason} and asks to wait {wait / 60:.0f} minutes"
                )
            # A little chance in the pause, so that a class of readers does not come back all at once.
            wait = max(wait, min(2**failures, LONGEST_PAUSE) * random.uniform(0.75, 1))
            self.say(
                f"{urlsplit(url).netloc}: {reason}; next attempt in {wait:.0f} s,"
                f" {size_in_words(self._have())} are kept"
            )
            _sleep(wait)
        with open(self.part, "rb") as file:
            self.looks = looks_like(file.read(64))
        os.replace(self.part, output_file)
        self.note.unlink(missing_ok=True)

    def _attempt(self, url: str) -> None:
        have, note = self._have(), self._read_note()
        if self.source.checksum and self.source.size and have == self.source.size:
            return  # a run was stopped between the last byte and the checksum
        ours = note.get("url") == url
        if have and not self.source.checksum and not (ours and note.get("version")):
            have = self._discard()
        headers = {"Range": f"bytes={have}-"} if have else {}
        if have and ours and note.get("version"):
            headers["If-Range"] = note["version"]
        with self.session.get(url, headers=headers, stream=True, timeout=TIMEOUT) as answer:
            if url.startswith("https:") and not answer.url.startswith("https:"):
                raise Refused("it leads to an address without encryption")
            if answer.status_code in BUSY:
                raise _Again(f"it answers {answer.status_code} {answer.reason}", _retry_after(answer))
            if answer.status_code == 416 and have:
                # The last run may have been stopped after the last byte.
                if answer.headers.get("Content-Range") == f"bytes */{have}" and self.source.size in (
                    None,
                    have,
                ):
                    return
                self._discard()
                raise _Again("it does not have the rest of the file")
            if answer.status_code not in (200, 206):
                raise Refused(f"it answers {answer.status_code} {answer.reason}")
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                raise Refused("it sends a web page instead of the file")
            if answer.status_code == 206:
                start = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
                moved = ours and note.get("version") and _version(answer) not in (None, note["version"])
                if start is None or int(start[1]) != have or moved:
                    self._discard()
                    raise _Again("the file has changed there")
            else:
                have = 0
                self.part.parent.mkdir(parents=True, exist_ok=True)
                self.note.write_text(json.dumps({"url": url, "version": _version(answer)}), encoding="utf-8")
            self._write(answer, have)
        if self.source.size and self._have() < self.source.size:
            raise _Again(f"it sends {size_in_words(self._have())} of {size_in_words(self.source.size)}")

    def _write(self, answer: requests.Response, have: int) -> None:
        from tqdm.auto import tqdm

        most = self.source.size or TOO_LARGE
        length = (
            int(answer.headers["Content-Length"]) + have
            if answer.headers.get("Content-Length", "").isdigit()
            else None
        )
        title = self.part.name.removesuffix(".part")
        with (
            open(self.part, "ab" if have else "wb") as file,
            tqdm(
                total=self.source.size or length,
                initial=have,
                desc=title,
                unit="B",
                unit_scale=True,
                disable=not self.progress,
            ) as bar,
        ):
            # read1 hands on what has arrived: iter_content would lose the tail before a break.
            while data := answer.raw.read1(CHUNK):
                if (have := have + len(data)) > most:
                    file.close()
                    self._discard()
                    raise Refused(f"it sends more than the expected {size_in_words(most)}")
                file.write(data)
                bar.update(len(data))

    def _have(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _discard(self) -> int:
        self.part.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)
        return 0

    def _read_note(self) -> dict:
        try:
            note = json.loads(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}


def new_session() -> requests.Session:
    """Open a session that names this program and asks for the bytes as they are."""
    session = requests.Session()
    # identity: lengths and ranges have to count the bytes of the file itself.
    session.headers.update({"User-Agent": AGENT, "Accept-Encoding": "identity"})
    session.max_redirects = 10
    return session


def _version(answer: requests.Response) -> str | None:
    """The mark that If-Range takes: a strong ETag, else the date of the last change."""
    tag = answer.headers.get("ETag", "")
    return tag if tag.startswith('"') else answer.headers.get("Last-Modified")


def _retry_after(answer: requests.Response) -> float:
    try:
        return urllib3.Retry().parse_retry_after(answer.headers.get("Retry-After", "0"))
    except urllib3.exceptions.InvalidHeader:
        return 0


def looks_like(head: bytes) -> str:
    """Guess from its first bytes what a file is that is not the expected one."""
    if head.startswith(b"version https://git-lfs"):
        return "only a Git LFS pointer"
    if head.lstrip()[:1] == b"<":
        return "which looks like a web page"
    for magic, kind in (
        (b"PK", "a zip archive"),
        (b"Rar!", "a RAR archive"),
        (b"7z\xbc\xaf", "a 7z archive"),
        (b"RIFF", "a WAV file"),
    ):
        if head.startswith(magic):
            return f"which looks like {kind}"
    return "of an unknown kind"


_sleep = time.sleep  # a name of its own, so that tests need not wait
