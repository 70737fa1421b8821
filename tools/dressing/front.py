"""The pages that are no chapter: the first one, the one for wrong addresses, the map for search engines."""

from __future__ import annotations

import copy
import posixpath
import shutil
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from bs4 import BeautifulSoup

from .facts import Facts
from .weight import SITE, own


def write(html: Path, soups: dict[Path, BeautifulSoup], facts: Facts) -> None:
    """Write them into a built book whose other pages are finished."""
    first = html / "book/index.html"
    (html / "index.html").write_text(at_the_root(soups[first]), encoding="utf-8")
    lost = own("404.html").replace("TITLE", facts.title).replace("SITE", facts.site)
    (html / "404.html").write_text(lost, encoding="utf-8")
    shutil.copy(SITE.parent / "favicon.svg", html / "_static/favicon.svg")
    pages = [path.relative_to(html).as_posix() for path in soups if path != first]
    pages = [page for page in pages if not page.startswith("_modules") and page != "search.html"]
    changed = f"<lastmod>{facts.changed}</lastmod>" if facts.changed else ""
    entries = [f"<url><loc>{escape(f'{facts.site}/{page}')}</loc>{changed}</url>" for page in ["", *pages]]
    (html / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(entries)
        + "\n</urlset>\n",
        encoding="utf-8",
    )
    (html / "robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {facts.site}/sitemap.xml\n", encoding="utf-8"
    )
    (html / ".nojekyll").touch()  # else GitHub leaves out folders that begin with an underscore


def open_doors(soup: BeautifulSoup, facts: Facts) -> None:
    """Put three ways in below the first paragraph of the book's first page, and how to cite it at its end."""
    article = soup.select_one("article.bd-article")
    first = article.find("p")
    if (SITE / "doors.html").is_file() and soup.select_one("nav.bd-links a[href$='playground.html']"):
        first.insert_after(BeautifulSoup(own("doors.html"), "html.parser"))
    words = {
        "REPOSITORY": facts.repository,
        "REF": facts.ref,
        "VERSION": facts.version,
        "CITED": facts.cited,
        "AUTHORS": facts.authors,
        "YEAR": facts.changed[:4] or "n. d.",
    }
    text = own("cite.html")
    for token, word in words.items():
        text = text.replace(token, word)
    cited = BeautifulSoup(text, "html.parser")
    if entry := soup.select_one("nav.page-toc li.toc-h2:last-child"):
        entry.insert_after(more := copy.copy(entry))
        more.a["href"], more.a.string = f"#{cited.section['id']}", cited.h2.find(string=True)
    article.find("section").append(cited)


def at_the_root(page: BeautifulSoup) -> str:
    """The book's first page as it stands one folder higher: no jump, no second request."""
    soup = copy.copy(page)
    for tag in soup.find_all(True):
        for name in ("href", "src", "action"):
            address = tag.get(name)
            if not address or address.startswith(("#", "/")) or urlsplit(address).scheme:
                continue
            path, mark, anchor = address.partition("#")
            bare, question, query = path.partition("?")
            tag[name] = posixpath.normpath(posixpath.join("book", bare)) + question + query + mark + anchor
    soup.html["data-content_root"] = "./"
    return str(soup)
