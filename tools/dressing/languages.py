"""The first page and the playground in other languages, and titles of pages for whoever reads the others.

`words` has what is said (book/words), and Sphinx has set each part of these pages in every language behind
the page. Here the parts come to their places, in a page of its own for each language, `index.de.html`
beside `index.html`; a row of languages leads from one to the other, without a script too.
"""

from __future__ import annotations

import copy
import json
import os
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import words
from bs4 import BeautifulSoup, Comment, NavigableString, Tag

from . import breaks, head
from .facts import Facts

BLOCKS = "h1, h2, h3, h4, p, li, td, th, summary, .caption-text"
ATTRIBUTES = ("aria-label", "title", "placeholder", "alt", "data-bs-title")
PLAYS = "[data-playground], [data-playground-small]"
NOT_READ = ["script", "style", "pre", "code", "kbd", "template", "noscript"]
NAMES = {".md", ".pdf", ".ipynb"}  # the same in every language
FIELD = re.compile(r"\\\{(\w+)\\\}")
PART = "data-sq-part"
DATE = re.compile(r"\d{4}-\d\d-\d\d")  # keeps its direction in a page from right to left


@dataclass
class Speaker:
    """What a file of words says, to be asked in the form in which a page has it."""

    language: str
    about: dict
    messages: dict[str, str]

    def say(self, text: str) -> str | None:
        """Translate a text: as it stands, behind a chapter's number, or with values for fields."""
        bare = " ".join(text.split()).replace("’", "'")
        if (said := self.messages.get(bare)) is not None:
            return said
        if numbered := re.fullmatch(r"(\d+\. )(.+)", bare):
            said = self.messages.get(numbered[2])
            return None if said is None else numbered[1] + said
        for key, said in self.messages.items():
            if re.search(r"\{[a-z]+\}", key) and "`" not in key:
                pattern = FIELD.sub(r"(?P<\1>.+)", re.escape(key))
                if match := re.fullmatch(pattern, bare):
                    return said.format(**match.groupdict())
        return None


def inner(tag: Tag) -> str:
    """A tag's HTML without comments, marks of headings, and what is numbered anew in every place."""
    bare = copy.copy(tag)
    for comment in bare.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for link in bare.select(".headerlink"):
        link.decompose()
    for one in bare.find_all(True):
        one.attrs.pop("id", None)
    return " ".join(bare.decode_contents().split())


def take(soups: dict[Path, BeautifulSoup]) -> dict[Path, dict[str, list[str]]]:
    """Take what was set behind the pages, and mark the blocks of each page that it belongs to.

    Returns
    -------
    dict
        By page and language the HTML of all parts; the block whose ``data-sq-part`` is n has the nth.

    Raises
    ------
    words.WordsError
        If a part of the page is in no block of it.
    """
    rendered = {}
    for path, soup in soups.items():
        boxes = soup.select("div.sq-words")
        if not boxes:
            continue
        parts: dict[str, list[str]] = {}
        for box in boxes:
            language = next(name[9:] for name in box["class"] if name.startswith("sq-words-"))
            parts[language] = [inner(tag) for tag in box.find_all("p", recursive=False)]
        for box in boxes:
            box.decompose()
        numbers = {text: number for number, text in enumerate(parts["en"])}
        for tag in soup.select("article.bd-article")[0].select(BLOCKS):
            if (number := numbers.get(inner(tag))) is not None:
                tag[PART] = str(number)
        placed = {tag[PART] for tag in soup.select(f"[{PART}]")}
        for number, text in enumerate(parts["en"]):
            if str(number) not in placed:
                raise words.WordsError(f"{path.name} has no block like this one; see tools/words.py: {text}")
        rendered[path] = parts
    return rendered


def write(html: Path, soups: dict[Path, BeautifulSoup], facts: Facts, rendered: dict) -> None:
    """Add the pages in all languages, and write the titles for those that are in English only."""
    if not rendered:
        return
    names = [path.relative_to(html).as_posix() for path in rendered]
    for path, parts in rendered.items():
        name, english = path.relative_to(html).as_posix(), soups[path]
        made = {language: copy.copy(english) for language in parts if language != "en"}
        for language, soup in made.items():
            translate(soup, name, Speaker(language, *words.read(language)), parts, facts, names)
            breaks.mend(soup)
            soups[path.with_name(in_language(path.name, language))] = soup
        for language, soup in {"en": english, **made}.items():
            show_languages(soup, name, language, facts)
            for tag in soup.select(f"[{PART}]"):
                del tag[PART]
    titles = words.titles()
    for language in words.languages():
        about, messages = words.read(language)
        told = [*titles, "Titles are translated; this page is in English."]
        said = about | {"titles": {title: messages[title] for title in told if messages.get(title)}}
        target = html / f"words/{language}.js"
        target.parent.mkdir(exist_ok=True)
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        target.write_text(f"globalThis.sequifiTitles({text});\n", encoding="utf-8")


def in_language(name: str, language: str) -> str:
    """A page's address in a language: index.html, index.de.html."""
    return name if language == "en" else f"{name.removesuffix('.html')}.{language}.html"


def translate(
    soup: BeautifulSoup, name: str, speaker: Speaker, parts: dict, facts: Facts, names: list[str]
) -> None:
    """Turn a finished English page into one in another language, in place.

    Raises
    ------
    words.WordsError
        If the page says something that no message is about.
    """
    for tag in soup.select(f"[{PART}]"):
        mark = tag.find("a", class_="headerlink")
        mark = mark.extract() if mark else None
        tag.clear()
        said = BeautifulSoup(parts[speaker.language][int(tag[PART])], "html.parser")
        tag.extend(list(said.contents) + ([mark] if mark else []))
    play(soup, speaker)
    unknown = say_all(soup, speaker)
    if unknown:
        raise words.WordsError(
            f"{name} says what book/words/en.json has no message for: {' | '.join(unknown)}; add it there."
        )
    for link in soup.select("a.headerlink[aria-label]"):
        heading = " ".join(link.parent.get_text().removesuffix("#").split())
        link["aria-label"] = speaker.messages["# Link to: {heading}"].format(heading=heading)
    for link in soup.select("a[href]"):
        link["href"] = to_language(link["href"], name, speaker.language, names)
    for text in [text for foot in soup.select(".edition") for text in foot.find_all(string=DATE)]:
        text.replace_with(BeautifulSoup(DATE.sub(r"<bdi>\g<0></bdi>", escape(str(text))), "html.parser"))
    soup.html["lang"] = speaker.language
    if speaker.about["direction"] == "rtl":
        soup.html["dir"] = "rtl"
    soup.html["data-show"] = speaker.messages["Click to show"]
    soup.html["data-hide"] = speaker.messages["Click to hide"]
    describe(soup, in_language(name, speaker.language), speaker, facts)


def play(soup: BeautifulSoup, speaker: Speaker) -> None:
    """Put the playground in, with its own words."""
    box = soup.select_one(PLAYS)
    if box is None:
        return
    from sequifi_lite.teaching.playground.page import body

    face = "page.html" if box.has_attr("data-playground") else "small.html"
    own = BeautifulSoup(body("../playground", face, speaker.language), "html.parser")
    script = soup.select_one("script[src$='playground/playground.js']")
    script.insert_before(own.select_one("script[src*='/words/']"))
    box.replace_with(own.select_one(PLAYS))


def say_all(soup: BeautifulSoup, speaker: Speaker) -> list[str]:
    """Translate every text and name outside of the page's own parts; hand back what is not known."""
    unknown = []
    for text in list(soup.body.find_all(string=True)):
        if type(text) is not NavigableString or not re.search(r"[^\W\d_]", text) or text.strip() in NAMES:
            continue
        if any(tag.name in NOT_READ or tag.has_attr(PART) or _plays(tag) for tag in text.parents):
            continue
        said = speaker.say(text)
        if said is None:
            unknown.append(" ".join(text.split()))
            continue
        lead, end = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        text.replace_with(lead + said + end)
    for tag in soup.find_all(True):
        if any(_plays(parent) for parent in (tag, *tag.parents)):
            continue
        for attribute in ATTRIBUTES:
            whole = tag.get(attribute)
            cited = attribute == "title" and tag.name == "a" and "reference" in tag.get("class", [])
            if not whole or cited or (attribute == "aria-label" and "headerlink" in tag.get("class", [])):
                continue
            said = speaker.say(whole)
            if said is None:
                unknown.append(whole)
            else:
                tag[attribute] = said
    return unknown


def _plays(tag: Tag) -> bool:
    return tag.has_attr("data-playground") or tag.has_attr("data-playground-small")


def to_language(address: str, name: str, language: str, names: list[str]) -> str:
    """A link to a page that there is in this language leads to that one."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path:
        return address
    target = os.path.normpath(os.path.join(os.path.dirname(name), parts.path))
    if target == "index.html":
        target = "book/index.html"
    if target not in names:
        return address
    there = os.path.relpath(in_language(target, language), os.path.dirname(name))
    return address.replace(parts.path, there, 1)


def describe(soup: BeautifulSoup, name: str, speaker: Speaker, facts: Facts) -> None:
    """Say in the head what the page is in its own language, and where it is."""
    heading = " ".join(soup.select_one("article h1").get_text().removesuffix("#").split())
    book = speaker.say(facts.title) or facts.title
    text = head.description(soup) or facts.description
    soup.title.string = heading if heading == book else f"{heading} — {book}"
    says = {"description": text, "og:description": text, "og:title": heading, "og:site_name": book}
    says["og:url"] = f"{facts.site}/{name}"
    for key, content in says.items():
        for tag in soup.select(f'meta[name="{key}"], meta[property="{key}"]'):
            tag["content"] = content
    soup.select_one("link[rel=canonical]")["href"] = f"{facts.site}/{name}"


def show_languages(soup: BeautifulSoup, name: str, language: str, facts: Facts) -> None:
    """Put the row of languages above a page, and below its heading that nobody has reviewed it."""
    links = []
    for other in ("en", *words.languages()):
        about, _ = words.read(other)
        page = in_language(name, other)
        address = f"{facts.site}/" if page == "book/index.html" else f"{facts.site}/{page}"
        soup.head.append(soup.new_tag("link", rel="alternate", hreflang=other, href=address))
        here = ' aria-current="true"' if other == language else ""
        links.append(
            f'<a href="{page.rpartition("/")[2]}?lang={other}" hreflang="{other}" lang="{other}"'
            f' dir="{about["direction"]}"{here}>{escape(about["name"])}</a>'
        )
    about, messages = words.read(language)
    row = f'<nav class="sq-languages d-print-none" aria-label="{escape(messages["Language"])}">'
    article, heading = soup.select_one("article.bd-article"), soup.select_one("article h1")
    article.insert(0, BeautifulSoup(f"{row}{' '.join(links)}</nav>", "html.parser"))
    if about["reviewed"]:
        return
    said = [messages["This page was translated and has not been reviewed by a native speaker."]]
    report = head.question(name, f"{language}, version {facts.version}", facts)
    said.append(f'<a href="{escape(report)}">{escape(messages["Report a mistake"])}</a>.')
    said.append(messages["The other pages of this book are in English."])
    notice = f'<p class="sq-unreviewed">{" ".join(said)}</p>'
    heading.insert_after(BeautifulSoup(notice, "html.parser"))
