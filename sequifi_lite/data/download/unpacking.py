"""Archives unpacked, and refused whole if one member could do harm."""

from __future__ import annotations

import contextlib
import re
import shutil
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from functools import partial
from lzma import LZMAError
from pathlib import Path, PurePosixPath

from ...errors import expanded
from ..files import FULL
from .places import DownloadError, Refused, size_in_words
from .resume import looks_like

MEMBERS = 50_000  # files in an archive, those in archives inside it included
DEEPEST = 4  # archives inside archives
RATIO = 100  # unpacked to packed; speech reaches 3, silence 1,000


_NO_FILES = (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK)
_ENCRYPTED = 1 | 1 << 6 | 1 << 13  # flags of a zip member: encrypted, strongly, and with its directory


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
    _unpack(expanded(path), expanded(folder), limit, MEMBERS, DEEPEST)


def _unpack(path: Path, folder: Path, limit: int, members: int, depth: int) -> tuple[int, int]:
    """Unpack an archive and those inside it: how many bytes and files of the allowance are left."""
    with _told(path):
        if not depth:
            raise Refused("lies inside archives inside archives, too deep for a corpus")
        limit, members, inner = _write_members(path, folder, limit, members)
    for archive in inner:
        below = archive.with_name(archive.name + ".unpacked")
        limit, members = _unpack(archive, below, limit, members, depth - 1)
        archive.unlink()
    return limit, members


def _write_members(path: Path, folder: Path, limit: int, members: int) -> tuple[int, int, list[Path]]:
    """Write the members of one archive: what is left of the allowance, and which are archives themselves."""
    packed = max(path.stat().st_size, 1)
    files, folders, total, inner = set(), set(), 0, []
    for name, size, write in _members(path):
        target = _inside(name, write is None)
        total += size
        if len(files) >= members or total > limit or total > RATIO * packed + (1 << 20):
            most = MEMBERS - members + len(files) + 1
            raise Refused(
                f"would unpack to more than {most:,} files or {size_in_words(total)}, far too much for this"
                " corpus"
            )
        if target is None:
            continue
        key = str(target).casefold()
        above = {str(parent).casefold() for parent in target.parents}
        if write is not None and key in files:
            raise Refused(f"holds {name!r} twice")
        if above & files or key in (folders if write is not None else files):
            raise Refused(f"holds {name!r}, and one name as a file and as a folder cannot be unpacked")
        folders |= above | ({key} if write is None else set())
        if write is None:
            continue
        files.add(key)
        out = folder / target
        out.parent.mkdir(parents=True, exist_ok=True)
        write(out)
        if out.stat().st_size != size:
            raise Refused(f"breaks off inside {name!r}")
        if re.search(r"\.(zip|tar|tgz|tar\.\w+)$", out.name, re.IGNORECASE):
            folders.add(key + ".unpacked")  # where it is going to be unpacked
            inner.append(out)
    for archive in inner:
        if archive.with_name(archive.name + ".unpacked").exists():
            raise Refused(f"holds {archive.name!r} and also a folder {archive.name + '.unpacked'!r}")
    return limit - total, members - len(files), inner


@contextlib.contextmanager
def _told(path: Path):
    """What goes wrong with an archive, as a sentence."""
    remedy = "download it again from its home, or unpack it yourself and give the folder with --from"
    try:
        yield
    except Refused as reason:
        raise DownloadError(f"{path} {reason}; {remedy}.") from reason
    except OSError as error:
        if error.errno in FULL:
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


def _members(path: Path):
    """Name, size and writer of every file, None as the writer of a folder; links and devices are refused."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                kind = stat.S_IFMT(member.external_attr >> 16)  # 0 where no Unix has packed it
                if kind in _NO_FILES:
                    raise Refused(f"holds {member.filename!r}, which is a link or a device")
                if member.flag_bits & _ENCRYPTED:
                    raise Refused(f"is encrypted ({member.filename!r})")
                folder = member.filename.endswith(("/", "\\"))
                write = None if folder else partial(_write_zipped, archive, member)
                yield member.filename, member.file_size, write
    elif tarfile.is_tarfile(path):
        with tarfile.open(path) as archive:
            for member in archive:
                if not (member.isreg() or member.isdir()):
                    raise Refused(f"holds {member.name!r}, which is a link or a device")
                write = partial(_write_tarred, archive, member) if member.isreg() else None
                yield member.name, member.size, write
    else:
        with open(path, "rb") as file:
            looks = looks_like(file.read(64))
        raise Refused(
            "breaks off: its end is missing"
            if looks == "which looks like a zip archive"
            else "is no zip or tar archive" + ("" if looks == "of an unknown kind" else f", {looks}")
        )


def _write_zipped(archive: zipfile.ZipFile, member: zipfile.ZipInfo, out: Path) -> None:
    with archive.open(member) as source, open(out, "xb") as file:
        shutil.copyfileobj(source, file, 1 << 18)


def _write_tarred(archive: tarfile.TarFile, member: tarfile.TarInfo, out: Path) -> None:
    # The filter strips owners and odd permissions, and refuses what leads outside once more.
    archive.extract(member.replace(name=out.name, deep=False), out.parent, filter="data")


def _inside(name: str, is_folder: bool) -> PurePosixPath | None:
    """A member's path below the folder, None for hidden ones and for the folder itself.

    Windows separators are taken for separators everywhere.
    """
    parts = name.replace("\\", "/").split("/")
    if (
        (parts[0] == "" and name)
        or ".." in parts
        or any(re.match(r"[A-Za-z]:", part) for part in parts)
        or any(ord(letter) < 32 for letter in name)
    ):
        raise Refused(f"holds {name!r}, a name that leads outside its folder")
    parts = [unicodedata.normalize("NFC", part) for part in parts if part not in ("", ".")]
    if not parts and not is_folder:
        raise Refused(f"holds {name!r}, which is no name of a file")
    if not parts or parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts):
        return None
    return PurePosixPath(*parts)
