"""What stands at the end of a chapter: a mark for those who have read it, and why which one comes next."""

from __future__ import annotations

from html import escape
from pathlib import Path

from bs4 import BeautifulSoup

from .facts import Facts
from .reading_path import ReadingPath
from .weight import own


def write(html: Path, soups: dict[Path, BeautifulSoup], facts: Facts) -> None:
    """Put it behind the last line of every chapter of a book that has a map."""
    if (html / "book/map.html") not in soups:
        return
    way = ReadingPath(facts.sources)
    for stem, chapter in way.chapters.items():
        behind = way.following(stem)
        words = {"NAMES": way.names, "NAME": chapter.name}
        if behind:
            following, why = behind
            words |= {"NEXT": following.stem, "TITLE": following.title, "WHY": why}
        text = own("next.html" if behind else "last.html")
        for token, word in words.items():
            text = text.replace(token, escape(word))
        article = soups[html / f"notebooks/{stem}.html"].select_one("article.bd-article")
        article.append(BeautifulSoup(text, "html.parser"))
