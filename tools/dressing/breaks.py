"""Where a line may end and where not: a number stays with its sign, a long name ends at a stroke.

A phone shows thirty letters in a line. Left to itself a browser puts the per cent sign on the next one, and
cuts the name of a file or a test between any two letters.
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, NavigableString, Tag

CLOSE = "\N{NO-BREAK SPACE}"
UNIT = re.compile(r"^ (?=%)|(?<=\d) (?=(?:%|kB|MB|GB|MiB|GiB|Hz|kHz|dB|ms|px)(?!\w))")
NUMBER = r"[−+]?\d[\d.,]*"
INTERVAL = re.compile(rf"\[{NUMBER}[,;] {NUMBER}\]")
LONG_NAME = re.compile(r"[\w./:\-]{16,}")
ENDING = r"(?:py|js|css|html|md|ipynb|csv|json|npz|parquet|safetensors|txt|wav|yml)\b"
STROKE = re.compile(rf"(?<=[a-zA-Z0-9])(?:::|[/_]|\.(?!{ENDING}))(?=\w)|(?<=[a-z])(?=[A-Z])")
#: A corpus with a hyphen in its name, and an option of a command: a browser would end a line in them.
WHOLE = re.compile(r"(?<![\w-])(?:[A-Z]\w*-[A-Z]{1,2}|--?[a-z]\w{0,12}(?:-\w{1,6}){0,2})(?![\w-])")
#: Here blanks and breaks are the author's, or no words at all.
VERBATIM = ("pre", "script", "style", "svg", "textarea", "title", "option", "math")


def mend(soup: BeautifulSoup) -> None:
    """Bind numbers and open long names in the text of a page, in place; let printed sentences wrap."""
    article = soup.find("article") or soup.body
    if article is None:
        return
    for printed in article.select(".cell_output .output.stream pre"):
        if not any(line.startswith("  ") for line in printed.get_text().splitlines()):  # or it is a program
            printed["class"] = [*printed.get("class", []), "sq-says"]
    for text in list(article.find_all(string=True)):
        if type(text) is not NavigableString or text.find_parent(VERBATIM) or is_formula(text):
            continue
        in_code = text.find_parent("code") is not None
        bound = str(text) if in_code else bind(text, intervals=text.find_parent(["td", "th"]) is None)
        parts = opened(bound)
        if len(parts) > 1:
            text.replace_with(*between(parts, soup))
        elif bound != text:
            text.replace_with(bound)
    for text in list(article.find_all(string=WHOLE)):
        if text.find_parent(["th", "code"]) and not text.find_parent(VERBATIM):
            text.replace_with(*whole(str(text), soup))
    for tag in article.select(".sig-prename, .sig > .sig-paren"):
        tag.append(soup.new_tag("wbr"))  # names of functions and of their arguments stay whole


def is_formula(text: NavigableString) -> bool:
    """Whether a formula that is not set yet, or that is set already, holds this text."""
    return text.find_parent(class_=("math", "MathJax", "katex")) is not None


def bind(text: str, intervals: bool = True) -> str:
    """Put spaces that are no place for a line's end into numbers with a unit, and into intervals.

    A column of a table is as wide as its longest piece, so an interval in a cell may still be divided.

    >>> bind("80.9 % and +0.7 [−1.3, 2.7] of 3 clips").replace(CLOSE, "~")
    '80.9~% and +0.7 [−1.3,~2.7] of 3 clips'
    >>> bind("81,2 % [−1,0; −0,2]", intervals=False).replace(CLOSE, "~")
    '81,2~% [−1,0; −0,2]'
    """
    text = UNIT.sub(CLOSE, text)
    return INTERVAL.sub(lambda match: match[0].replace(" ", CLOSE), text) if intervals else text


def opened(text: str) -> list[str]:
    """Divide a text where a long name of a file, a test or a function may end a line.

    >>> opened("See tests/learning/test_lwf.py::test_pull for it.")
    ['See tests/', 'learning/', 'test_', 'lwf.py::', 'test_', 'pull for it.']
    >>> opened("short/name, 1.234, SynapticIntelligence")
    ['short/name, 1.234, Synaptic', 'Intelligence']
    """
    ends = [
        name.start() + stroke.end()
        for name in LONG_NAME.finditer(text)
        for stroke in STROKE.finditer(name[0])
    ]
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]


def whole(text: str, soup: BeautifulSoup) -> list[Tag | NavigableString]:
    """Put each name and option of a text into an element in which no line ends.

    >>> "".join(map(str, whole("CREMA-D", BeautifulSoup("", "html.parser"))))
    '<span class="sq-whole">CREMA-D</span>'
    """
    pieces: list[Tag | NavigableString] = []
    end = 0
    for name in WHOLE.finditer(text):
        pieces.append(NavigableString(text[end : name.start()]))
        pieces.append(soup.new_tag("span", attrs={"class": "sq-whole"}, string=name[0]))
        end = name.end()
    return [piece for piece in [*pieces, NavigableString(text[end:])] if str(piece)]


def between(parts: list[str], soup: BeautifulSoup) -> list[Tag | NavigableString]:
    """Put a place for a line's end between the parts of a text."""
    pieces: list[Tag | NavigableString] = []
    for part in parts:
        pieces += [NavigableString(part), soup.new_tag("wbr")]
    return pieces[:-1]
