"""How a corpus can be had: addresses, sizes and published checksums.

Each corpus's own module says them as `DOWNLOAD`, and beside them what stands behind each address: none was
tried from the machine on which they were collected. When a link has died, mend it there.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One address of an archive.

    `checksum` ("md5:..." or "sha256:...") and `size` in bytes only where they were published.
    """

    url: str
    checksum: str | None = None
    size: int | None = None


@dataclass(frozen=True)
class Archive:
    """One zip or tar file and the places that offer it, in the order in which they are asked."""

    name: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Download:
    """How a corpus is got.

    Attributes
    ----------
    unpacked : int
        Size of its audio in bytes, for the check of free space; measured on full copies unless a comment says
        otherwise.
    by_hand : str
        Exact steps for a reader who has to download it in a browser.
    archives : tuple of Archive
        All of them together are the corpus.
    files : tuple of str
        Folders on the web that hold the single files under their official names; asked if there are no
        archives or none is to be had. Used only where the checksum of every file is published.
    note : str
        What the corpus's home asks for beyond its licence.
    """

    unpacked: int
    by_hand: str
    archives: tuple[Archive, ...] = ()
    files: tuple[str, ...] = ()
    note: str = ""
