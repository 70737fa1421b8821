"""Prompts that come back: short questions to the whole book, asked again after ever longer breaks."""

from __future__ import annotations

import csv
import io
import json
from importlib.resources import files

from ..piece import Piece, piece
from .numbers import PACKAGE, filled
from .questions import chapters, read

FIRST, FACTOR = 5, 2.3  # days until a prompt comes back, and by how much each break is longer than the last


def listed() -> list[dict[str, str]]:
    """List all prompts, numbers written in: ``id``, ``chapter``, ``ask``, ``answer``."""
    text = (files(PACKAGE) / "prompts.json").read_text(encoding="utf-8")
    return filled(json.loads(text))


def anki() -> str:
    """Write the prompts as a file that Anki imports: front, back and tag, separated by tabs.

    Examples
    --------
    >>> from sequifi_lite.teaching.quiz import anki
    >>> anki().splitlines()[0]
    '#separator:tab'
    """
    out = io.StringIO()
    out.write("#separator:tab\n#html:false\n#tags column:3\n")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerows((one["ask"], one["answer"], f"chapter_{one['chapter']}") for one in listed())
    return out.getvalue()


def as_text() -> str:
    """Write the prompts as Markdown, by chapter, each answer below its question."""
    lines, before = [], None
    for one in listed():
        if one["chapter"] != before:
            before = one["chapter"]
            lines += ["", f"**{read(before)['title']}**", ""]
        lines += [f"- *{one['ask']}*  ", f"  {one['answer']}"]
    return "\n".join(lines).strip() + "\n"


def prompts() -> Piece:
    """Ask what is due: each prompt comes back after 5 days, then after breaks 2.3 times as long as the last.

    What was known when is kept in this browser alone; it can be saved to a file and brought to another one.
    Prompts can be taken to Anki, or as text.
    """
    found, text = listed(), as_text()
    titles = {chapter: read(chapter)["title"] for chapter in chapters()}
    data = {
        "first": FIRST,
        "factor": FACTOR,
        "prompts": [one | {"title": titles[one["chapter"]]} for one in found],
        "anki": anki(),
        "text": text,
    }
    return piece(PACKAGE, ["schedule.js", "prompts.js"], ["quiz.css"], data, text)
