"""One file from one address, going on where the last attempt or the last run broke off.

The attempts are not left to urllib3's `Retry`: it repeats requests whose answer never began, but not one that
breaks off in the middle, which is the usual case with large files; it does not count anew when bytes have
come, knows no longest wait, and sleeps without a word to the reader. It reads the Retry-After header.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import random
import re
import time
from pathlib import Path
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

import pooch
import requests
import urllib3

from ... import __version__
from ..corpora.sources import Source
from ..files import sha256
from .places import Refused, size_in_words

# Zenodo asks programs to name themselves and blocks the default name of the requests library at times.
AGENT = f"sequifi_lite/{__version__}"
ATTEMPTS = 5  # in a row without a new byte; then the next source is asked
LONGEST_PAUSE = 60  # seconds, of our own back-off
LONGEST_WISH = 600  # seconds that a server may ask us to wait
TIMEOUT = (20, 60)  # seconds to connect, and without a byte
CHUNK = 1 << 18
NOTED = 8 << 20  # bytes after which the note is brought up to date: what a kill may cost
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
    downloader = cast(Any, resume)  # pooch names the arguments otherwise, and hands them over by place
    path = folder / name
    vouched = path.with_name(f"{name}.sha256")  # for want of a published one, the sum of what came
    checksum = source.checksum or _read_sum(vouched)
    if path.exists() and not (checksum and pooch.hashes.hash_matches(str(path), checksum)):
        say(f"{path} is not what came; it is fetched anew")
        path.unlink()
    for last in (False, True):
        try:
            pooch.retrieve(source.url, source.checksum, fname=name, path=folder, downloader=downloader)
            if not source.checksum:
                vouched.write_text(f"sha256:{sha256(path)}", encoding="ascii")
            return path
        except ValueError as error:  # the checksum
            # Bytes of two versions of a file may have met: only a wrong file that came in one piece is the
            # source's fault.
            if last or not resume.joined:
                raise Refused(
                    f"it sent a file that does not have the published checksum, {resume.looks}"
                ) from error
            say(f"{path} was put together of bytes that do not belong together; it is fetched anew")
    raise AssertionError


def _read_sum(path: Path) -> str | None:
    text = path.read_bytes().decode("ascii", "replace") if path.is_file() else ""
    return text if re.fullmatch("sha256:[0-9a-f]{64}", text) else None


class _Resume:
    """A downloader for pooch that goes on where the last attempt, or the last run, stopped.

    The bytes lie in `part`, and beside it in a note what they are part of: the address and the server's mark
    of the version (a strong ETag, else Last-Modified). Bytes are added only if a checksum will judge the
    result, or if the server confirms the version and the bytes that are there are those that came: the note
    has their number and sha256 as of the last break, or the last few megabytes.
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
                requests.exceptions.InvalidSchema,
                requests.exceptions.MissingSchema,
                requests.exceptions.InvalidHeader,
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
        if have and not self.source.checksum:
            if not note:
                self.say(f"{self.note} does not say what {self.part.name} is; it is fetched anew")
            have = self._as_noted(note) if ours and note.get("version") else self._discard()
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
                note = {"url": url, "version": _version(answer)}
                self._keep_note(note)
            self._write(answer, have, note)
        if self.source.size and self._have() < self.source.size:
            raise _Again(f"it sends {size_in_words(self._have())} of {size_in_words(self.source.size)}")

    def _keep_note(self, note: dict) -> None:
        self.note.write_text(json.dumps(note), encoding="utf-8")

    def _write(self, answer: requests.Response, have: int, note: dict) -> None:
        from tqdm.auto import tqdm

        most = self.source.size or TOO_LARGE
        length = (
            int(answer.headers["Content-Length"]) + have
            if answer.headers.get("Content-Length", "").isdigit()
            else None
        )
        title = self.part.name.removesuffix(".part")
        digest, noted = _sha256_of(self.part, 0 if self.source.checksum else have), have
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
            try:
                # read1 hands on what has arrived: iter_content would lose the tail before a break.
                while data := answer.raw.read1(CHUNK):
                    if have + len(data) > most:
                        file.close()
                        have = self._discard()
                        raise Refused(f"it sends more than the expected {size_in_words(most)}")
                    file.write(data)
                    file.flush()
                    have += len(data)
                    digest.update(data)
                    bar.update(len(data))
                    if have - noted >= NOTED and not self.source.checksum:
                        self._keep_note(note | {"bytes": have, "sha256": digest.hexdigest()})
                        noted = have
            finally:
                if have > noted and not self.source.checksum:
                    self._keep_note(note | {"bytes": have, "sha256": digest.hexdigest()})

    def _as_noted(self, note: dict) -> int:
        """Keep of the part what the note vouches for; how many bytes that is."""
        size, digest = note.get("bytes"), note.get("sha256")
        if (
            isinstance(size, int)
            and 0 < size <= self._have()
            and _sha256_of(self.part, size).hexdigest() == digest
        ):
            os.truncate(self.part, size)
            return size
        self.say(f"{self.part} does not hold the bytes that came; it is fetched anew")
        return self._discard()

    def _have(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _discard(self) -> int:
        self.part.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)
        return 0

    def _read_note(self) -> dict:
        """What is known of the bytes that are there; nothing of a mark that cannot be one."""
        try:
            note = json.loads(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(note, dict):
            return {}
        mark = note.get("version")
        if not (isinstance(mark, str) and re.fullmatch(r'"[!#-~]*"|\w{3}, [\w :]+ GMT', mark)):
            note["version"] = None
        return note


def _sha256_of(path: Path, most: int):
    """Hash the first bytes of a file."""
    digest, left = hashlib.sha256(), most
    if left:
        with open(path, "rb") as file:
            while left and (data := file.read(min(left, 1 << 20))):
                digest.update(data)
                left -= len(data)
    return digest


def is_loopback(url: str) -> bool:
    """Tell whether an address is on this machine, where nobody listens on the way."""
    host = urlsplit(url).hostname or ""
    address = _ip(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


class _Session(requests.Session):
    """A session that looks at every step of a redirection before it is made, and not at the last alone."""

    def get_redirect_target(self, resp):
        target = super().get_redirect_target(resp)
        if target is None:
            return None
        try:
            url = urljoin(resp.url, target)
            scheme, host = urlsplit(url).scheme.lower(), urlsplit(url).hostname
        except ValueError as error:
            raise Refused(f"it leads to {target!r}, which is no address") from error
        if scheme not in ("http", "https") or not host:
            raise Refused(f"it leads to {url!r}, which is no address on the web")
        if resp.url.lower().startswith("https:") and scheme != "https":
            raise Refused(f"it leads to an address without encryption, {url}")
        inside = host == "localhost" or ((ip := _ip(host)) is not None and not ip.is_global)
        if inside and not is_loopback(resp.url):
            raise Refused(f"it leads into the network of this machine, to {url}")
        return target


def new_session() -> requests.Session:
    """Open a session that names this program and asks for the bytes as they are."""
    session = _Session()
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
