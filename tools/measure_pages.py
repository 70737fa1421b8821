"""Measure what a chapter asks of its reader: words, minutes, code in the way, text too small for a telephone.

    python tools/measure_pages.py           one line per chapter
    python tools/measure_pages.py --minutes write the minutes of the rule into the chapters' lines of facts
    python tools/measure_pages.py --write   lower the committed exceptions to today's figures; none is raised

Everything is counted from the committed notebook, by rules that need neither a run nor a browser:

words     of prose, and of code that is open when the page is. Formulas, comments, addresses and what lies
          behind a click do not count.
minutes   200 words of prose a minute, 4 s for a line of open code, 15 s for a displayed formula, 20 s for a
          figure or a table, 30 s for a prediction or a quiz. Exercises are not solved in them.
code      open code's share of the page's height, in px in a column of 790 (measured in Chromium): a line of
          code 17.6 and 34 around a cell, a line of 16 words 26 and 18 below a paragraph, 55 for a folded
          cell, 70 for a heading, 30 for a row of a table, a figure as high as it is drawn.
text      smallest text of a figure on a telephone, in px: it is shown 358 px wide there. A figure's width in
          inches and its smallest font give it; figures of `sequifi_lite.teaching.plots` have a test.
early     words of the glossary that are used in a chapter before the one that the glossary names for them,
          and before one that explains them in passing: such a chapter has the word in italics where it is
          first used. The name of the package is no use of its method's.
bare      figures without a caption that begins with its number, tables with an empty head, and a missing
          prediction, quiz or line of facts.
off       minutes by which the line of facts differs from the rule.

Details pages (notebooks/details) obey the same bars, where their chapter stands; prediction and quiz are the
chapter's.

A bar that a page misses stands in tests/book/readable_exceptions.csv with its figure, which may only fall.
"""

from __future__ import annotations

import argparse
import csv
import math
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt
from matplotlib.font_manager import font_scalings
from mdit_py_plugins.dollarmath import dollarmath_plugin

ROOT = Path(__file__).resolve().parents[1]
EXCEPTIONS = ROOT / "tests/book/readable_exceptions.csv"
FOLDED = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
ON_A_TELEPHONE = 358  # px that a figure has on a screen of 390
COLUMN, INCH = 790, 110  # px of the column on a wide screen, and of an inch of a figure
FONT, TICKS = (
    12.0,
    10.0,
)  # points of plots.style(): the base of relative sizes, and the smallest without a word
#: Text has to reach its bar, the others may not exceed theirs.
BARS = {"words": 3000, "minutes": 25, "code": 20, "text": 9, "early": 0, "bare": 0, "off": 3}
#: Exceptions are noted in steps of this size, so that a sentence more is no matter.
STEPS = {"words": 50, "minutes": 1, "code": 1, "text": 0.1, "early": 1, "bare": 1, "off": 1}
MARKDOWN = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)
DRAWS = re.compile(r"\bplots\.(?!style\b|[A-Z]|method_\w+)\w|\.show\(")
TABLE = re.compile(r"\.style\b(?!\()|\bshow_table\(|\bto_frame\(|^pd\.DataFrame\(", re.M)
FIGSIZE = re.compile(r"figsize=\(\s*([\d.]+),\s*([\d.]+)\s*\)")
SIZES = re.compile(r"\b(?:fontsize|labelsize)\"?[=:]\s*(?:\"([\w-]+)\"|([\d.]+))")
ITALICS = {"em_open": "\x02", "em_close": "\x03"}  # around words that are explained where they are used
GLOSSARY = re.compile(r"^(\S[^\n]*)\n  (.*?)(?=\n\n|\Z)", re.M | re.S)


@dataclass
class Page:
    """What was counted on one page; heights in px, `texts` in px on a telephone."""

    name: str
    details: bool = False
    prose: list[str] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)  # prose, with marks around what is in italics
    open_code: list[str] = field(default_factory=list)
    height: float = 0.0
    code_height: float = 0.0
    seconds: float = 0.0
    figures: int = 0
    captions: int = 0
    predictions: int = 0
    quizzes: int = 0
    blank_tables: int = 0
    texts: list[float] = field(default_factory=list)
    early: list[str] = field(default_factory=list)

    @property
    def words(self) -> int:
        """Words of prose and of open code together."""
        return sum(len(text.split()) for text in (*self.prose, *self.open_code))

    @property
    def minutes(self) -> float:
        """Minutes to read it, by the rule of this module."""
        prose = sum(len(text.split()) for text in self.prose)
        lines = sum(len(code.splitlines()) for code in self.open_code)
        return prose / 200 + (4 * lines + self.seconds) / 60

    @property
    def code(self) -> float:
        """Open code's share of the height, in %."""
        return 100 * self.code_height / self.height

    @property
    def facts(self) -> int | None:
        """Minutes that the page itself gives."""
        stated = re.search(r"(\d+) minutes to read", "\n".join(self.prose[:20]))
        return int(stated[1]) if stated else None

    def figure(self, measure: str) -> float:
        """Look one of `BARS` up, in whole steps away from its bar."""
        values = {"words": self.words, "minutes": self.minutes, "code": self.code, "early": len(self.early)}
        values["text"] = min(self.texts, default=float("inf"))
        bare = max(0, self.figures - self.captions) + self.blank_tables
        asked = 0 if self.details else (not self.predictions) + (not self.quizzes)
        values["bare"] = bare + asked + (self.facts is None)
        values["off"] = 0 if self.facts is None else abs(self.facts - self.minutes)
        step = STEPS[measure]
        whole = math.floor if measure == "text" else math.ceil
        return (
            values[measure] if math.isinf(values[measure]) else round(whole(values[measure] / step) * step, 1)
        )


def measure(path: Path) -> Page:
    """Count one notebook."""
    page = Page(path.stem, path.parent.name == "details")
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            _read(page, cell.source)
        elif cell.cell_type == "code":
            _look(page, cell.source, set(cell.metadata.get("tags", [])))
    return page


def _read(page: Page, text: str) -> None:
    """Count a text cell: what is seen of it while nothing has been clicked."""
    hidden = 0
    for token in MARKDOWN.parse(text):
        if token.type == "html_block":
            was = hidden
            hidden += token.content.count("<details") - token.content.count("</details>")
            page.height += 45 * (hidden > was)
        elif hidden:
            continue
        elif token.type == "inline":
            page.marked.append(_words(token))
            words = page.marked[-1].translate(dict.fromkeys(map(ord, ITALICS.values())))
            page.prose.append(words)
            page.height += 26 * -(-len(words.split()) // 16)
            page.captions += bool(re.match(r"Figure \d", words))
        elif token.type == "math_block":
            page.seconds, page.height = page.seconds + 15, page.height + 75
        elif token.type in ("fence", "code_block"):
            page.height += 34 + 17.6 * len(token.content.splitlines())
        elif token.type == "table_open":
            page.seconds, page.height = page.seconds + 20, page.height + 18
            page.blank_tables += bool(re.match(r"^\|[\s|]*\|\n", _at(text, token)))
        else:
            page.height += {"paragraph_close": 18, "heading_close": 44, "tr_close": 4}.get(token.type, 0)


def _at(text: str, token) -> str:
    """Cut out the lines that a token was read from."""
    first, after = token.map
    return "".join(text.splitlines(keepends=True)[first:after])


def _words(inline) -> str:
    """Join what is read of a paragraph: no formulas, comments or addresses; italics keep their marks."""
    parts = []
    for token in inline.children or ():
        if token.type in ITALICS:
            parts.append(ITALICS[token.type])
        elif token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "math_inline":
            parts.append("x")  # a formula in a line is as long as a short word
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def _look(page: Page, source: str, tags: set[str]) -> None:
    """Count a code cell: what is open of it, what it draws, and whether it asks something."""
    if "remove-cell" in tags:
        return
    lines = source.splitlines()
    if tags & FOLDED:
        page.height += 55 * ("remove-input" not in tags)
    else:
        page.open_code.append(source)
        page.height += 34 + 17.6 * len(lines)
        page.code_height += 34 + 17.6 * len(lines)
    if re.match(r"(?:from .*\n\n)?predict\(", source):
        page.predictions, page.seconds, page.height = (
            page.predictions + 1,
            page.seconds + 30,
            page.height + 260,
        )
    elif re.search(r"^quiz\(", source, re.M):
        page.quizzes, page.seconds, page.height = page.quizzes + 1, page.seconds + 30, page.height + 1100
    elif re.search(r"^(?:mechanism\(|hear\.|\w+_explorer\()", source, re.M):
        page.seconds, page.height = page.seconds + 60, page.height + 480
    elif DRAWS.search(source):
        page.figures, page.seconds = page.figures + 1, page.seconds + 20
        page.texts += [text_at(source)] if FIGSIZE.search(source) else []
        wide, high = _size(source)
        page.height += min(COLUMN, wide * INCH) * high / wide
    if TABLE.search(source):
        page.seconds, page.height = page.seconds + 20, page.height + 190
    page.height += 60 * bool(re.search(r"\bprint\(|\bcheck\(", source))


def _size(source: str) -> tuple[float, float]:
    """Read width and height of a cell's figure in inches; those of `plots` are about 5.4 by 3.8."""
    stated = FIGSIZE.search(source)
    return (float(stated[1]), float(stated[2])) if stated else (5.4, 3.8)


def text_at(source: str, px: float = ON_A_TELEPHONE) -> float:
    """Tell how large the smallest text of a cell's figure is where it is shown `px` wide, in px.

    Examples
    --------
    >>> round(text_at("plt.subplots(figsize=(10, 4))\\naxis.legend(fontsize='x-small')".replace("'", '"')), 2)
    4.14
    >>> round(text_at("plt.subplots(figsize=(5, 4))"), 2)
    9.94
    """
    wide, _ = _size(source)
    named = [FONT * font_scalings[word] for word, _ in SIZES.findall(source) if word in font_scalings]
    points = [float(number) for _, number in SIZES.findall(source) if number]
    return min([TICKS, *named, *points]) / 72 * px / wide


def too_early(pages: list[Page], glossary: str) -> None:
    """Note on each page the glossary's words that only a later chapter explains."""
    for term, entry in GLOSSARY.findall(glossary):
        stem = re.search(r"\.\./notebooks/(\w+)>", entry)
        if stem is None:
            continue
        word = re.compile(rf"(?i)\b{re.escape(term)}s?\b(?!-lite)")
        known = int(stem[1][:2])
        for page in sorted(pages, key=lambda page: (page.name[:2], page.details)):
            if int(page.name[:2]) >= known:
                break
            text = "\n".join(page.marked or page.prose)
            if (use := word.search(text)) is None:
                continue
            if text[: use.start()].endswith("\x02") and text[use.end() :].startswith("\x03"):
                known = known if page.details else int(page.name[:2])
            else:
                page.early.append(term)


def measure_all(root: Path = ROOT) -> list[Page]:
    """Measure all chapters, in the order in which they are read, and then their details pages."""
    folders = (root / "notebooks", root / "notebooks/details")
    pages = [measure(path) for folder in folders for path in sorted(folder.glob("*.ipynb"))]
    glossary = (root / "book/glossary.md").read_text(encoding="utf-8").split("```{glossary}\n")[1]
    too_early(pages, glossary.split("\n```")[0])
    return pages


def missed(page: Page) -> dict[str, float]:
    """List the bars that a page misses, each with its figure."""
    figures = {measure: page.figure(measure) for measure in BARS}
    return {
        measure: value
        for measure, value in figures.items()
        if (value < BARS[measure] if measure == "text" else value > BARS[measure])
    }


def exceptions(path: Path = EXCEPTIONS) -> dict[tuple[str, str], float]:
    """Read the committed exceptions: (page, measure) -> figure that is allowed."""
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["page"], row["measure"]): float(row["figure"]) for row in csv.DictReader(file)}


def worse(measure: str, value: float, allowed: float) -> bool:
    """Tell whether a figure is farther from its bar than what is allowed."""
    return value < allowed if measure == "text" else value > allowed


def write(pages: list[Page], path: Path = EXCEPTIONS) -> list[str]:
    """Lower the exceptions to today's figures; return what would have to be raised, in words."""
    allowed = exceptions(path) if path.is_file() else None
    rows, refused = [], []
    for page in pages:
        for name, value in missed(page).items():
            if allowed is not None and worse(name, value, allowed.get((page.name, name), BARS[name])):
                refused.append(f"{page.name}: {name} is {value:g}")
                value = allowed.get((page.name, name), BARS[name])
            if value != BARS[name]:
                rows.append({"page": page.name, "measure": name, "figure": f"{value:g}"})
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ("page", "measure", "figure"), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return refused


def state_minutes(page: Page, root: Path = ROOT) -> None:
    """Write the rule's minutes into a page's line of facts, where it has one."""
    path = root / "notebooks" / ("details" if page.details else "") / f"{page.name}.ipynb"
    text = path.read_text(encoding="utf-8")
    new = re.sub(r"\d+ minutes to read", f"{round(page.minutes)} minutes to read", text, count=1)
    path.write_text(new, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="lower the committed exceptions")
    parser.add_argument("--minutes", action="store_true", help="write the rule's minutes into the facts")
    asked = parser.parse_args()
    pages = measure_all()
    for page in pages if asked.minutes else ():
        state_minutes(page)
    print(
        f"{'page':44}{'words':>6}{'min':>5}{'said':>5}{'code %':>7}{'text':>6}{'early':>6}  figures, captions"
    )
    for page in pages:
        text = page.figure("text")
        print(
            f"{page.name:44}{page.words:6}{page.minutes:5.0f}{page.facts or 0:5}{page.code:7.1f}"
            f"{text:6.1f}{len(page.early):6}  {page.figures}, {page.captions}"
        )
    refused = write(pages) if asked.write else []
    for line in refused:
        print(f"{line}: farther from its bar than before, and not written.", file=sys.stderr)
    return bool(refused)


if __name__ == "__main__":
    sys.exit(main())
