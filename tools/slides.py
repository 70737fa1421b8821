"""Slides of every chapter, made from its page in the built book: a page that scrolls from slide to slide.

    python tools/slides.py    write the decks of the book in _build/html anew, into its _static/slides

A deck asks and shows what the chapter does, in its order: question, prediction, the one picture, the idea,
the formula, the code that teaches, what came of it, what it means, five questions, what to remember. Nothing
is typed for it: words, figures and set formulas are those of the page, questions those of the quiz. A deck
needs no network and no script but one for the keys; printed, each slide is a page.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

import book
from sequifi_lite.teaching.quiz import questions
from sequifi_lite.teaching.quiz.numbers import filled

SITE = book.ROOT / "book/site"
FOLDER = "_static/slides"
MOST_LINES = 26  # of code on a slide
NOT_SHOWN = "script, style, button, iframe, canvas, audio, video, form, .headerlink, .copybtn, .sq-next, .ask"
IDEA, MEANING, REMEMBER = r"\bidea\b", r"^What it (?:says|means)|^The answers$", r"^Remember$"


def parts(article: Tag) -> dict[str, list[Tag]]:
    """What stands under each heading of a page, by its words; before the first, under ""."""
    made: dict[str, list[Tag]] = {"": []}
    for section in [article.find("section"), *article.select("section section")]:
        own = [tag for tag in section.find_all(True, recursive=False) if tag.name != "section"]
        heading = own[0].get_text(" ", strip=True) if own and re.fullmatch("h[2-6]", own[0].name) else ""
        made.setdefault(heading, []).extend(tag for tag in own if not re.fullmatch("h[1-6]", tag.name))
    return made


def prose(tags: list[Tag], most: int) -> str:
    """The first paragraphs and lists of a part: no captions, no line of facts, nothing folded."""
    told = [tag for tag in tags if tag.name in ("p", "ul", "ol") and not is_caption(tag)]
    return "".join(str(tag) for tag in told[:most])


def is_caption(tag: Tag) -> bool:
    """Whether a paragraph says what a figure shows."""
    return tag.get_text().strip().startswith("Figure ")


def picture(article: Tag) -> str:
    """The first figure that the page draws, and the first sentences of its caption."""
    drawn = article.select_one(".cell_output img")
    if drawn is None:
        return ""
    caption = next((tag for tag in drawn.find_all_next("p") if is_caption(tag)), None)
    image = f'<img src="{escape(drawn["src"])}" alt="{escape(drawn.get("alt", ""))}">'
    return f"<figure>{image}<figcaption>{caption.decode_contents() if caption else ''}</figcaption></figure>"


def formula(article: Tag) -> str:
    """The first formula on a line of its own, with the paragraphs before and behind it."""
    shown = article.select_one("div.math")
    if shown is None:
        return ""
    around = [shown.find_previous("p"), shown, shown.find_next("p")]
    return "".join(str(tag) for tag in around if tag is not None and not is_caption(tag))


def code(article: Tag) -> str:
    """The code that teaches: the first open cell, or the source that it prints; a long one ends early."""
    for cell in article.select("div.cell"):
        classes = " ".join(cell.get("class", []))
        source = cell.select_one(".cell_input pre")
        if source is None or "hide-" in classes or "exercise-" in classes:
            continue
        printed = cell.select_one(".cell_output pre")
        inside = printed if re.match(r"\s*(?:print\(|source_text)", source.get_text()) and printed else source
        is_code = re.search(r"^\s*(?:def|class|for|with) ", inside.get_text(), re.M)
        if not is_code:
            continue
        lines = inside.decode_contents().rstrip().split("\n")
        rest = "" if len(lines) <= MOST_LINES else "\n…"
        return f'<div class="highlight"><pre>{chr(10).join(lines[:MOST_LINES])}{rest}</pre></div>'
    return ""


def asked(question: dict) -> str:
    """A question with its choices, or with the numbers between which the answer lies."""
    told = f"<p>{marked(question['ask'])}</p>"
    if "scale" in question:
        low, high, unit = (question["scale"][name] for name in ("low", "high", "unit"))
        return f"{told}<p>Write down a number from {low} to {high} ({unit}).</p>".replace(" -", " \u2212")
    choices = "".join(f"<li>{marked(choice['text'])}</li>" for choice in question["choices"])
    return f'{told}<ol class="choices">{choices}</ol>'


def answered(question: dict) -> str:
    """A question, and behind a click which choice is right, and why."""
    right = [(number, choice) for number, choice in enumerate(question["choices"]) if choice["right"]]
    told = " ".join(f"{chr(65 + number)}. {marked(choice.get('why', ''))}" for number, choice in right)
    return f"{asked(question)}<details><summary>Answer</summary><p>{told}</p></details>"


def outcome(guess: dict) -> str:
    """The answer to a prediction, and why one might expect something else."""
    return f"<p>{marked(guess['answer'])}</p><p>{marked(guess.get('why', ''))}</p>"


def marked(text: str) -> str:
    """A text of the quiz as HTML: what stands between backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))


def slides(article: Tag, chapter: str) -> list[tuple[str, str]]:
    """Title and HTML of every slide of a chapter; what the chapter does not have is left out."""
    by_heading = parts(article)

    def under(pattern: str, otherwise: list[Tag]) -> list[Tag]:
        return next((tags for head, tags in by_heading.items() if re.search(pattern, head)), otherwise)

    first = next((tags for head, tags in by_heading.items() if head), [])
    quiz = filled(questions.read(chapter)) if chapter in questions.chapters() else {}
    guess = quiz.get("prediction")
    made = [
        (article.find("h1").get_text(" ", strip=True), prose(by_heading[""], 1)),
        ("Guess first", asked(guess) if guess else ""),
        ("One picture", picture(article)),
        ("The idea", prose(under(IDEA, first), 2)),
        ("The formula", formula(article)),
        ("The code", code(article)),
        ("What came of it", outcome(guess) if guess else ""),
        ("What it means", prose(under(MEANING, []), 3)),
    ]
    made += [(f"Question {n}", answered(one)) for n, one in enumerate(quiz.get("questions", []), 1)]
    made.append(("Remember", prose(under(REMEMBER, []), 4)))
    return [(title, html) for title, html in made if html]


def deck(html: Path, page: str) -> str:
    """One chapter's deck, with addresses as seen from the folder of decks.

    Raises
    ------
    book.BookError
        If the page is none that was built here.
    """
    path = html / f"{page}.html"
    soup = BeautifulSoup(path.read_text(encoding="utf-8") if path.is_file() else "", "html.parser")
    article = soup.select_one("article.bd-article")
    if article is None or article.find("h1") is None:
        raise book.BookError(f"{page}.html has no article; the book is not one that make book built.")
    for tag in article.select(NOT_SHOWN):
        tag.decompose()
    made = slides(article, re.sub(r"^\d+_", "", Path(page).name))
    sections = []
    for number, (title, content) in enumerate(made, 1):
        level = "h1" if number == 1 else "h2"
        foot = f'<p class="place">{number} / {len(made)}</p>'
        heading = f"<{level}>{escape(title)}</{level}>"
        sections.append(f'<section id="slide-{number}" class="bd-article">{heading}{content}{foot}</section>')
    body = BeautifulSoup("".join(sections), "html.parser")
    for tag in body.find_all(True):
        if tag.name != "section":
            tag.attrs.pop("id", None)
        for name in ("href", "src"):
            if tag.get(name):
                tag[name] = from_deck(tag[name], page)
    frame = (SITE / "slides.html").read_text(encoding="utf-8")
    words = {"TITLE": escape(made[0][0]), "CHAPTER": f"../../{page}.html", "SLIDES": str(body)}
    for token, text in words.items():
        frame = frame.replace(token, text)
    return frame


def from_deck(address: str, page: str) -> str:
    """A chapter's relative address, from where the decks lie."""
    there = urlsplit(address)
    if there.scheme or there.netloc:
        return address
    target = (
        os.path.normpath(os.path.join(os.path.dirname(page), there.path)) if there.path else f"{page}.html"
    )
    mark = f"#{there.fragment}" if there.fragment else ""
    return os.path.relpath(target, FOLDER) + mark


def write(html: Path, pages: list[str]) -> list[Path]:
    """Write the decks of all chapters among the pages, and what they share; hand back the decks."""
    folder = html / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("slides.css", "slides.js"):
        shutil.copy(SITE / name, folder / name)
    made = []
    for page in pages:
        if page.startswith("notebooks/"):
            made.append(folder / f"{Path(page).name}.html")
            made[-1].write_text(deck(html, page), encoding="utf-8")
    return made


def main() -> int:
    """Write the decks of the book that stands in _build/html."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args()
    try:
        html = book.built(book.ROOT)
        made = write(html, book.toc_files())
    except book.BookError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{len(made)} decks: {(html / FOLDER).relative_to(book.ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
