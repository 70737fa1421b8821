"""FLAC: one stream or several, and a number of samples that may be missing."""

from __future__ import annotations

from .contents import NO_LENGTH, Contents

_START = b"fLaC\x00\x00\x00\x22"  # the mark, and the head of the one block that must follow it
_END = b"fLaC\x80\x00\x00\x22"
COUNT = (1 << 36) - 1  # the most samples that the field can state


def flac(data: bytes) -> Contents:
    """Give each stream of a file a number of samples that it cannot reach, so that all of it is decoded."""
    if data[-128:-125] == b"TAG":  # a music player's; a decoder takes it for damage
        data = data[:-128]
    starts = _starts(data)
    if not starts:
        return Contents()
    links, stated = [], 0
    for start, end in zip(starts, [*starts[1:], len(data)]):
        link = bytearray(data[start:end])
        field = int.from_bytes(link[18:26], "big")
        count = field & COUNT
        stated = 0 if not count or (start and not stated) else stated + count
        link[18:26] = (field | COUNT).to_bytes(8, "big")
        links.append(bytes(link))
    if len(links) > 1:
        note = f"is {len(links):,} FLAC files one behind the other, which are read as one"
    else:
        note = "" if stated else NO_LENGTH
    return Contents(tuple(links), stated, note)


def _starts(data: bytes) -> list[int]:
    starts, place = [], 0
    while (
        place := min((i for mark in (_START, _END) if (i := data.find(mark, place)) >= 0), default=-1)
    ) >= 0:
        if place + 26 <= len(data):
            starts.append(place)
        place += 8
    return starts
