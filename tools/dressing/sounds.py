"""Sounds lie beside the pages, each once, and come when a reader comes to them.

A notebook holds its clips as text. On the site the same clip would stand on several pages, and a page of two
megabytes would have to arrive before its first line is seen. A player reads a file; a piece that draws a clip
needs its bytes, and a page that is opened from a folder may run scripts there and read nothing else: such a
clip becomes a script (see `sequifi_lite.teaching.dense`), which `book/site/sounds.js` asks for.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
from pathlib import Path

import soundfile
from bs4 import BeautifulSoup

from sequifi_lite.teaching.dense import letters, script_file

FOLDER = "_sounds"
IN_SCRIPT = re.compile(r'"data:(audio/[\w.+-]+);base64,([A-Za-z0-9+/=]+)"')
IN_TAG = re.compile(r"data:(audio/[\w.+-]+);base64,([A-Za-z0-9+/=\s]+)")
ASKS = "Sounds.bring("  # stands in every script that can be given an address in place of a clip


def put_beside(soup: BeautifulSoup, html: Path, page: Path) -> None:
    """Write the sounds of a page into the folder of sounds, and their addresses onto the page, in place."""
    here = os.path.relpath(html / FOLDER, page.parent)
    for tag in soup.select("audio[src^='data:audio'], audio > source[src^='data:audio']"):
        found = IN_TAG.fullmatch(tag["src"])
        if found is None:
            continue
        kind, content = smaller(found[1], base64.b64decode(found[2]))
        name = written(html, content, kind.partition("/")[2], content)
        tag["src"] = f"{here}/{name}"
        tag.parent["preload"] = "metadata"
        if "type" in tag.attrs:
            tag["type"] = kind
    for script in soup.find_all("script", src=None):
        if script.string and ASKS in script.string:
            script.string = IN_SCRIPT.sub(
                lambda one: f'"{here}/{as_script(html, *one.groups())}"', script.string
            )


def as_script(html: Path, kind: str, text: str) -> str:
    """Write a clip as a script that hands it over; the name of the file."""
    content = base64.b64decode(text)
    name = f"{digest(content)}.js"
    told = {"name": name, "kind": kind, "bytes": len(content), "text": letters(content)}
    return written(
        html, content, "js", script_file(f"Sounds.receive({json.dumps(told, ensure_ascii=False)});\n")
    )


def smaller(kind: str, content: bytes) -> tuple[str, bytes]:
    """A WAV file of 16 bits as FLAC, the same samples in half the bytes; all else as it is."""
    if kind not in ("audio/wav", "audio/x-wav"):
        return kind, content
    with soundfile.SoundFile(io.BytesIO(content)) as file:
        if file.subtype != "PCM_16":
            return kind, content
        samples, rate = file.read(dtype="int16"), file.samplerate
    packed = io.BytesIO()
    soundfile.write(packed, samples, rate, format="FLAC", subtype="PCM_16")
    return "audio/flac", packed.getvalue()


def written(html: Path, sound: bytes, ending: str, content: bytes) -> str:
    """Write a file under the digest of its sound, once; its name."""
    path = html / FOLDER / f"{digest(sound)}.{ending}"
    path.parent.mkdir(exist_ok=True)
    if not path.is_file():
        path.write_bytes(content)
    return path.name


def digest(content: bytes) -> str:
    """Sixteen digits that tell one sound from another."""
    return hashlib.sha256(content).hexdigest()[:16]
