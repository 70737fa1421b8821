"""The order in which chapters are read, three paths through them, and why each comes where it comes.

Titles and minutes are read from the chapters, their order from _toc.yml, reasons and paths from
book/path.yml. A chapter that path.yml names and that is not there yet is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
import yaml

TOKENS = ("MAP-CHAPTERS", "MAP-PATHS")  # in book/map.md: names of all chapters, and the three paths
#: How a chapter's first cell says its minutes: as a row of a table or in a line, the number before or behind.
MINUTES = re.compile(
    r"\breading\b[^\n\d]{0,20}(\d+)[ -]minutes?|(\d+)[ -]minutes? (?:of|to|for) read(?:ing)?\b", re.I
)


class PathError(Exception):
    """The order of reading cannot be told; one sentence says why."""


@dataclass(frozen=True)
class Chapter:
    """One chapter: `stem` names its file, `name` is that without the number, `title` ends before a colon."""

    stem: str
    title: str
    minutes: int

    @property
    def name(self) -> str:
        return self.stem.partition("_")[2]


def read(path: Path) -> Chapter:
    """Read title and minutes from a notebook's first cell.

    Raises
    ------
    PathError
        If it has no heading with a number, or does not say how many minutes it takes to read.
    """
    first = nbformat.read(path, as_version=4).cells[0].source
    heading = re.match(r"# (\d+)\. ([^\n:]+)", first)
    if heading is None:
        raise PathError(f"{path.name} begins with no heading like '# 7. Honest splits'; give it one.")
    said = MINUTES.search(first)
    if said is None:
        raise PathError(
            f"{path.name} does not say in its first cell how long it takes to read; write 'Reading' and the"
            " number of minutes there."
        )
    return Chapter(path.stem, f"Chapter {heading[1]}, {heading[2].strip()}", int(said[1] or said[2]))


class ReadingPath:
    """What a folder of pages says about the order of reading; `root` holds _toc.yml, book/ and notebooks/."""

    def __init__(self, root: Path):
        self.root = root
        self.words: dict[str, Any] = yaml.safe_load((root / "book/path.yml").read_text(encoding="utf-8"))

    @cached_property
    def chapters(self) -> dict[str, Chapter]:
        """All chapters of the table of contents by their stems, in its order."""
        toc = yaml.safe_load((self.root / "_toc.yml").read_text(encoding="utf-8"))
        files = [Path(entry["file"]) for part in toc["parts"] for entry in part["chapters"]]
        stems = [file.name for file in files if file.parent.name == "notebooks"]
        return {stem: read(self.root / f"notebooks/{stem}.ipynb") for stem in stems}

    @property
    def names(self) -> str:
        """The names of all chapters, in one line."""
        return " ".join(chapter.name for chapter in self.chapters.values())

    def following(self, stem: str) -> tuple[Chapter, str] | None:
        """Name the chapter behind another one, and say why it comes there; None behind the last.

        Raises
        ------
        PathError
            If book/path.yml does not say why.
        """
        order = list(self.chapters)
        behind = order[order.index(stem) + 1 :]
        if not behind:
            return None
        why = self.words["why"].get(behind[0])
        if not why:
            raise PathError(
                f"book/path.yml does not say why {behind[0]} comes next; add a sentence under why."
            )
        return self.chapters[behind[0]], why

    def listed(self) -> str:
        """Write the three paths as Markdown: a list of chapters each, with their minutes and the sum."""
        lines: list[str] = []
        for path in self.words["paths"]:
            parts = [
                (part.get("title"), [self.chapters[s] for s in part["chapters"] if s in self.chapters])
                for part in path["parts"]
            ]
            everything = [chapter for _, some in parts for chapter in some]
            lines += [f"## {path['title']}", "", f"{path['words']} {_sum(everything)}", ""]
            for title, some in parts:
                if not some:
                    continue
                if title:
                    lines += [f"### {title}", "", _sum(some), ""]
                lines += [
                    f"- {{doc}}`{one.title} <../notebooks/{one.stem}>`, {one.minutes} minutes" for one in some
                ]
                lines.append("")
        return "\n".join(lines)


def _sum(some: list[Chapter]) -> str:
    """How many chapters these are, and how long they take to read."""
    minutes = sum(chapter.minutes for chapter in some)
    hours = f"{minutes} minutes" if minutes < 100 else f"{minutes / 60:.1f} hours"
    return f"{len(some)} chapter{'s' * (len(some) > 1)}, {hours} of reading."


def stage(pages: Path) -> None:
    """Put the paths into the map's page."""
    page = pages / "book/map.md"
    if page.is_file():
        way = ReadingPath(pages)
        names, paths = TOKENS
        text = page.read_text(encoding="utf-8").replace(names, way.names)
        page.write_text(text.replace(paths, way.listed()), encoding="utf-8")
