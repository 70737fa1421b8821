"""Ogg: pages with checksums and numbers, and streams one behind the other."""

from __future__ import annotations

import zlib

from .contents import Contents, Malformed

_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
CONTINUED, FIRST, LAST = 1, 2, 4  # flags of a page


def ogg(data: bytes) -> Contents:
    """Walk the pages of a file: each must be whole, and none may be missing.

    Streams one behind the other (chained, as radio recorders write them) become one link each.
    """
    starts, number, flags, place = [], {}, 0, 0
    while place < len(data):
        if data[place : place + 4] != b"OggS":
            if not data[place:].strip(b"\0") or data[place : place + 3] in (b"TAG", b"ID3"):
                break
            raise Malformed(f"is damaged: at byte {place:,} there is no page of Ogg")
        before, end = flags, _end_of_page(data, place)
        flags, serial = data[place + 5], data[place + 14 : place + 18]
        sequence = int.from_bytes(data[place + 18 : place + 22], "little")
        if _checksum(data[place : place + 22] + bytes(4) + data[place + 26 : end]) != int.from_bytes(
            data[place + 22 : place + 26], "little"
        ):
            raise Malformed(f"is damaged: the page at byte {place:,} does not fit its checksum")
        if flags & FIRST:
            if not starts or not before & FIRST:
                starts.append(place)
                number = {}
        elif serial not in number or sequence != number[serial] + 1:
            raise Malformed(f"is damaged: a page is missing before byte {place:,}")
        number[serial] = sequence
        place = end
    links = tuple(data[start:end] for start, end in zip(starts, [*starts[1:], place]))
    notes = []
    if len(links) > 1:
        notes.append(f"is {len(links):,} Ogg streams one behind the other, which are read as one")
    if not flags & LAST:
        notes.append("has no mark at its end, so nobody can tell whether its end is here")
    return Contents(links if len(links) > 1 else (), note=", and ".join(notes))


def _end_of_page(data: bytes, place: int) -> int:
    segments = data[place + 26] if place + 26 < len(data) else 0
    table = data[place + 27 : place + 27 + segments]
    end = place + 27 + segments + sum(table)
    if len(data) < end or len(data) < place + 27:
        raise Malformed(f"is cut short: its last page ends at byte {end:,} and {len(data):,} are there")
    return end


def _checksum(page: bytes) -> int:
    """CRC of Ogg: that of zlib on bits turned round, without its inversions."""
    turned = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(turned.to_bytes(4, "little").translate(_REVERSED), "big")
