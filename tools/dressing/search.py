"""What the search shows of a page: its prose.

Sphinx asks for the whole page and shows what stands around the word, toolbars and code included; under file://
a browser refuses that request. So the prose of all pages lies beside the search, as a script.
"""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from .weight import own

PROSE = "p, li, dd, dt, figcaption"
NOT_PROSE = [
    "cell_input",
    "cell_output",
    "highlight",
    "toctree-wrapper",
    "headerlink",
    "hide",
    "onlyprint",
]


def write_excerpts(html: Path, soups: dict[Path, BeautifulSoup]) -> None:
    """Write the prose of all pages that the search knows, and how it ranks and shows them."""
    texts = {}
    for path, soup in soups.items():
        article = soup.select_one("article.bd-article")
        name = path.relative_to(html).with_suffix("").as_posix()
        if article is not None and not name.startswith(("search", "genindex", "py-modindex")):
            texts[name] = prose(article)
    (html / "_static/excerpts.js").write_text(f'const DEFLATED = "{deflated(texts)}";\n', encoding="utf-8")
    for name in ("ranking.js", "excerpt.js"):
        (html / "_static" / name).write_text(own(name), encoding="utf-8")


def deflated(texts: dict[str, str]) -> str:
    """Deflate texts, in letters that a script may hold: less than half as many."""
    packer = zlib.compressobj(9, wbits=-15)
    plain = json.dumps(texts, ensure_ascii=False).encode()
    return base64.b64encode(packer.compress(plain) + packer.flush()).decode()


def prose(article: Tag) -> str:
    """The sentences of a page in their order, without code, outputs and headings' marks."""
    parts = []
    for tag in article.select(PROSE):
        if (
            tag.find_parent(class_=NOT_PROSE)
            or tag.find_parent(["p", "dt"])
            or (tag.name != "p" and tag.find("p"))
        ):
            continue
        text = " ".join(tag.get_text().split()).replace("\\(", "").replace("\\)", "")
        if len(text) > 2:
            parts.append(text.removesuffix("#").strip())
    return " ".join(parts)
