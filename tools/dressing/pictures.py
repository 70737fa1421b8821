"""Pictures are light, come when a reader comes to them, and keep their place until then."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
from bs4 import BeautifulSoup
from PIL import Image, ImageChops


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
    """Write the figures of a built book with few colours each: a fifth of the bytes.

    A figure of few colours stays as it is, point for point; of others the soft edges of lines and letters
    change by less than can be seen. Where 64 would change more, as in a picture of sound, there are 256. In a
    drawing all in grey 16 may do; and where 32 change half as much as is let pass at most, 32 do.
    """
    for path in sorted((html / "_images").glob("*.png")):
        with Image.open(path) as picture:
            whole = picture.convert("RGBA")
        solid = whole.getextrema()[3] == (255, 255)  # or its ground shines through
        how = Image.Quantize.MEDIANCUT if solid else Image.Quantize.FASTOCTREE
        shown = whole.convert("RGB") if solid else whole
        for colours, most in (*([(16, 36)] if grey(whole) else []), (32, 18), (64, 36), (256, 255)):
            few = shown.quantize(colours, how, dither=Image.Dither.NONE)
            if near(few, whole, most):
                break
        content = io.BytesIO()
        few.save(content, "png", optimize=True)
        if content.tell() < path.stat().st_size:
            path.write_bytes(content.getvalue())


def grey(whole: Image.Image) -> bool:
    """Say whether a picture has no colours: its red, green and blue are nearly the same at every point."""
    points = np.asarray(whole.convert("RGB"), dtype=int)
    return bool((points.max(-1) - points.min(-1)).max() <= 8)


def near(drawn: Image.Image, whole: Image.Image, most: int = 36) -> bool:
    """Say whether points changed by a step of 255 in the mean, and one of a thousand by more than `most`."""
    changed = ImageChops.difference(drawn.convert("RGBA"), whole).convert("RGBA")
    counts = np.max([np.asarray(band) for band in changed.split()], axis=0)
    return bool((counts > most).mean() <= 1e-3 and counts.mean() <= 1)


def size_of(path: Path) -> tuple[int, int] | None:
    """Width and height of a PNG file, from its first bytes; None for anything else."""
    if path.suffix != ".png" or not path.is_file():
        return None
    with path.open("rb") as file:
        start = file.read(24)
    return struct.unpack(">II", start[16:24]) if start[:8] == b"\x89PNG\r\n\x1a\n" else None
