"""Where a line may end and where not: a number stays with its sign, a long name ends at a stroke.

A phone shows thirty letters in a line. Left to itself a browser puts the per cent sign on the next one, and
cuts the name of a file or a test between any two letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, NavigableString, Tag

CLOSE = "\N{NO-BREAK SPACE}"
UNIT = re.compile(r"^ (?=%)|(?<=\d) (?=(?:%|kB|MB|GB|MiB|GiB|Hz|kHz|dB|ms|px)(?!\w))")
NUMBER = r"[−+]?\d[\d.,]*"
INTERVAL = re.compile(rf"\[{NUMBER}[,;] {NUMBER}\]")
#: A symbol or a short name and its value; of a pair of corpora the second with its arrow.
VALUE = re.compile(r"(?<!\w)(\w{1,3}) ([=<>≤≥]) (?=[−+]?\d)")
RATE = re.compile(r"(?<!\w)(lr|T) (?=\d)")
PAIR = re.compile(r"(?<=\w) ([>→]) (?=[A-Z])")
#: In a cell: so many of so many, and the two parts of a split.
OF = re.compile(r"(?<=\d) (of|/) (?=\d)")
LONG_NAME = re.compile(r"[\w./:+\-]{16,}")
ENDING = r"(?:py|js|css|html|md|ipynb|csv|json|npz|parquet|safetensors|txt|wav|yml)\b"
STROKE = re.compile(
    rf"(?<=[a-zA-Z0-9])(?:::|[/_+])(?=\w)|(?<=[a-z_])\.(?!{ENDING})(?=[a-zA-Z_])|(?<=[a-z])(?=[A-Z](?!iv:))"
)
#: A corpus or a method with a hyphen in its name, an option of a command, a rate, the name of a recording, an
#: arrow: a browser would end a line in them.
WHOLE = re.compile(
    r"(?<![\w-])(?:[A-Z]\w*-[A-Z]{1,3}|--?[a-z]\w{0,12}(?:-\w{1,8}){0,2}|\d[\d.]*e-\d+|\d\d(?:-\d\d){6}|->)(?![\w-])"
)
SHORT, FAIR = 18, 40  # letters of code that stay on one line, and of what does so where lines are long
MARKS = re.compile(r"^[.,;:!?)]+")  # what does not begin a line
#: Here blanks and breaks are the author's, or no words at all.
VERBATIM = {"pre", "script", "style", "svg", "textarea", "title", "option", "math"}
FORMULA = {"math", "MathJax", "katex"}  # that is not set yet, or that is set already
CELL, NARROW = {"td", "th"}, {"td", "th", "code", "dt", "h1", "h2", "h3"}


def mend(soup: BeautifulSoup) -> None:
    """Bind numbers and open long names in the text of a page, in place; let printed sentences wrap."""
    article = soup.find("article") or soup.body
    if article is None:
        return
    article.smooth()  # where a key behind a number was taken out, two pieces are one text again
    for printed in article.select(".cell_output .output.stream pre"):
        if not any(line.startswith("  ") for line in printed.get_text().splitlines()):  # or it is a program
            printed["class"] = [*printed.get("class", []), "sq-says"]
    for text, inside in list(texts(article)):
        bound = str(text) if "code" in inside else bind(text)
        if CELL & inside and "code" not in inside:
            bound = OF.sub(rf"{CLOSE}\1{CLOSE}", bound)
        parts = opened(bound)
        if len(parts) > 1:
            text.replace_with(*between(parts, soup))
        elif bound != text:
            text.replace_with(bound)
    for code in article.select("code"):
        words = code.get_text()
        if re.search("[ ?-]", words) and len(words) <= FAIR and not code.find_parent("pre"):
            kept = "sq-whole" if len(words) <= SHORT else "sq-fair"
            code["class"] = list(dict.fromkeys([*code.get("class", []), kept]))
    for text, inside in list(texts(article, {*FORMULA, "sq-whole"})):
        if NARROW & inside and WHOLE.search(text):
            text.replace_with(*whole(str(text), soup))
    for formula in article.select("span.math"):
        keep_mark(formula, soup)
    for table in article.select("table"):
        widen(table)
    for tag in article.select(".sig-prename, .sig > .sig-paren"):
        tag.append(soup.new_tag("wbr"))  # names of functions and of their arguments stay whole


def texts(
    tag: Tag, settled: set[str] = FORMULA, inside: frozenset[str] = frozenset()
) -> Iterator[tuple[NavigableString, frozenset[str]]]:
    """Give the words below a tag, each with the names of all that it stands in.

    What is verbatim is left out, and elements of the settled classes.

    >>> article = BeautifulSoup("<p>1 <code>2</code></p><pre>3</pre><i class='math'>4</i>", "html.parser")
    >>> [(str(text), sorted(inside)) for text, inside in texts(article)]
    [('1 ', ['p']), ('2', ['code', 'p'])]
    """
    for child in tag.children:
        if isinstance(child, Tag):
            if child.name not in VERBATIM and settled.isdisjoint(child.get("class", ())):
                yield from texts(child, settled, inside | {child.name})
        elif type(child) is NavigableString:
            yield child, inside


def bind(text: str) -> str:
    """Put spaces that are no place for a line's end into numbers with a unit, intervals, values and pairs.

    >>> bind("80.9 % and +0.7 [−1.3, 2.7] of 3 clips").replace(CLOSE, "~")
    '80.9~% and +0.7 [−1.3,~2.7] of 3 clips'
    >>> bind("81,2 % [−1,0; −0,2]").replace(CLOSE, "~")
    '81,2~% [−1,0;~−0,2]'
    >>> bind("LwF, λ = 0.03, lr 1e-4, CREMA-D > MESD").replace(CLOSE, "~")
    'LwF, λ~=~0.03, lr~1e-4, CREMA-D >~MESD'
    """
    text = UNIT.sub(CLOSE, text)
    text = VALUE.sub(rf"\1{CLOSE}\2{CLOSE}", text)
    text = RATE.sub(rf"\1{CLOSE}", text)
    text = PAIR.sub(rf" \1{CLOSE}", text).replace(" ·", f"{CLOSE}·")
    return INTERVAL.sub(lambda match: match[0].replace(" ", CLOSE), text)


def opened(text: str) -> list[str]:
    """Divide a text where a long name of a file, a test or a function may end a line.

    >>> opened("See tests/learning/test_lwf.py::test_pull for it.")
    ['See tests/', 'learning/', 'test_', 'lwf.py::', 'test_', 'pull for it.']
    >>> opened("short/name, 1.234, SynapticIntelligence")
    ['short/name, 1.234, Synaptic', 'Intelligence']
    >>> opened("sequifi-canonical+gaussian-both")
    ['sequifi-canonical+', 'gaussian-both']
    >>> opened("1.0986122886681098, arXiv:2502.11756v2")
    ['1.0986122886681098, arXiv:2502.11756v2']
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


def keep_mark(formula: Tag, soup: BeautifulSoup) -> None:
    """Keep a comma or a full stop behind a formula on the formula's line."""
    after = formula.next_sibling
    marks = MARKS.match(str(after)) if type(after) is NavigableString else None
    if marks is None:
        return
    after.replace_with(NavigableString(str(after)[marks.end() :]))
    kept = formula.wrap(soup.new_tag("span", attrs={"class": "sq-whole"}))
    kept.append(NavigableString(marks[0]))


def widen(table: Tag) -> None:
    """Mark the longest cell of a column of words, so that the column keeps some width.

    Squeezed to a word a line, its rows would be as high as a phone's screen, where a table scrolls anyhow.
    """
    columns: dict[int, list[Tag]] = {}
    for row in table.find_all("tr"):
        for place, cell in enumerate(row.find_all(["th", "td"], recursive=False)):
            columns.setdefault(place, []).append(cell)
    for cells in columns.values():
        longest = max(cells, key=lambda cell: len(cell.get_text()))
        length = len(longest.get_text(" ", strip=True))
        mark = "sq-long" if length > 60 else "sq-words-few"
        if length > 24 and mark not in longest.get("class", []):
            longest["class"] = [*longest.get("class", []), mark]
