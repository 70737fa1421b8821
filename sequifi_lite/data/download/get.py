"""A corpus got as a whole: from its home, a mirror, or archives that a reader has."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit

import pooch

from ...errors import SequifiError, expanded
from ..corpora.folder import audio_files
from ..corpora.published import corpus, published
from ..corpora.scan import Scan, scan
from ..corpora.sources import Archive, Source
from ..files import sha256, write_text
from ..findings import some
from ..pack import SHIPPED, clip_table
from ..progress import bar
from .places import (
    RECEIPT,
    TERMS,
    DownloadError,
    Refused,
    Unavailable,
    alone,
    check_space,
    disk,
    fresh,
    place_of,
    staging_of,
    terms,
)
from .resume import fetch, is_loopback, new_session
from .unpacking import unpack

# of the published clips must be there, else parts were forgotten (MESD's copies in circulation lack a few)
ENOUGH = 0.9


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
        """Write the report of the scan, what was verified, and the next command."""
        lines = [self.scan.report(), *(f"  {line}" for line in self.checked)]
        if not self.new:
            lines.insert(0, "Already here, nothing was done.")
        return "\n".join(
            [*lines, f"Next: sequifi-lite embed {quote(str(self.scan.root))} --corpus {self.scan.corpus}"]
        )


def find(name: str, to: str | Path = "corpora") -> Got | None:
    """Find the corpus below a folder if `get` has put it there, or if it is complete.

    None if there is nothing yet.

    Raises
    ------
    DownloadError
        If something else is in its place.
    """
    folder = place_of(name, to)
    with disk(folder.parent):
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
            clips = None
        if not (isinstance(clips, int) and ENOUGH * len(published(name)) <= clips):  # none, or a damaged one
            clips = len(published(name))
    if found.unreadable or len(found.table) < clips:
        usable = f"{len(found.table):,} readable clips of {corpus(name).TITLE} instead of {clips:,}"
        raise DownloadError(f"{folder} exists and has {usable}; {remedy}.")
    return Got(found, new=False)


def get(
    name: str, to: str | Path = "corpora", own: tuple[str | Path, ...] = (), progress: bool = False, say=None
) -> Got:
    """Put a corpus into a folder of its own: download, verify, unpack, compare, and move into place.

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
    folder = place_of(name, to)
    staging = staging_of(folder)
    if (here := find(name, to)) is not None:
        # A kill just after the last step can leave it behind; another process may hold it as it ends.
        with contextlib.suppress(DownloadError), alone(staging, name, make=False):
            shutil.rmtree(staging, ignore_errors=True)
        return here
    with disk(folder.parent):
        check_space(name, staging, own)
        made = not folder.parent.exists()
        with alone(staging, name):
            got = find(name, to)  # another process may have put it there meanwhile
            if got is None:
                write_text(staging / TERMS, terms(name) + "\n")
                try:
                    got = _put(name, staging, folder, own, progress, say or (lambda text: None))
                except (SequifiError, OSError):
                    _sweep(staging)
                    if made and not any(folder.parent.iterdir()):
                        folder.parent.rmdir()
                    raise
            shutil.rmtree(staging, ignore_errors=True)
    return got


def _put(name: str, staging: Path, folder: Path, own, progress: bool, say) -> Got:
    """Put a corpus together in its staging folder and move it into its place."""
    found, sources, checked = _fill(name, staging, own, progress, say)
    _settle(name, staging, found, sources, folder)
    paths = [str(folder / Path(path).relative_to(found.root)) for path in found.table["path"]]
    return Got(replace(found, root=folder, table=found.table.assign(path=paths)), True, [*sources, *checked])


def _fill(name: str, staging: Path, own, progress: bool, say) -> tuple[Scan, list[str], list[str]]:
    """Put a corpus together in its staging folder: what it holds, where it came from, what was verified."""
    if own:
        tree, sources = _take_over(name, [expanded(path) for path in own], staging)
    else:
        tree, sources = _download(name, staging, progress, say)
    found, checked = _examine(name, _lift(name, tree), bool(own))
    return found, sources, checked


def _settle(name: str, staging: Path, found: Scan, sources: list[str], folder: Path) -> None:
    """Move a corpus into its place, with its terms and a receipt."""
    tree = found.root
    shutil.copy(staging / TERMS, tree / TERMS)
    # Whoever keeps corpora inside a repository must not commit recordings by accident.
    (tree / ".gitignore").write_text("*\n", encoding="utf-8")
    receipt = {"corpus": name, "clips": len(found.table), "sources": sources}
    (tree / RECEIPT).write_text(json.dumps(receipt, indent=1) + "\n", encoding="utf-8")
    if folder.exists():
        folder.rmdir()  # empty, else `find` would have refused it
    os.rename(tree, folder)


def _download(name: str, staging: Path, progress: bool, say) -> tuple[Path, list[str]]:
    """Fetch a corpus from the network, as archives or else file by file: where it lies, and the sources."""
    download, refusals = corpus(name).DOWNLOAD, []
    if download.archives:
        tree = fresh(staging / "unpacked")
        limit = 4 * download.unpacked
        try:
            sources = [
                _archive(name, archive, staging, tree, limit, progress, say) for archive in download.archives
            ]
            return tree, sources
        except Refused as reason:
            refusals.append(str(reason))
    if download.files:
        try:
            return _files(name, staging, progress, say)
        except Refused as reason:
            refusals.append(str(reason))
    raise Unavailable(
        f"{corpus(name).TITLE} could not be had ({'; '.join(refusals)}); run the same command again later, or"
        f" get it by hand as `sequifi-lite get {name} --by-hand` says."
    )


def _archive(name: str, archive: Archive, staging: Path, tree: Path, limit: int, progress: bool, say) -> str:
    """Fetch one archive from the first source that delivers, unpack it, and say where it came from."""
    reasons = []
    for source in archive.sources:
        host = urlsplit(source.url).netloc
        try:
            # A folder for each source: what one has sent of its file is not lost when another is asked.
            path = fetch(source, staging / re.sub(r"[^\w.-]", "_", host), archive.name, progress, say)
            try:
                unpack(path, fresh(tree / path.stem), limit)
                if not source.checksum and not (source.url.startswith("https:") or is_loopback(source.url)):
                    _check_on_record(name, path, tree / path.stem)
            except DownloadError as error:
                path.unlink()
                raise Refused(str(error).rsplit("; ", 1)[0].removeprefix(f"{path} ")) from error
        except Refused as reason:
            reasons.append(f"{archive.name} from {host}: {reason}")
            say(reasons[-1])
            continue
        verified = (
            f"{source.checksum.partition(':')[0]} as published"
            if source.checksum
            else "no checksum is published"
        )
        return f"{archive.name} from {host}: {verified}"
    raise Refused("; ".join(reasons))


def _check_on_record(name: str, archive: Path, tree: Path) -> None:
    """Refuse what came without encryption and checksum, unless every file of sound is one on record."""
    sums = set(recorded_sums(name).values())
    for file in audio_files(tree):
        if sha256(tree / file) not in sums:
            raise DownloadError(
                f"{archive} came without encryption and without a checksum, and {file} in it is not the known"
                " file; get it from another source."
            )


def _files(name: str, staging: Path, progress: bool, say) -> tuple[Path, list[str]]:
    """Fetch every published file on its own; a source that fails once is not asked again."""
    tree, sums = staging / "files", recorded_sums(name)
    bases, reasons = list(corpus(name).DOWNLOAD.files), []
    session, hosts = new_session(), {}
    for file in bar(published(name), corpus(name).TITLE, progress):
        while True:
            if not bases:
                raise Refused("; ".join(reasons))
            try:
                path = tree / file
                fetch(
                    Source(bases[0] + file, f"sha256:{sums[file]}"),
                    path.parent,
                    path.name,
                    False,
                    say,
                    session,
                )
                hosts[urlsplit(bases[0]).netloc] = True
                break
            except Refused as reason:
                reasons.append(f"{file} from {urlsplit(bases.pop(0)).netloc}: {reason}")
                say(reasons[-1])
    for path in list(tree.rglob("*")):
        if path.is_file() and path.relative_to(tree).as_posix() not in sums:
            path.unlink()  # what a killed run left
    return tree, [f"single files from {' and '.join(hosts)}: sha256 as published"]


def _take_over(name: str, own: list[Path], staging: Path) -> tuple[Path, list[str]]:
    """Unpack a reader's archives and copy the corpus's files of a reader's folders."""
    tree, sources = fresh(staging / "own"), []
    limit = 4 * corpus(name).DOWNLOAD.unpacked
    sums = {
        source.checksum
        for archive in corpus(name).DOWNLOAD.archives
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
    """Scan what was got, refuse what is not the corpus, compare every file with the recorded checksums."""
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
    sums = recorded_sums(name)
    if not sums:
        return found, ["no checksums of single files are known"]
    pairs = [
        (file, path) for file, path in found.table[["file", "path"]].itertuples(index=False) if file in sums
    ]
    changed = [file for file, path in pairs if sha256(path) != sums[file]]
    lines = [
        f"{len(pairs) - len(changed):,} of {len(pairs):,} files byte for byte as those behind the shipped"
        " embeddings (sha256)"
    ]
    lines += [f"  {line}" for line in some([f"other bytes: {file}" for file in changed], 10)]
    return found, lines


def recorded_sums(name: str) -> dict[str, str]:
    """Read the sha256 of each official file from the shipped embeddings.

    For CREMA-D these are its published Git LFS names.
    """
    path = SHIPPED / f"{name}.parquet"
    if not path.exists():
        return {}
    table = clip_table(path, name)
    return dict(zip(table["file"], table["sha256"]))
