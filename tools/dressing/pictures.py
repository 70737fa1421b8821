"""Pictures are light, come when a reader comes to them, and keep their place until then."""

from __future__ import annotations

import io
import struct
from pathlib import Path

from bs4 import BeautifulSoup
from PIL import Image


def wait(soup: BeautifulSoup, page: Path) -> None:
    """Let all pictures but an article's first wait until they are near, and give each its size.

    Parameters
    ----------
    soup
        A page, changed in place.
    page
        Where it will stand: addresses of pictures are relative to it.
    """
    for number, picture in enumerate(soup.select("article img")):
        if number:
            picture["loading"] = "lazy"
        if "width" in picture.attrs or "height" in picture.attrs or "width" in picture.get("style", ""):
            continue
        if size := size_of(page.parent / picture.get("src", "").partition("?")[0]):
            picture["width"], picture["height"] = map(str, size)
    for picture in soup.select(".dropdown-menu img"):
        picture["loading"] = "lazy"  # unseen until a menu is opened


def lighten(html: Path) -> None:
    """Write the figures of a built book with 256 colours each: a quarter of the bytes.

    A figure of few colours stays as it is, point for point; of others the soft edges of lines and letters
    change by less than can be seen.
    """
    for path in sorted((html / "_images").glob("*.png")):
        with Image.open(path) as picture:
            whole = picture.convert("RGBA")
        if whole.getextrema()[3] == (255, 255):
            few = whole.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        else:  # a ground that shines through
            few = whole.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        content = io.BytesIO()
        few.save(content, "png", optimize=True)
        if content.tell() < path.stat().st_size:
            path.write_bytes(content.getvalue())


def size_of(path: Path) -> tuple[int, int] | None:
    """Width and height of a PNG file, from its first bytes; None for anything else."""
    if path.suffix != ".png" or not path.is_file():
        return None
    with path.open("rb") as file:
        start = file.read(24)
    return struct.unpack(">II", start[16:24]) if start[:8] == b"\x89PNG\r\n\x1a\n" else None
