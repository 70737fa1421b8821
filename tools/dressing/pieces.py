"""Scripts that many pieces of pages have in common: each file once for the whole book, not once a piece.

A piece in a notebook carries all its scripts in its text. In the built book the text of a piece's script
becomes a list: words of its own, and numbers that stand for files; ``_static/pieces.js`` has the files, puts
the texts together when the page has been read, and runs them where they stood.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup

import sequifi_lite.teaching

NAME, TYPE = "pieces.js", "text/x-piece"
LEAST = 400  # characters: a shorter file is not worth a number
SITE = Path(__file__).resolve().parents[2] / "book/site"


def share(html: Path, soups: dict[Path, BeautifulSoup]) -> None:
    """Take the files that pieces have in common off the pages, and write them into one script."""
    used: dict[str, int] = {}
    wanted = []
    for path, soup in soups.items():
        for tag in soup.select("article script"):
            if tag.get("src") or tag.get("type") or not (tag.string or "").startswith("(function"):
                continue
            cuts = cut(str(tag.string), files())
            if not any(known for known, _ in cuts):
                continue
            said = [used.setdefault(text, len(used)) if known else text for known, text in cuts]
            tag.string = json.dumps(said, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
            tag["type"] = TYPE
            wanted.append(path)
    if not used:
        return
    runner = (SITE / NAME).read_text(encoding="utf-8")
    held = json.dumps([*used], ensure_ascii=False, separators=(",", ":"))
    (html / "_static" / NAME).write_text(runner.replace("FILES", held, 1), encoding="utf-8")
    for path in dict.fromkeys(wanted):
        static = "../" * (len(path.relative_to(html).parts) - 1) + "_static"
        soups[path].head.append(soups[path].new_tag("script", src=f"{static}/{NAME}", defer=""))


def cut(text: str, known: tuple[str, ...]) -> list[tuple[bool, str]]:
    """Cut a text at the files that it holds, the longest first: (whether it is a file, words), in order."""
    for one in known:
        before, found, after = text.partition(one)
        if found:
            return [*cut(before, known), (True, one), *cut(after, known)]
    return [(False, text)] if text else []


@cache
def files() -> tuple[str, ...]:
    """Scripts of pieces, as a piece holds them, the longest first; what all share is cut at its data."""
    folder = Path(sequifi_lite.teaching.__file__).parent
    texts = [path.read_text(encoding="utf-8").rstrip() for path in sorted(folder.rglob("*.js"))]
    parts = [part for text in texts for part in (text.split("DATA") if text.count("DATA") == 1 else [text])]
    return tuple(sorted({part for part in parts if len(part) >= LEAST}, key=len, reverse=True))
