"""What the page for teachers says of the chapters, read from them: minutes, weeks, goals, mistakes.

    python tools/teaching_plan.py    print the page as it will stand in the book

Nothing of it is typed: `book/teachers.md` holds words in double square brackets, and the build puts in their
place what the notebooks, their order in `_toc.yml`, the weeks of the map and the checks say at that time.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import yaml
from addresses import ref, repository_url

ROOT = Path(__file__).resolve().parents[1]
CHECKS = "sequifi_lite/teaching/exercises"
PAGE = "book/teachers.md"
CAPSTONES = "notebooks/capstones"
WAYS = "book/path.yml"  # its last path is the course, one part a week
# The rule. Prose is read at the pace of a text one learns from; code is read where it is open, and run; an
# exercise is tried before its solution is looked at.
WORDS_A_MINUTE = 150
MINUTES_A_CELL = 0.5  # of code that stands open: to run it and look at what comes
LINES_A_MINUTE = 12  # of the same code, to read it
MINUTES_AN_EXERCISE = 10
MINUTES_A_QUIZ = 5
HIDDEN = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
NUMBERS_ALONE = re.compile(r"(?:returns|it is|should be)(?: shape)? –|for – speakers")  # names no mistake
TOKEN = re.compile(r"\[\[(\w+)(?::(\w+))?\]\]")


@dataclass(frozen=True)
class Chapter:
    """A notebook: `slug` is its name without the number, `goals` are lines of Markdown."""

    file: str
    slug: str
    title: str
    words: int
    cells: int
    lines: int
    exercises: tuple[str, ...]
    quiz: bool
    goals: tuple[str, ...]

    @property
    def minutes(self) -> int:
        """Minutes by the rule, without exercises."""
        read = self.words / WORDS_A_MINUTE + self.lines / LINES_A_MINUTE
        return round(read + self.cells * MINUTES_A_CELL + self.quiz * MINUTES_A_QUIZ)

    @property
    def homework(self) -> int:
        """Minutes of its exercises, by the rule."""
        return len(self.exercises) * MINUTES_AN_EXERCISE

    @property
    def link(self) -> str:
        """A link from a page in book/, which says where it leads."""
        number, _, name = self.title.partition(". ")
        words = f"Chapter {number}, {name}" if number.isdigit() else self.title
        return f"[{words}](../{self.file}.ipynb)"


def chapters(root: Path = ROOT) -> list[Chapter]:
    """Read the chapters of the book, in the order of `_toc.yml`; their details pages are left out."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    files = [entry["file"] for part in toc["parts"] for entry in _entries(part["chapters"])]
    files = [file for file in files if Path(file).parent.name == "notebooks"]
    return [_chapter(root, file) for file in files if (root / f"{file}.ipynb").is_file()]


def _entries(chosen: list[dict]) -> list[dict]:
    return [one for entry in chosen for one in (entry, *_entries(entry.get("sections", []))) if "file" in one]


def _chapter(root: Path, file: str) -> Chapter:
    cells = nbformat.read(root / f"{file}.ipynb", as_version=4).cells
    prose = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    tags = [(cell, set(cell.metadata.get("tags", []))) for cell in cells if cell.cell_type == "code"]
    exercises = [
        tag.removeprefix("exercise-") for _, own in tags for tag in own if tag.startswith("exercise-")
    ]
    opened = [cell.source for cell, own in tags if not own & HIDDEN]
    goals = re.search(r"After this page you can\**\s*\n+((?:- .*(?:\n(?!\n|\||#).*)*\n?)+)", prose)
    return Chapter(
        file=file,
        slug=re.sub(r"^\d+_", "", Path(file).name),
        title=re.search(r"^# (.+)$", prose, re.M)[1].partition(":")[0],
        words=len(words(prose)),
        cells=len(opened),
        lines=sum(bool(line.strip()) for source in opened for line in source.split("\n")),
        exercises=tuple(exercises),
        quiz=any(re.search(r"\bquiz\(", cell.source) for cell, _ in tags),
        goals=tuple(re.findall(r"^- (.+)$", goals[1], re.M)) if goals else (),
    )


def words(prose: str) -> list[str]:
    """Words that are read on the way: no solutions behind a click, no code, no addresses, no comments."""
    for pattern in (
        r"<details>.*?</details>",
        r"```.*?```",
        r"<!--.*?-->",
        r"\]\([^)]*\)",
        r"</?[a-zA-Z][^>]*>",  # a sign in a formula begins no tag
        r"\$\$.*?\$\$",
    ):
        prose = re.sub(pattern, " ", prose, flags=re.S)
    return re.findall(r"[A-Za-z][\w'’-]*", prose)


def in_weeks(made: list[Chapter], root: Path = ROOT) -> dict[str, list[Chapter]]:
    """The weeks of the map's course by their titles, each with those of its chapters that are in the book."""
    course = yaml.safe_load((root / WAYS).read_text(encoding="utf-8"))["paths"][-1]
    by_stem = {Path(one.file).name: one for one in made}
    return {
        part["title"]: [by_stem[stem] for stem in part["chapters"] if stem in by_stem]
        for part in course["parts"]
    }


def mistakes(root: Path = ROOT) -> dict[str, list[str]]:
    """The mistakes that the checks name, by exercise: the texts in their code that a wrong answer gets."""
    named = {}
    for path in sorted((root / CHECKS).glob("[a-z]*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                named[node.name] = list(dict.fromkeys(_sentences(node)))
    return named


def _sentences(check: ast.FunctionDef) -> list[str]:
    """Every sentence in the code of a check but its docstring; what is put into one at run time is a dash."""
    made, inside = [], set()
    for node in ast.walk(ast.Module(check.body[1:], [])):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
            words = [part.value if isinstance(part, ast.Constant) else "–" for part in node.values]
            made.append((node.lineno, node.col_offset, "".join(map(str, words))))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            made.append((node.lineno, node.col_offset, node.value))
    texts = [text.strip().removeprefix("–").lstrip(" ;:,") for *_, text in sorted(made) if text.endswith(".")]
    return [text for text in texts if len(text.split()) > 4 and not NUMBERS_ALONE.search(text)]


# ---------------------------------------------------------------- what the words in brackets become


def rule() -> str:
    """The rule in one sentence."""
    return (
        f"{WORDS_A_MINUTE} words a minute; {LINES_A_MINUTE} lines of open code a"
        f" minute, and {60 * MINUTES_A_CELL:g} seconds to run a cell and look at what"
        f" comes; {MINUTES_A_QUIZ} minutes for a quiz, {MINUTES_AN_EXERCISE} for an exercise"
    )


def syllabus(made: list[Chapter], root: Path = ROOT) -> str:
    """A heading and a table for each week."""
    blocks = []
    for title, part in in_weeks(made, root).items():
        rows = [f"| {one.link} | {one.minutes} | {len(one.exercises)} | {one.homework} |" for one in part]
        both = [
            sum(one.minutes for one in part),
            sum(len(one.exercises) for one in part),
            sum(one.homework for one in part),
        ]
        head = ["| chapter | minutes to read and run | exercises | minutes for them |", "|:--|--:|--:|--:|"]
        total = f"| **in all** | **{both[0]}** | **{both[1]}** | **{both[2]}** |"
        blocks.append("\n".join([f"### {title}", "", *head, *rows, total]))
    return "\n\n".join(blocks)


def goals(made: list[Chapter]) -> str:
    """What each chapter says that one can do after it."""
    blocks = []
    for one in made:
        lines = "\n".join(f"- {goal}" for goal in one.goals) or "- (the page names none)"
        blocks.append(f"**{one.link}**\n\n{lines}")
    return "\n\n".join(blocks)


def wrong(made: list[Chapter], root: Path = ROOT) -> str:
    """The named mistakes, chapter by chapter, behind a click."""
    named, blocks = mistakes(root), []
    for one in made:
        of = [(name, named.get(name, [])) for name in one.exercises]
        lines = [f"- `{name}`: {_escaped(text)}" for name, texts in of for text in texts]
        if lines:
            summary = (
                f"<details><summary>{one.title.removesuffix('?')}: {len(lines)} named mistakes</summary>"
            )
            blocks.append("\n".join([summary, "", *lines, "", "</details>"]))
    return "\n\n".join(blocks)


def capstones(root: Path = ROOT) -> str:
    """The starter notebooks, each with its question."""
    lines = []
    for path in sorted((root / CAPSTONES).glob("*.ipynb")):
        first = nbformat.read(path, as_version=4).cells[0].source
        title = re.search(r"^# (?:Project: )?(.+)$", first, re.M)[1]
        question = re.search(r"\*\*Question\.\*\* (.+)", first)[1]
        starter = f"{title[0].upper()}{title[1:]} <../{CAPSTONES}/{path.name}>"
        lines.append(f"- {{download}}`{starter}`. {question}")
    return "\n".join(lines)


def decks(made: list[Chapter]) -> str:
    """A link to the slides of each chapter; they lie beside the pages (tools/slides.py)."""
    links = []
    for one in made:
        address = f"../_static/slides/{Path(one.file).name}.html"
        links.append(f'- <a href="{address}">{one.title}</a>')
    return "\n".join(links)


def _escaped(text: str) -> str:
    return re.sub(r"([*_<>\[\]$`|])", r"\\\1", text)


def filled(text: str, root: Path = ROOT) -> str:
    """Put the chapters' facts in the place of the words in brackets.

    Raises
    ------
    ValueError
        If a word stands for nothing, or a chapter is not in the book.
    """
    made = chapters(root)
    by_slug = {one.slug: one for one in made}
    facts = {
        "rule": rule, "syllabus": lambda: syllabus(made, root), "goals": lambda: goals(made),
        "mistakes": lambda: wrong(made, root), "capstones": lambda: capstones(root),
        "slides": lambda: decks(made),
        "install": lambda: f"pip install git+{repository_url(root)}@{ref(root)}",
        "chapters": lambda: str(len(made)), "weeks": lambda: str(len(in_weeks(made, root))),
        "exercises": lambda: str(sum(len(one.exercises) for one in made)),
        "hours": lambda: str(round(sum(one.minutes + one.homework for one in made) / 60)),
    }  # fmt: skip

    def put(match: re.Match) -> str:
        word, slug = match.groups()
        if word == "chapter" and slug in by_slug:
            return by_slug[slug].link
        if word in facts and not slug:
            return facts[word]()
        raise ValueError(f"{PAGE}: {match[0]} stands for nothing; chapters are {', '.join(by_slug)}.")

    return TOKEN.sub(put, text)


def main() -> None:
    """Print the page for teachers with everything filled in."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args()
    sys.stdout.write(filled((ROOT / PAGE).read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
