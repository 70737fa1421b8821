"""MPEG audio (.mp3, .mp2): frames that state no common length, counted one by one."""

from __future__ import annotations

from typing import NamedTuple

from .contents import Contents, Malformed

_RATES = {
    3: (44_100, 48_000, 32_000),
    2: (22_050, 24_000, 16_000),
    0: (11_025, 12_000, 8_000),
}  # Hz, by version
_BITRATES = {  # kbit/s, by (version 1?, layer)
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
TOLERANCE = 0.1  # s; less is padding
MOST_PADDING = 2880  # samples; LAME pads by up to two frames, and delays by one half


class Frame(NamedTuple):
    """What the four bytes at the head of a frame say; `kind` is the same in all frames of a stream."""

    kind: tuple[int, int, int]  # version, layer, rate in Hz
    length: int  # bytes
    samples: int
    side: int  # bytes between head and data of layer III


def frame_at(data: bytes, place: int) -> Frame | None:
    """Read the head of a frame; None if there is none, or if it states no bit rate."""
    head = data[place : place + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    bitrate, rate, padding, mode = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1, head[3] >> 6
    if version == 1 or layer == 4 or rate == 3 or bitrate in (0, 15):
        return None
    hertz, first = _RATES[version][rate], version == 3
    bits = 1000 * _BITRATES[first, layer][bitrate - 1]
    if layer == 1:
        samples, length = 384, (12 * bits // hertz + padding) * 4
    else:
        samples = 1152 if first or layer == 2 else 576
        length = samples // 8 * bits // hertz + padding
    side = (32 if mode != 3 else 17) if first else (17 if mode != 3 else 9)
    side += 0 if head[1] & 1 else 2  # a checksum stands in front of it
    return Frame((version, layer, hertz), length, samples, side)


def mpeg(data: bytes) -> Contents:
    """Count the frames of a file, and put a right count at its head where there is none or a wrong one.

    Without a count (that of Xing or LAME) a decoder guesses the length from the first bit rate.
    """
    frames, holes, rest = _walk(data)
    if not frames:
        return Contents()  # of a bit rate that no table has, perhaps: the decoder says what it thinks
    place, first = frames[0]
    lost = TOLERANCE * first.kind[2]
    bytes_a_sample = sum(frame.length for _, frame in frames) / sum(frame.samples for _, frame in frames)
    if holes > lost * bytes_a_sample:
        raise Malformed(f"is damaged: {holes:,} bytes between its frames are no sound")
    notes = [f"holds {holes:,} bytes between its frames that are no sound"] if holes else []
    if before := len(data[_behind_tags(data) : place].strip(b"\0")):
        notes.append(f"begins with {before:,} bytes that are no sound")
    if rest:
        notes.append("ends in the middle of a frame")
    if (count := _count(data, place, first)) is not None:
        counted, padding = count
        sounding = len(frames) - 1
        if (counted - sounding) * first.samples > lost:
            raise Malformed(
                f"is cut short: its header promises {counted:,} frames and {sounding:,} are there"
            )
        if padding > MOST_PADDING:
            notes.append(f"states that {padding:,} samples at its ends are padding")
        if counted >= sounding:
            return Contents(note=", and ".join(notes))
        notes.append(f"states {counted:,} frames and holds {sounding:,}, all of which are read")
        frames = frames[1:]  # a count of less, and the padding said to be behind it, are of no use
    if first.kind[1] != 3 or not frames:
        return Contents(note=", and ".join(notes))
    return Contents((_counted(data, frames[0][0], len(frames)),), note=", and ".join(notes))


def _count(data: bytes, place: int, first: Frame) -> tuple[int, int] | None:
    """Frames and samples of padding that the first frame states; None if it states no number of frames.

    Its side information must be zero, or a decoder takes it for sound.
    """
    mark = place + 4 + first.side
    if first.kind[1] != 3 or data[mark : mark + 4] not in (b"Xing", b"Info") or any(data[place + 6 : mark]):
        return None
    flags, behind = data[mark + 7], mark + 8
    if not flags & 1:
        return None
    behind += sum(size for flag, size in ((1, 4), (2, 4), (4, 100), (8, 4)) if flags & flag) + 21
    both = int.from_bytes(data[behind : behind + 3], "big")
    return int.from_bytes(data[mark + 8 : mark + 12], "big"), (both >> 12) + (both & 0xFFF)


def _behind_tags(data: bytes) -> int:
    """Where the sound begins behind tags that a music player reads."""
    place = 0
    while data[place : place + 3] == b"ID3" and place + 10 <= len(data):
        a, b, c, d = (byte & 0x7F for byte in data[place + 6 : place + 10])
        place += 10 + (a << 21 | b << 14 | c << 7 | d)
    return min(place, len(data))


def _walk(data: bytes) -> tuple[list[tuple[int, Frame]], int, int]:
    """All frames of the kind of the first, bytes between them, and bytes that the last one lacks."""
    place = _behind_tags(data)
    frames: list[tuple[int, Frame]] = []
    holes = lacking = 0
    while place < len(data):
        frame = frame_at(data, place)
        if frame is not None and frames and frame.kind != frames[0][1].kind:
            frame = None
        if frame is not None and not frames:  # a frame is believed when another one follows
            follows = frame_at(data, place + frame.length)
            if place + frame.length < len(data) and (follows is None or follows.kind != frame.kind):
                frame = None
        if frame is not None:
            if place + frame.length > len(data):
                lacking = place + frame.length - len(data)
            else:
                frames.append((place, frame))
            place += frame.length
            continue
        if frames and _is_tag(data, place):
            break
        following = data.find(b"\xff", place + 1)
        following = len(data) if following < 0 else following
        holes += following - place if frames else 0
        place = following
    return frames, holes, lacking


def _is_tag(data: bytes, place: int) -> bool:
    """Whether all that follows is what players write behind the sound, or zeros."""
    rest = data[place:]
    return rest[:3] in (b"TAG", b"ID3") or rest[:8] in (b"APETAGEX", b"LYRICSBE") or not rest.strip(b"\0")


def _counted(data: bytes, place: int, count: int) -> bytes:
    """Put a frame in front that holds nothing but the number of frames that follow it."""
    head = bytearray(data[place : place + 4])
    head[1] |= 1  # no checksum
    for bitrate in range(1, 15):
        head[2] = bitrate << 4 | head[2] & 0x0D
        frame = frame_at(bytes(head), 0)
        assert frame is not None  # its version, layer and rate are those of a frame
        if frame.length >= 4 + frame.side + 16:
            break
    body = bytes(head) + bytes(frame.side) + b"Xing" + (1).to_bytes(4, "big") + count.to_bytes(4, "big")
    return body.ljust(frame.length, b"\0") + data[place:]
