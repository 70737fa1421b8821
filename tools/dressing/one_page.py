"""What the first page says, on one sheet of paper: a PDF to hand round, made without a browser.

The words and the figure are those of the page, so every number comes from where the page has it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import matplotlib.pyplot as plt
from bs4 import BeautifulSoup, Tag
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from .facts import Facts

NAME = "in_one_page.pdf"
SECTIONS = ("the-question", "what-came-out")
WIDE, HIGH, MARGIN = 8.27, 11.69, 0.85  # inches: A4
SIZES = [size / 4 for size in range(44, 27, -1)]  # points: the largest at which all has room
LEAST_FIGURE = 2.5  # inches
DOTS = 600  # an inch, where words are measured: as many as rounding to them cannot be seen
LINE, GAP = 1.36, 0.55  # of a letter's size: from line to line, and before a paragraph


class SheetError(Exception):
    """The sheet cannot be made; one sentence says why."""


def write(html: Path, soup: BeautifulSoup, facts: Facts) -> Path:
    """Write the sheet of a built book's first page; its path.

    Parameters
    ----------
    html
        The built book, with the landing figure in ``_images``.
    soup
        The first page as Sphinx wrote it.
    facts
        What its foot says.

    Raises
    ------
    SheetError
        If a section is missing, or there is more than a sheet holds at a size that can be read.
    """
    said = paragraphs(soup)
    picture = plt.imread(html / "_images/landing.png")
    for size in SIZES:
        lines = set_lines(said, size)
        room = HIGH - 2 * MARGIN - lines[-1][0] - 4 * size * LINE / 72
        if room >= LEAST_FIGURE:
            return draw(html / "_static" / NAME, lines, size, picture, room, facts)
    raise SheetError(
        f"The first page says more than one sheet holds at {SIZES[-1]} points; shorten the sections"
        f" {' and '.join(SECTIONS)} of book/index.md."
    )


def paragraphs(soup: BeautifulSoup) -> list[tuple[str, str]]:
    """Kind ("title", "heading", "text", "item") and words of what goes onto the sheet, in its order."""
    article = soup.select_one("article.bd-article")
    said = [("title", words(article.find("h1"))), ("text", words(article.find("p")))]
    for name in SECTIONS:
        section = article.find("section", id=name)
        if section is None:
            raise SheetError(
                f"The first page has no section {name!r}; {NAME} is made of it, so give it back."
            )
        said.append(("heading", words(section.find("h2"))))
        for tag in section.find_all(["p", "li"]):
            if tag.name == "li" or tag.find_parent("li") is None:
                said.append(("item" if tag.name == "li" else "text", words(tag)))
    return said


def words(tag: Tag) -> str:
    """Words of a tag on one line, without the mark behind a heading; a number and its % stay together."""
    return " ".join(tag.get_text().split()).removesuffix("#").strip().replace(" %", "\u00a0%")


def set_lines(said: list[tuple[str, str]], size: float) -> list[tuple[float, str, str]]:
    """Break paragraphs into lines: inches below the upper margin, kind, words.

    A line that begins an item has the kind "first".
    """
    lines, at = [], 0.0
    for kind, text in said:
        room = WIDE - 2 * MARGIN - (indent(size) if kind == "item" else 0)
        at += (GAP if lines else 0) * scale(kind) * size / 72
        line, first = "", True
        for word in [*text.split(" "), None]:
            longer = f"{line} {word}".strip()
            if word is None or wide(longer, weight(kind)) * scale(kind) * size > room:
                at += LINE * scale(kind) * size / 72
                lines.append((at, "first" if kind == "item" and first else kind, line))
                line, first = word, False
            else:
                line = longer
    return lines


def wide(line: str, weight: str) -> float:
    """Inches that a line takes at a size of one point: what its words do, and the spaces between them."""
    space = of_word("n n", weight) - of_word("nn", weight)
    return sum(of_word(word, weight) for word in line.split(" ")) + line.count(" ") * space


@cache
def of_word(word: str, weight: str) -> float:
    """Inches that a word takes at a size of one point."""
    font = FontProperties(size=10, weight=weight)
    return ruler().get_text_width_height_descent(word, font, False)[0] / DOTS / 10


@cache
def ruler():
    """What measures words: Matplotlib's own way to draw them, with next to nothing to draw on."""
    return FigureCanvasAgg(Figure(figsize=(0.1, 0.1), dpi=DOTS)).get_renderer()


def scale(kind: str) -> float:
    """How large a kind of paragraph is beside the text."""
    return {"title": 1.8, "heading": 1.2}.get(kind, 1.0)


def weight(kind: str) -> str:
    return "bold" if kind in ("title", "heading") else "normal"


def indent(size: float) -> float:
    """Inches by which an item stands in."""
    return 1.3 * size / 72


def draw(path: Path, lines: list, size: float, picture, room: float, facts: Facts) -> Path:
    """Draw lines, the figure below them as large as there is room, and the foot."""
    with plt.rc_context(
        {"pdf.fonttype": 42, "font.family": "sans-serif"}
    ):  # 42: words can be searched and copied
        figure = Figure(figsize=(WIDE, HIGH))
        for at, kind, text in lines:
            look = {"size": scale(kind) * size, "weight": weight(kind), "parse_math": False}
            left, y = MARGIN, 1 - (MARGIN + at) / HIGH
            if kind in ("item", "first"):
                if kind == "first":
                    figure.text(left / WIDE, y, "\u2022", **look)
                left += indent(size)
            figure.text(left / WIDE, y, text, **look)
        high, wide = picture.shape[:2]
        across = min(WIDE - 2 * MARGIN, room * wide / high)
        down = across * high / wide
        bottom = MARGIN + 3 * size * LINE / 72 + (room - down) / 2
        axes = figure.add_axes([(WIDE - across) / 2 / WIDE, bottom / HIGH, across / WIDE, down / HIGH])
        axes.imshow(picture, aspect="auto", interpolation="none")
        axes.set_axis_off()
        changed = f", last changed on {facts.changed}" if facts.changed else ""
        foot = {"size": 0.85 * size, "color": "#444444", "parse_math": False}
        figure.text(MARGIN / WIDE, MARGIN / HIGH, f"{facts.site}/", url=f"{facts.site}/", **foot)
        edition = f"{facts.authors}, version {facts.version}{changed}"
        figure.text(MARGIN / WIDE, (MARGIN + size * LINE / 72) / HIGH, edition, **foot)
        told = {"Title": facts.title, "Author": facts.authors, "CreationDate": None}
        figure.savefig(path, format="pdf", metadata=told)
    return path
