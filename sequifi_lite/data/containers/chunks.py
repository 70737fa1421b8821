"""Containers of chunks that state their sizes: RIFF, RF64, Wave64, AIFF, CAF, and of one chunk: AU, NIST."""

from __future__ import annotations

import re
import struct
from typing import BinaryIO

from .contents import NO_LENGTH, Contents, Malformed, cut_short

# sox writes 0x7FFFF000 where it cannot know the length, arecord 0x7FFFFFFF or 0x80000000, ffmpeg 0xFFFFFFFF.
UNKNOWN = 0x7F00_0000
MOST_CHUNKS = 10_000  # a file of more is no sound file
_ID = re.compile(rb"[\x20-\x7e]{4}")


def riff(file: BinaryIO, size: int) -> Contents:
    """Compare the sizes in a RIFF, RIFX, RF64 or BW64 file with the bytes that are there.

    The size of ``data`` decides: a wrong size of the whole file loses no sound.
    """
    head = _read(file, 0, 12)
    order = ">" if head[:4] == b"RIFX" else "<"
    long_size, place = None, 12
    for _ in range(MOST_CHUNKS):
        chunk = _read(file, place, 8)
        if len(chunk) < 8:
            raise Malformed(f"cannot be read as audio (its {size:,} bytes end before a chunk named data)")
        length = struct.unpack(order + "I", chunk[4:])[0]
        if chunk[:4] == b"ds64" and length >= 16:
            long_size = struct.unpack("<Q", _read(file, place + 16, 8))[0]
        if chunk[:4] == b"data":
            return _riff_data(file, size, order, place + 8, length, long_size)
        place += 8 + length + length % 2
    raise Malformed("holds thousands of chunks and no sound among the first")


def _riff_data(file, size: int, order: str, start: int, length: int, long_size: int | None) -> Contents:
    there = size - start
    if long_size is not None and length == 0xFFFFFFFF:
        length = long_size
        unknown = length >= 1 << 62 or (length == 0 and there > 0)
    else:
        streamed = length >= UNKNOWN and there < UNKNOWN
        unknown = streamed or (length == 0 and there > 0 and not _are_chunks(file, start, size, order))
    if unknown:
        return _without_length(file, size, order, start, long_size is not None)
    if there < length:
        raise cut_short(start + length, size)
    behind = start + length
    if _are_chunks(file, behind + length % 2, size, order) or _are_chunks(file, behind, size, order):
        return Contents(sound=length)
    return Contents(sound=length, tail=_something(file, behind, size))


def _without_length(file, size: int, order: str, start: int, long_form: bool) -> Contents:
    whole = bytearray(_read(file, 0, size))
    whole[4:8] = struct.pack(order + "I", min(size - 8, 0xFFFFFFFF))
    whole[start - 4 : start] = struct.pack(order + "I", min(size - start, 0xFFFFFFFF))
    if long_form:
        whole[:4] = b"RIFF"
    return Contents((bytes(whole),), note=NO_LENGTH)


def _are_chunks(file, place: int, size: int, order: str, id_bytes: int = 4) -> bool:
    """Whether all from `place` to the end is a row of chunks, none of which can hold more sound."""
    for _ in range(MOST_CHUNKS):
        if place >= size:
            return True
        chunk = _read(file, place, 8)
        if len(chunk) < 8:
            return not any(chunk)
        if not _ID.fullmatch(chunk[:4]) or chunk[:4] in (
            b"RIFF",
            b"RF64",
            b"RIFX",
            b"FORM",
            b"data",
            b"SSND",
        ):
            return False
        length = struct.unpack(order + "I", chunk[4:])[0]
        if place + 8 + length > size:
            return False
        place += 8 + length + length % 2
    return False


def _something(file, place: int, size: int) -> int:
    """How many bytes lie behind the sound, zeros and a music player's tag left out."""
    rest = _read(file, place, size - place)
    if not rest.strip(b"\0"):
        return 0
    if rest.lstrip(b"\0")[:3] in (b"TAG", b"ID3", b"APE"):
        return 0
    return len(rest)


def wave64(file: BinaryIO, size: int) -> Contents:
    """Compare the sizes in a Sony Wave64 file: names of 16 bytes, sizes of 8 that count the chunk's head."""
    place = 40
    for _ in range(MOST_CHUNKS):
        chunk = _read(file, place, 24)
        if len(chunk) < 24:
            raise Malformed(f"cannot be read as audio (its {size:,} bytes end before a chunk named data)")
        length = struct.unpack("<Q", chunk[16:])[0]
        if chunk[:4] == b"data":
            if place + length > size:
                raise cut_short(place + length, size)
            behind = place + length + -length % 8
            # What follows can only be further chunks; sound whose size is too small does not look like one.
            follows = _read(file, behind, 24)
            known = (
                len(follows) == 24 and _ID.fullmatch(follows[:4]) and follows[:4] not in (b"data", b"riff")
            )
            tail = 0 if behind >= size or known else _something(file, behind, size)
            return Contents(sound=length - 24, tail=tail)
        place += max(24, length + -length % 8)
    raise Malformed("holds thousands of chunks and no sound among the first")


def aiff(file: BinaryIO, size: int) -> Contents:
    """Compare the sizes in an AIFF or AIFF-C file."""
    place, sound = 12, None
    for _ in range(MOST_CHUNKS):
        chunk = _read(file, place, 8)
        if len(chunk) < 8:
            break
        length = struct.unpack(">I", chunk[4:])[0]
        if chunk[:4] == b"SSND":
            sound = place, length
            if length < UNKNOWN and place + 8 + length > size:
                raise cut_short(place + 8 + length, size)
        place += 8 + length + length % 2
    if sound is None:
        raise Malformed(f"cannot be read as audio (its {size:,} bytes end before a chunk named SSND)")
    behind = sound[0] + 8 + sound[1]
    if sound[1] >= UNKNOWN:
        return Contents(note=NO_LENGTH)
    if _are_chunks(file, behind + sound[1] % 2, size, ">") or _are_chunks(file, behind, size, ">"):
        return Contents(sound=sound[1] - 8)
    return Contents(sound=sound[1] - 8, tail=_something(file, behind, size))


def caf(file: BinaryIO, size: int) -> Contents:
    """Compare the sizes in a Core Audio file: names of 4 bytes, sizes of 8; -1 is "to the end"."""
    place = 8
    for _ in range(MOST_CHUNKS):
        chunk = _read(file, place, 12)
        if len(chunk) < 12:
            raise Malformed(f"cannot be read as audio (its {size:,} bytes end before a chunk named data)")
        length = struct.unpack(">q", chunk[4:])[0]
        if chunk[:4] == b"data":
            if length < 0:
                return Contents(note=NO_LENGTH)
            if place + 12 + length > size:
                raise cut_short(place + 12 + length, size)
            follows = _read(file, place + 12 + length, 12)
            known = len(follows) == 12 and _ID.fullmatch(follows[:4]) and follows[:4] != b"data"
            tail = 0 if known else _something(file, place + 12 + length, size)
            return Contents(sound=length - 4, tail=tail)  # four bytes of it count edits
        if length < 0:
            raise Malformed("holds a chunk of a length below zero")
        place += 12 + length
    raise Malformed("holds thousands of chunks and no sound among the first")


def au(file: BinaryIO, size: int) -> Contents:
    """Compare the one size in a Sun or NeXT file; its maximum is "to the end"."""
    head = _read(file, 0, 12)
    if len(head) < 12:
        raise Malformed(f"cannot be read as audio (its {size:,} bytes are no whole header)")
    start, length = struct.unpack((">" if head[:4] == b".snd" else "<") + "II", head[4:])
    if length >= UNKNOWN and size < UNKNOWN:
        return Contents(note=NO_LENGTH)
    return _one_chunk(file, start, length, size)


def nist(file: BinaryIO, size: int) -> Contents:
    """Compare the number of samples in the text at the head of a NIST SPHERE file."""
    text = _read(file, 0, 4096).decode("latin-1")
    number = {
        key: int(n) for key, n in re.findall(r"^(\w+) -i (\d{1,15})\s*$", text.split("end_head")[0], re.M)
    }
    start = re.match(r"NIST_1A\s+(\d{1,6})", text)
    if not start or "sample_count" not in number:
        return Contents(note=NO_LENGTH)
    width = number.get("sample_n_bytes", 2) * number.get("channel_count", 1)
    return _one_chunk(file, int(start[1]), number["sample_count"] * width, size)


def _one_chunk(file, start: int, length: int, size: int) -> Contents:
    if start + length > size:
        raise cut_short(start + length, size)
    return Contents(sound=length, tail=_something(file, start + length, size))


def _read(file: BinaryIO, place: int, count: int) -> bytes:
    if count <= 0 or place >= 1 << 62:  # a size that is no size leads anywhere
        return b""
    file.seek(place)
    return file.read(count)
