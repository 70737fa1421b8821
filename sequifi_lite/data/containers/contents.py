"""What a sound file's own bytes say of it, before a decoder believes its header."""

from __future__ import annotations

from dataclasses import dataclass


class Malformed(Exception):
    """The bytes of a file contradict its header; the text is the middle of a sentence."""


@dataclass(frozen=True)
class Contents:
    """What a decoder is to be given in place of a file, and what is to be said of it.

    Attributes
    ----------
    links : tuple of bytes
        Streams that stand one behind the other in the file, headers put right; empty: the file as it is.
    stated : int, optional
        Samples per channel that the header states, where `links` state more than there can be, so that all of
        them are decoded. 0: it states none.
    note : str
        What a reader should know, the middle of a sentence; "" if the header is right.
    sound : int, optional
        Bytes that are sound, by the sizes in the file.
    tail : int
        Bytes behind the sound that are nothing known.
    """

    links: tuple[bytes, ...] = ()
    stated: int | None = None
    note: str = ""
    sound: int | None = None
    tail: int = 0


def cut_short(promised: int, size: int) -> Malformed:
    """Make the refusal of a file that ends before its sound does."""
    return Malformed(f"is cut short: its header promises {promised:,} bytes and {size:,} are there")


NO_LENGTH = (
    "states no length, as recorders do that write into a pipe, so nobody can tell whether its end is here"
)
