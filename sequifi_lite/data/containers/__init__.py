"""Sound files byte by byte: what they hold, compared with their headers before anything is decoded."""

from __future__ import annotations

from pathlib import Path

from .chunks import aiff, au, caf, nist, riff, wave64
from .contents import Contents, Malformed as Malformed
from .flac import flac
from .mpeg import mpeg
from .ogg import ogg

_CHUNKS = {
    b"RIFF": riff,
    b"RIFX": riff,
    b"RF64": riff,
    b"BW64": riff,
    b"riff": wave64,
    b"FORM": aiff,
    b"caff": caf,
    b".snd": au,
    b"dns.": au,
    b"NIST": nist,
}


def contents(path: Path) -> Contents:
    """Look into a file: by its first bytes, whatever its name.

    Raises
    ------
    Malformed
        If sound is missing, by the sizes, counts, numbers or checksums that the file itself states.
    OSError
        If it cannot be read.
    """
    size = path.stat().st_size
    with open(path, "rb") as file:
        start = file.read(12)
        if start[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64") and start[8:12] != b"WAVE":
            return Contents()
        if start[:4] in _CHUNKS:
            return _CHUNKS[start[:4]](file, size)
        file.seek(0)
        if start[:4] == b"OggS":
            return ogg(file.read())
        if start[:4] == b"fLaC":
            return flac(file.read())
        if start[:3] == b"ID3" or start[:1] == b"\xff":
            data = file.read()
            return flac(data) if _tagged_flac(data) else mpeg(data)
    return Contents()


def _tagged_flac(data: bytes) -> bool:
    a, b, c, d = (byte & 0x7F for byte in data[6:10].ljust(4, b"\0"))
    place = 10 + (a << 21 | b << 14 | c << 7 | d)
    return data[:3] == b"ID3" and data[place : place + 4] == b"fLaC"
