"""Ways in which a file comes to hold something else, drawn at random; and a disk that is full."""

import builtins
import contextlib
import errno
import io
import os

import numpy as np


def flip(content: bytes, generator: np.random.Generator) -> bytes:
    at, bit = int(generator.integers(len(content))), int(generator.integers(8))
    return content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]


def cut(content: bytes, generator: np.random.Generator) -> bytes:
    return content[: int(generator.integers(1, len(content)))]


def empty(content: bytes, generator: np.random.Generator) -> bytes:
    return b""


def zeros(content: bytes, generator: np.random.Generator) -> bytes:
    """A block that never reached the disk."""
    begin = int(generator.integers(len(content)))
    block = content[begin : begin + 64]
    if not any(block):
        return content + bytes(1)
    return content[:begin] + bytes(len(block)) + content[begin + len(block) :]


def lost(content: bytes, generator: np.random.Generator) -> bytes:
    """Bytes out of the middle."""
    begin = int(generator.integers(len(content) - 1))
    return content[:begin] + content[begin + int(generator.integers(1, 40)) :]


def added(content: bytes, generator: np.random.Generator) -> bytes:
    return content + bytes(generator.integers(256, size=int(generator.integers(1, 40)), dtype=np.uint8))


WAYS = (flip, flip, flip, cut, empty, zeros, lost, added)


def damaged(content: bytes, seed: int) -> tuple[str, bytes]:
    """The name of a way, and other content than before."""
    generator = np.random.default_rng(seed)
    way = WAYS[int(generator.integers(len(WAYS)))]
    other = way(content, generator)
    assert other != content
    return way.__name__, other


@contextlib.contextmanager
def full_disk(monkeypatch, after: int = 0):
    """Let the system refuse every write of more bytes to a file than `after`, as a full disk does."""

    class Full(io.FileIO):
        def write(self, content):
            if len(memoryview(content).cast("B")) > after:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(content)

    def opened(file, mode="r", *arguments, **named):
        if set(mode) & set("wxa") and isinstance(file, str | os.PathLike) and "b" in mode:
            return Full(file, mode.replace("b", ""))
        if set(mode) & set("wxa") and isinstance(file, str | os.PathLike):
            return io.TextIOWrapper(io.BufferedWriter(Full(file, mode)), encoding="utf-8", write_through=True)
        return real(file, mode, *arguments, **named)

    real = builtins.open
    with monkeypatch.context() as patch:
        patch.setattr(builtins, "open", opened)
        patch.setattr(io, "open", opened)
        yield
