"""What happens to the built pages before they are read: lighter, quieter, open to everyone, easy to find.

Sphinx and its theme write the pages; here each of them is read once, passed through the steps below, and
written again. Nothing a reader sees is added by hand: addresses, dates and versions come from the repository.

    formulas   set in advance; no script sets them in the browser
    pictures   light, and come when they are near
    sounds     each once, and come when they are near
    weight     one style sheet and one script for all pages, of the parts that some page uses
    code       without marks that change nothing
    breaks     where a line may end: not before a per cent sign, but inside a long name
    access     names, roles and marks that assistive technology and keyboards need
    head       what a search engine, a link preview and a browser's tab show
    search     excerpts that are prose, and a ranking that knows chapters
    following  at the end of a chapter a mark, and why which one comes next
    one_page   the first page's words on a sheet of paper
    front      the first page, the page for wrong addresses, the site map
    moved      pages at old addresses that lead to the new ones
    languages  two pages in other languages, and titles for the others
"""

from __future__ import annotations

from pathlib import Path

from bs4 import BeautifulSoup

from . import (
    access,
    breaks,
    code,
    following,
    formulas,
    front,
    head,
    languages,
    moved,
    one_page,
    pictures,
    pieces,
    search,
    sounds,
    weight,
)
from .facts import Facts


def pages(html: Path) -> list[Path]:
    """All pages of a built book, in the order of their addresses; parts of the theme are no pages."""
    return sorted(path for path in html.rglob("*.html") if "_static" not in path.relative_to(html).parts)


def dress(html: Path, facts: Facts) -> None:
    """Pass every page of a built book through all steps, then drop what no page asks for.

    Parameters
    ----------
    html
        The folder that Sphinx wrote. It is changed in place, once: a dressed book is not dressed again.
    facts
        What is said about the book as a whole, and where each page came from.
    """
    colours = code.coloured((html / "_static/pygments.css").read_text(encoding="utf-8"))
    addresses = [path for path in pages(html) if path != html / "index.html"]
    soups = {path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in addresses}
    translations = languages.take(soups)
    search.write_excerpts(html, soups)
    pictures.lighten(html)
    one_page.write(html, soups[html / "book/index.html"], facts)
    front.open_doors(soups[html / "book/index.html"], facts)
    following.write(html, soups, facts)
    style = formulas.set_all(html, soups.values())
    for path, soup in soups.items():
        name = path.relative_to(html).as_posix()
        weight.take_out_parts(soup, html, path)
        access.mend(soup)
        breaks.mend(soup)
        pictures.wait(soup, path)
        sounds.put_beside(soup, html, path)
        head.describe(soup, name, facts)
        head.sign(soup, name, facts)
    languages.write(html, soups, facts, translations)
    weight.write_parts(html, soups, style)
    pieces.share(html, soups)
    for path, soup in soups.items():
        path.write_text(code.plainer(str(soup), colours), encoding="utf-8")
    front.write(html, soups, facts)
    weight.drop_unasked(html)
    moved.write(html, facts)
