"""Ways in which a file comes to hold something else, drawn at random."""

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
    return content[:begin] + bytes(len(block)) + content[begin + len(block) :] if any(block) else content + b"\0"


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
