"""Getting a corpus.

From its home, a mirror or archives that a reader has, checked, unpacked and put in place as a whole.

Checksums, skipping what is there and moving a finished file into place are pooch's work. What pooch lacks is
here: going on where an attempt broke off, refusing archives that could do harm, and a folder that appears
complete or not at all.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import random
import re
import shutil
import stat
import tarfile
import time
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import file_digest
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from shlex import quote
from urllib.parse import urlsplit

import pooch
import pyarrow.parquet as pq
import requests
import urllib3
from filelock import FileLock, Timeout

from .. import __version__
from ..errors import SequifiError
from .corpora import CORPORA, Scan, corpus, published, scan
from .corpora.sources import DOWNLOADS, Archive, Source
from .pack import SHIPPED

# Zenodo asks programs to name themselves and blocks the default name of the requests library at times.
AGENT = f"sequifi_lite/{__version__}"
ATTEMPTS = 5  # in a row without a new byte; then the next source is asked
LONGEST_PAUSE = 60  # seconds, of our own back-off
LONGEST_WISH = 600  # seconds that a server may ask us to wait
TIMEOUT = (20, 60)  # seconds to connect, and without a byte
CHUNK = 1 << 18
BUSY = (408, 425, 429, 500, 502, 503, 504)
TOO_LARGE = 4 << 30  # bytes of one download whose size is not known; the largest corpus has 1 GiB

MEMBERS = 50_000  # files in an archive
RATIO = 100  # unpacked to packed; speech reaches 3, silence 1,000
# of the published clips must be there, else parts were forgotten (MESD's copies in circulation lack a few)
ENOUGH = 0.9

RECEIPT = ".sequifi_lite.json"
TERMS = "TERMS.txt"


class DownloadError(SequifiError):
    """A corpus cannot be got, unpacked or put in place."""


class Unavailable(DownloadError):
    """No source delivers; `by_hand` has the steps for a browser."""


class _Refused(Exception):
    """This source will not do, for the reason given; another may."""


class _Again(Exception):
    """This attempt failed, the next may not; with the seconds that the server asks to wait."""

    def __init__(self, reason: str, wait: float = 0):
        super().__init__(reason)
        self.wait = wait


@dataclass
class Got:
    """A corpus in its place.

    Attributes
    ----------
    scan : Scan
        What the folder holds.
    new : bool
        False if it had been there before and nothing was done.
    checked : list of str
        What was verified, one line each.
    """

    scan: Scan
    new: bool
    checked: list[str] = field(default_factory=list)

    def report(self) -> str:
        """The report of the scan, what was verified, and the next command."""
        lines = [self.scan.report(), *(f"  {line}" for line in self.checked)]
        if not self.new:
            lines.insert(0, "Already here, nothing was done.")
        return "\n".join(
            [*lines, f"Next: sequifi-lite embed {quote(str(self.scan.root))} --corpus {self.scan.corpus}"]
        )


def by_hand(name: str) -> str:
    """Exact steps to get a corpus with a browser and hand it over."""
    return f"{corpus(name).TITLE}, by hand:\n{DOWNLOADS[name].by_hand}"


def terms(name: str) -> str:
    """Licence, citation and sources of a corpus, as shown before anything is downloaded."""
    module, download = corpus(name), DOWNLOADS[name]
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
            f"  size      {_size(_needed(name))} while it is fetched and unpacked, {_size(download.unpacked)}"
            " afterwards"
        ),
    ]
    return "\n".join(lines + ([f"  note      {download.note}"] if download.note else []))


def find(name: str, to: str | Path = "corpora") -> Got | None:
    """The corpus below a folder if `get` has put it there, or if it is complete.

    None if there is nothing yet.

    Raises
    ------
    DownloadError
        If something else is in its place.
    """
    folder = _place(name, to)
    with _disk(folder.parent):
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return None
        remedy = "move it away or choose another folder with --to, then run the command again"
        if not folder.is_dir():
            raise DownloadError(
                f"{folder} is a file, where the folder of {corpus(name).TITLE} belongs; {remedy}."
            )
        found = scan(name, folder)
        try:
            clips = json.loads((folder / RECEIPT).read_text(encoding="utf-8"))["clips"]
        except (OSError, ValueError, KeyError, TypeError):
            clips = len(published(name))
    if found.unreadable or len(found.table) < clips:
        usable = f"{len(found.table):,} readable clips of {corpus(name).TITLE} instead of {clips:,}"
        raise DownloadError(f"{folder} exists and has {usable}; {remedy}.")
    return Got(found, new=False)


def accepted(name: str, to: str | Path = "corpora") -> bool:
    """True if the terms were accepted for a download that was broken off."""
    path = _staging(_place(name, to)) / TERMS
    return path.is_file() and path.read_text(encoding="utf-8") == terms(name) + "\n"


def get(
    name: str, to: str | Path = "corpora", own: tuple[str | Path, ...] = (), progress: bool = False, say=None
) -> Got:
    """Put a corpus into a folder of its own.

    Download, verify, unpack, compare, and move into place as the last step.

    Calling this says that you accept the corpus's terms (see `terms`). A call that was broken off, even by a
    kill, left all it had in `to/NAME.part`; the same call goes on from there. If the corpus is in place,
    nothing is done.

    Parameters
    ----------
    name : str
        Corpus: cremad, ravdess, emodb, mesd, shemo or nemo.
    to : str or Path
        Folder of corpora; this one goes into `to/NAME`.
    own : sequence of str or Path
        Archives (zip or tar) or folders that you downloaded yourself; nothing is downloaded then.
    progress : bool
        Show progress bars.
    say : callable, optional
        Is given a line of text where a source is given up or asks to wait.

    Returns
    -------
    Got

    Raises
    ------
    CorpusError
        If the corpus is unknown, or what was got is not it.
    Unavailable
        If no source delivers.
    DownloadError
        If the disk is too small or not writable, another process is at it, or an archive of yours cannot be
        used.
    """
    folder = _place(name, to)
    here = find(name, to)
    staging = _staging(folder)
    if here is not None:
        shutil.rmtree(staging, ignore_errors=True)  # a kill just after the last step can leave it behind
        return here
    with _disk(folder.parent):
        _check_space(name, staging, own)
        made = not folder.parent.exists()
        staging.mkdir(parents=True, exist_ok=True)
        with _alone(staging, name):
            (staging / TERMS).write_text(terms(name) + "\n", encoding="utf-8")
            try:
                if own:
                    tree, sources = _take_over(name, [Path(path).expanduser() for path in own], staging)
                else:
                    tree, sources = _download(name, staging, progress, say or (lambda text: None))
                tree = _lift(name, tree)
                found, checked = _examine(name, tree, bool(own))
            except (SequifiError, OSError):
                _sweep(staging)
                if made and not any(folder.parent.iterdir()):
                    folder.parent.rmdir()
                raise
            shutil.copy(staging / TERMS, tree / TERMS)
            # Whoever keeps corpora inside a repository must not commit recordings by accident.
            (tree / ".gitignore").write_text("*\n", encoding="utf-8")
            receipt = {"corpus": name, "clips": len(found.table), "sources": sources}
            (tree / RECEIPT).write_text(json.dumps(receipt, indent=1) + "\n", encoding="utf-8")
            if folder.exists():
                folder.rmdir()  # empty, else `find` would have refused it
            os.rename(tree, folder)
        shutil.rmtree(staging, ignore_errors=True)
    paths = [str(folder / Path(path).relative_to(found.root)) for path in found.table["path"]]
    return Got(replace(found, root=folder, table=found.table.assign(path=paths)), True, [*sources, *checked])


# From the network


def _download(name: str, staging: Path, progress: bool, say) -> tuple[Path, list[str]]:
    download, refusals = DOWNLOADS[name], []
    if download.archives:
        tree = _fresh(staging / "unpacked")
        limit = 4 * download.unpacked
        try:
            sources = [
                _archive(archive, staging, tree, limit, progress, say) for archive in download.archives
            ]
            return tree, sources
        except _Refused as reason:
            refusals.append(str(reason))
    if download.files:
        try:
            return _files(name, staging, progress, say)
        except _Refused as reason:
            refusals.append(str(reason))
    raise Unavailable(
        f"{corpus(name).TITLE} could not be had ({'; '.join(refusals)}); run the same command again later, or"
        f" get it by hand as `sequifi-lite get {name} --by-hand` says."
    )


def _archive(archive: Archive, staging: Path, tree: Path, limit: int, progress: bool, say) -> str:
    """Fetch one archive from the first source that delivers, unpack it, and say where it came from."""
    reasons = []
    for source in archive.sources:
        host = urlsplit(source.url).netloc
        try:
            # A folder for each source: what one has sent of its file is not lost when another is asked.
            path = _fetch(source, staging / re.sub(r"[^\w.-]", "_", host), archive.name, progress, say)
            try:
                unpack(path, _fresh(tree / path.stem), limit)
            except DownloadError as error:
                path.unlink()
                raise _Refused(str(error).rsplit("; ", 1)[0].removeprefix(f"{path} ")) from error
        except _Refused as reason:
            reasons.append(f"{archive.name} from {host}: {reason}")
            say(reasons[-1])
            continue
        verified = (
            f"{source.checksum.partition(':')[0]} as published"
            if source.checksum
            else "no checksum is published"
        )
        return f"{archive.name} from {host}: {verified}"
    raise _Refused("; ".join(reasons))


def _files(name: str, staging: Path, progress: bool, say) -> tuple[Path, list[str]]:
    """Fetch every published file on its own; a source that fails once is not asked again."""
    tree, sums = staging / "files", _recorded(name)
    bases, reasons = list(DOWNLOADS[name].files), []
    session, hosts = _session(), {}
    from tqdm.auto import tqdm

    for file in tqdm(published(name), desc=CORPORA[name].TITLE, unit="file", disable=not progress):
        while True:
            if not bases:
                raise _Refused("; ".join(reasons))
            try:
                path = tree / file
                _fetch(
                    Source(bases[0] + file, f"sha256:{sums[file]}"),
                    path.parent,
                    path.name,
                    False,
                    say,
                    session,
                )
                hosts[urlsplit(bases[0]).netloc] = True
                break
            except _Refused as reason:
                reasons.append(f"{file} from {urlsplit(bases.pop(0)).netloc}: {reason}")
                say(reasons[-1])
    for path in list(tree.rglob("*")):
        if path.is_file() and path.relative_to(tree).as_posix() not in sums:
            path.unlink()  # what a killed run left
    return tree, [f"single files from {' and '.join(hosts)}: sha256 as published"]


def _fetch(source: Source, folder: Path, name: str, progress: bool, say, session=None) -> Path:
    """One file, whole and with the right checksum, in its folder."""
    pooch.get_logger().setLevel("WARNING")
    resume = _Resume(folder / f"{name}.part", source, session or _session(), progress, say)
    for last in (False, True):
        try:
            return Path(
                pooch.retrieve(source.url, source.checksum, fname=name, path=folder, downloader=resume)
            )
        except ValueError as error:  # the checksum
            # Bytes of two versions of a file may have met: only a wrong file that came in one piece is the
            # source's fault.
            if last or not resume.joined:
                raise _Refused(
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
                raise _Refused(f"no safe connection ({type(error).__name__})") from error
            except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
                reason = (
                    "it breaks off" if self._have() > reached else f"no connection ({type(error).__name__})"
                )
            self.joined = self._have() > 0
            failures = 0 if self._have() > reached else failures + 1
            reached = max(reached, self._have())
            if failures >= ATTEMPTS or wait > LONGEST_WISH:
                raise _Refused(
                    reason if wait <= LONGEST_WISH else f"{reason} and asks to wait {wait / 60:.0f} minutes"
                )
            # A little chance in the pause, so that a class of readers does not come back all at once.
            wait = max(wait, min(2**failures, LONGEST_PAUSE) * random.uniform(0.75, 1))
            self.say(
                f"{urlsplit(url).netloc}: {reason}; next attempt in {wait:.0f} s, {_size(self._have())} are"
                " kept"
            )
            _sleep(wait)
        with open(self.part, "rb") as file:
            self.looks = _looks(file.read(64))
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
                raise _Refused("it leads to an address without encryption")
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
                raise _Refused(f"it answers {answer.status_code} {answer.reason}")
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                raise _Refused("it sends a web page instead of the file")
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
            raise _Again(f"it sends {_size(self._have())} of {_size(self.source.size)}")

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
                    raise _Refused(f"it sends more than the expected {_size(most)}")
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


def _session() -> requests.Session:
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


def _looks(head: bytes) -> str:
    """What a file that is not the expected one seems to be, from its first bytes."""
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


# From archives and folders


def _take_over(name: str, own: list[Path], staging: Path) -> tuple[Path, list[str]]:
    """Unpack a reader's archives and copy the corpus's files of a reader's folders."""
    tree, sources = _fresh(staging / "own"), []
    limit = 4 * DOWNLOADS[name].unpacked
    sums = {
        source.checksum
        for archive in DOWNLOADS[name].archives
        for source in archive.sources
        if source.checksum
    }
    for number, path in enumerate(own):
        if path.is_dir():
            found = scan(name, path)
            found.check()
            for file, original in found.table[["file", "path"]].itertuples(index=False):
                target = (tree / str(number) / file).with_suffix(
                    Path(original).suffix
                )  # a reader's copy may be FLAC
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(original, target)
            sources.append(f"{path}: folder, {len(found.table):,} clips")
        elif path.is_file():
            unpack(path, tree / str(number), limit)
            known = any(pooch.hashes.hash_matches(str(path), checksum) for checksum in sums)
            sources.append(f"{path}: archive{', checksum as published' if known else ''}")
        else:
            raise DownloadError(
                f"{path} does not exist; give the archive or folder that you downloaded with --from."
            )
    return tree, sources


def unpack(path: str | Path, folder: str | Path, limit: int) -> None:
    """Unpack the regular files of a zip or tar archive into a folder.

    Hidden files are passed over, archives inside unpacked too.

    The whole archive is refused if one member could do harm; what was unpacked until then stays for the
    caller to remove.

    Parameters
    ----------
    path : str or Path
        Archive.
    folder : str or Path
        Made if missing.
    limit : int
        Most bytes that all files may have together.

    Raises
    ------
    DownloadError
        If it is no such archive, is damaged or encrypted; if a name leads outside the folder or occurs twice
        (also when only the case differs); if a member is a link or a device; if it holds too much.
    """
    path, folder = Path(path), Path(folder)
    packed = max(path.stat().st_size, 1)
    seen, total, inner = set(), 0, []
    remedy = "download it again from its home, or unpack it yourself and give the folder with --from"
    try:
        for name, size, opened in _members(path):
            target = _inside(name)
            if target is None:
                continue
            total += size
            if (key := str(target).casefold()) in seen:
                raise _Refused(f"holds {name!r} twice")
            seen.add(key)
            if len(seen) > MEMBERS or total > limit or total > RATIO * packed + (1 << 20):
                raise _Refused(
                    f"would unpack to more than {len(seen):,} files or {_size(total)}, far too much for this"
                    " corpus"
                )
            out = folder / target
            out.parent.mkdir(parents=True, exist_ok=True)
            with opened() as source, open(out, "xb") as file:
                shutil.copyfileobj(source, file, CHUNK)
            if out.stat().st_size != size:
                raise _Refused(f"breaks off inside {name!r}")
            if re.search(r"\.(zip|tar|tgz|tar\.\w+)$", out.name, re.IGNORECASE):
                inner.append(out)
    except _Refused as reason:
        raise DownloadError(f"{path} {reason}; {remedy}.") from reason
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DownloadError(f"{path} cannot be unpacked ({error.strerror or error}); {remedy}.") from error
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        LZMAError,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise DownloadError(f"{path} is damaged ({error}); {remedy}.") from error
    for archive in inner:
        unpack(archive, archive.with_name(archive.name + ".unpacked"), limit - total)
        archive.unlink()


def _members(path: Path):
    """Name, size and opener of every regular file; anything that is neither file nor folder is refused."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                kind = stat.S_IFMT(member.external_attr >> 16) if member.create_system == 3 else 0
                if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                    raise _Refused(f"holds {member.filename!r}, which is a link or a device")
                if member.flag_bits & 1:
                    raise _Refused("is encrypted")
                if not member.is_dir():
                    yield member.filename, member.file_size, partial(archive.open, member)
    elif tarfile.is_tarfile(path):
        with tarfile.open(path) as archive:
            for member in archive:
                if not (member.isreg() or member.isdir()):
                    raise _Refused(f"holds {member.name!r}, which is a link or a device")
                if member.isreg():
                    yield member.name, member.size, partial(archive.extractfile, member)
    else:
        with open(path, "rb") as file:
            looks = _looks(file.read(64))
        raise _Refused(
            "breaks off: its end is missing"
            if looks == "which looks like a zip archive"
            else "is no zip or tar archive" + ("" if looks == "of an unknown kind" else f", {looks}")
        )


def _inside(name: str) -> PurePosixPath | None:
    """A member's path below the folder, None for hidden ones.

    Windows separators are taken for separators everywhere.
    """
    parts = name.replace("\\", "/").split("/")
    if (
        parts[0] == ""
        or ".." in parts
        or re.match(r"[A-Za-z]:", name)
        or any(ord(letter) < 32 for letter in name)
    ):
        raise _Refused(f"holds {name!r}, a name that leads outside its folder")
    parts = [unicodedata.normalize("NFC", part) for part in parts if part not in ("", ".")]
    if not parts or parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts):
        return None
    return PurePosixPath(*parts)


# What both ways share


def _lift(name: str, tree: Path) -> Path:
    """The folder that has the corpus's own folders, below those that archives are wrapped in."""
    while (
        len(inside := list(tree.iterdir())) == 1
        and inside[0].is_dir()
        and inside[0].name != corpus(name).FOLDER
    ):
        tree = inside[0]
    return tree


def _sweep(staging: Path) -> None:
    """After an error: keep what the next run can use, and nothing else."""
    for tree in ("unpacked", "own"):
        shutil.rmtree(staging / tree, ignore_errors=True)
    if not any(path.is_file() and path.name not in (TERMS, "lock") for path in staging.rglob("*")):
        shutil.rmtree(staging, ignore_errors=True)


def _examine(name: str, tree: Path, own: bool) -> tuple[Scan, list[str]]:
    """Scan what was got, refuse what is not the corpus.

    And compare every file with the recorded checksums.
    """
    found = scan(name, tree)
    found.check()
    if len(found.table) < ENOUGH * len(published(name)):
        remedy = (
            "give all its parts together, each with --from"
            if own
            else f"look at {corpus(name).HOME} whether it has moved"
        )
        raise DownloadError(
            f"Only {len(found.table):,} of the {len(published(name)):,} clips of {corpus(name).TITLE} are"
            f" there (the first missing one is {found.missing[0]}); {remedy}."
        )
    sums = _recorded(name)
    if not sums:
        return found, ["no checksums of single files are known"]
    pairs = [
        (file, path) for file, path in found.table[["file", "path"]].itertuples(index=False) if file in sums
    ]
    changed = [file for file, path in pairs if _sha256(path) != sums[file]]
    lines = [
        f"{len(pairs) - len(changed):,} of {len(pairs):,} files byte for byte as those behind the shipped"
        " embeddings (sha256)"
    ]
    lines += [f"  other bytes: {file}" for file in changed[:10]]
    return found, lines + ([f"  and {len(changed) - 10:,} more"] if len(changed) > 10 else [])


def _recorded(name: str) -> dict[str, str]:
    """The sha256 of each official file, from the shipped embeddings.

    For CREMA-D these are its published Git LFS names.
    """
    path = SHIPPED / f"{name}.parquet"
    if not path.exists():
        return {}
    table = pq.read_table(path, columns=["file", "sha256"]).to_pydict()
    return dict(zip(table["file"], table["sha256"]))


def _sha256(path: str) -> str:
    with open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _place(name: str, to: str | Path) -> Path:
    corpus(name)
    return Path(to).expanduser().absolute() / name


def _staging(folder: Path) -> Path:
    return folder.with_name(folder.name + ".part")


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _needed(name: str) -> int:
    """Bytes of disk while a corpus is fetched.

    Its files and archives, these as large as the files if no size is known.
    """
    download = DOWNLOADS[name]
    sizes = [
        max((source.size or 0 for source in archive.sources), default=0) for archive in download.archives
    ]
    packed = (sum(sizes) if all(sizes) else download.unpacked) if sizes else 0
    return packed + download.unpacked


def _check_space(name: str, staging: Path, own) -> None:
    kept = (
        path for path in staging.rglob("*") if path.relative_to(staging).parts[0] not in ("unpacked", "own")
    )
    there = sum(path.stat().st_size for path in kept if path.is_file())
    needed = DOWNLOADS[name].unpacked if own else max(_needed(name) - there, 0)
    disk = next(path for path in (staging, *staging.parents) if path.exists())
    if (free := shutil.disk_usage(disk).free) < needed:
        raise DownloadError(
            f"{corpus(name).TITLE} needs {_size(needed)} in {staging.parent}, but only {_size(free)} are"
            " free; free some space or choose another disk with --to."
        )


@contextlib.contextmanager
def _alone(staging: Path, name: str):
    """One process at a time; the system releases the lock of a killed one."""
    try:
        with FileLock(staging / "lock", timeout=0):
            yield
    except Timeout as error:
        raise DownloadError(
            f"Another process is getting {corpus(name).TITLE} into {staging.parent} right now; wait until it"
            " has ended."
        ) from error


@contextlib.contextmanager
def _disk(to: Path):
    """What the operating system refuses, as a sentence."""
    try:
        yield
    except (requests.exceptions.RequestException, Timeout):
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DownloadError(
                f"The disk of {to} is full; free some space and run the same command again, it goes on from"
                " what is there."
            ) from error
        raise DownloadError(
            f"{error.filename or to} cannot be used ({error.strerror or error}); choose a folder that you may"
            " write to with --to."
        ) from error


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
