"""Bytes as letters in a script: a page opened from a folder may run scripts there, and read nothing else.

Base 64 needs four bytes for three. Two letters of 16 bits hold 31 bits here, so a script in UTF-16 is a
thirtieth bigger than its bytes. `assets/dense.js` reads them.
"""

from __future__ import annotations

import numpy as np

#: The smallest number whose square holds 31 bits. Among its letters, from U+2100, is no quote, no end of a
#: line and no half of a pair.
BASE, FIRST = 46_341, 0x2100


def letters(content: bytes) -> str:
    """Write bytes as letters, two for 31 bits; the last are filled up with zeros.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    str

    Examples
    --------
    >>> from sequifi_lite.teaching.dense import letters
    >>> [hex(ord(letter)) for letter in letters(bytes(4))]
    ['0x2100', '0x2100', '0x2100', '0x2100']
    >>> len(letters(bytes(31_000)))
    16000
    """
    bits = np.unpackbits(np.frombuffer(content, dtype=np.uint8))
    bits = np.pad(bits, (0, -len(bits) % 31)).reshape(-1, 31).astype(np.int64)
    pairs = np.stack(np.divmod(bits @ (1 << np.arange(30, -1, -1)), BASE), axis=1)
    return (pairs + FIRST).astype("<u2").tobytes().decode("utf-16-le")


def script_file(text: str) -> bytes:
    """Write a script with such letters as a file: UTF-16, whose mark counts more than what a server says."""
    return ("\ufeff" + text).encode("utf-16-le")
