"""What a page says of itself: in its head to search engines and previews, at its end to readers."""

from __future__ import annotations

import os
import re
from urllib.parse import urlencode

from bs4 import BeautifulSoup

from .facts import Facts
from .weight import own

LONGEST = 200  # letters of a description
PICTURE = "_images/landing.png"


def describe(soup: BeautifulSoup, page: str, facts: Facts) -> None:
    """Put description, preview, address, icon and the early choice of colours into the head."""
    static = os.path.relpath("_static", os.path.dirname(page) or ".")
    address = f"{facts.site}/" if page == "book/index.html" else f"{facts.site}/{page}"
    heading = soup.select_one("article h1, main h1")
    title = heading.get_text().removesuffix("#").strip() if heading else soup.title.get_text()
    if title == facts.title:  # the book's own first page: once is enough
        soup.title.string = title
    text = description(soup) or facts.description
    for name in ("docsearch:language", "docsearch:version"):
        for tag in soup.find_all("meta", attrs={"name": name}):
            tag.decompose()
    for name, content in {
        "description": text,
        "generator": f"{facts.title} {facts.version}",
        "color-scheme": "light dark",
    }.items():
        soup.head.append(soup.new_tag("meta", attrs={"name": name, "content": content}))
    for name, content in {
        "og:type": "article",
        "og:site_name": facts.title,
        "og:title": title,
        "og:description": text,
        "og:url": address,
        "og:image": f"{facts.site}/{PICTURE}",
    }.items():
        soup.head.append(soup.new_tag("meta", attrs={"property": name, "content": content}))
    soup.head.append(soup.new_tag("link", rel="canonical", href=address))
    for tag in soup.find_all("link", rel="icon"):
        tag.decompose()  # the one that Sphinx writes does not say of what kind it is
    soup.head.append(soup.new_tag("link", rel="icon", type="image/svg+xml", href=f"{static}/favicon.svg"))
    colours = soup.find("script", attrs={"data-cfasync": "false"})
    if colours:
        colours.string = own("colours.js")
    soup.body["data-default-mode"] = "auto"


def description(soup: BeautifulSoup) -> str:
    """The page's first paragraph of prose, up to the end of a sentence or a word."""
    for paragraph in soup.select("article p"):
        if paragraph.find_parent(class_=["cell", "admonition", "highlight", "toctree-wrapper"]):
            continue
        text = " ".join(paragraph.get_text().split())
        if len(text) > 40 and not re.search(r"[\\$]", text):
            if len(text) <= LONGEST:
                return text
            cut = text[:LONGEST]
            end = max(cut.rfind(". "), cut.rfind("? "), cut.rfind("! "))
            return cut[: end + 1] if end > 40 else cut[: cut.rfind(" ")] + " …"
    return ""


def sign(soup: BeautifulSoup, page: str, facts: Facts) -> None:
    """Put a way to ask at a page's end, and version, date and terms into its foot."""
    article = soup.select_one("article.bd-article")
    mark = facts.print_of(page)
    if article is not None and mark:
        ask = soup.new_tag("p", attrs={"class": "ask d-print-none"})
        link = soup.new_tag("a", href=question(page, mark, facts))
        link.string = "I did not understand this page"
        ask.append(link)
        article.append(ask)
    foot = soup.select_one(".bd-footer-content__inner")
    if foot is None:
        return
    said = soup.new_tag("p", attrs={"class": "edition"})
    said.append(
        f"Version {facts.version}" + (f", last changed on {facts.changed}" if facts.changed else "") + ". "
    )
    # The tag that this version is installed from has the terms; a branch may have others tomorrow.
    for words, name in (("Code", "LICENSE"), ("text", "LICENSE-text"), ("data", "DATA_LICENSES.md")):
        link = soup.new_tag("a", href=f"{facts.repository}/blob/{facts.ref}/{name}")
        link.string = f"Licence of the {words.lower()}"
        said.append(link)
        said.append(" · " if name != "DATA_LICENSES.md" else "")
    item = soup.new_tag("div", attrs={"class": "footer-item"})
    item.append(said)
    foot.append(item)


def question(page: str, mark: str, facts: Facts) -> str:
    """Address of the form for "I did not understand", filled in with the page and the wording it had."""
    fields = {
        "template": "not-understood.yml",
        "title": f"I did not understand {page.removesuffix('.html')}",
        "page": f"{facts.site}/{page}",
        "wording": f"{mark}, version {facts.version}",
    }
    return f"{facts.repository}/issues/new?{urlencode(fields)}"
