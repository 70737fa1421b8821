"""Archives unpacked, and refused whole if one member could do harm."""

from __future__ import annotations

import contextlib
import errno
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

from .places import DownloadError, Refused, size_in_words
from .resume import looks_like

MEMBERS = 50_000  # files in an archive
RATIO = 100  # unpacked to packed; speech reaches 3, silence 1,000


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
    with _told(path):
        total, inner = _write_members(path, folder, limit)
    for archive in inner:
        unpack(archive, archive.with_name(archive.name + ".unpacked"), limit - total)
        archive.unlink()


def _write_members(path: Path, folder: Path, limit: int) -> tuple[int, list[Path]]:
    """Write the members of one archive: how many bytes, and which of them are archives themselves."""
    packed = max(path.stat().st_size, 1)
    seen, total, inner = set(), 0, []
    for name, size, write in _members(path):
        target = _inside(name)
        if target is None:
            continue
        total += size
        if (key := str(target).casefold()) in seen:
            raise Refused(f"holds {name!r} twice")
        seen.add(key)
        if len(seen) > MEMBERS or total > limit or total > RATIO * packed + (1 << 20):
            raise Refused(
                f"would unpack to more than {len(seen):,} files or {size_in_words(total)}, far too much for"
                " this corpus"
            )
        out = folder / target
        out.parent.mkdir(parents=True, exist_ok=True)
        write(out)
        if out.stat().st_size != size:
            raise Refused(f"breaks off inside {name!r}")
        if re.search(r"\.(zip|tar|tgz|tar\.\w+)$", out.name, re.IGNORECASE):
            inner.append(out)
    return total, inner


@contextlib.contextmanager
def _told(path: Path):
    """What goes wrong with an archive, as a sentence."""
    remedy = "download it again from its home, or unpack it yourself and give the folder with --from"
    try:
        yield
    except Refused as reason:
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


def _members(path: Path):
    """Name, size and writer of every regular file; anything that is neither file nor folder is refused."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                kind = stat.S_IFMT(member.external_attr >> 16) if member.create_system == 3 else 0
                if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                    raise Refused(f"holds {member.filename!r}, which is a link or a device")
                if member.flag_bits & 1:
                    raise Refused("is encrypted")
                if not member.is_dir():
                    yield member.filename, member.file_size, partial(_write_zipped, archive, member)
    elif tarfile.is_tarfile(path):
        with tarfile.open(path) as archive:
            for member in archive:
                if not (member.isreg() or member.isdir()):
                    raise Refused(f"holds {member.name!r}, which is a link or a device")
                if member.isreg():
                    yield member.name, member.size, partial(_write_tarred, archive, member)
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
        raise Refused(f"holds {name!r}, a name that leads outside its folder")
    parts = [unicodedata.normalize("NFC", part) for part in parts if part not in ("", ".")]
    if not parts or parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts):
        return None
    return PurePosixPath(*parts)
