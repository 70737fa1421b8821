"""The five questions of a chapter, and the prediction before its main result."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from ...errors import unknown
from ..piece import Piece, piece
from .numbers import PACKAGE, filled, number


def chapters() -> list[str]:
    """List the chapters that have questions, by name: "all_corpora", "class_order", ..."""
    folder = files(PACKAGE) / "questions"
    return sorted(
        entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json")
    )


def read(chapter: str) -> dict[str, Any]:
    """Read what is asked in a chapter, as it is written: keys where numbers will stand.

    Raises
    ------
    NameUnknown
        If there is no such chapter.
    """
    there = chapters()
    if str(chapter) not in there:
        raise unknown("chapter with questions", chapter, there)
    path = files(PACKAGE) / "questions" / f"{chapter}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def quiz(chapter: str) -> Piece:
    """Ask the five questions of a chapter: what is understood, and what a result says.

    It checks in the page, explains every answer, and remembers in this browser what was right at first.

    Parameters
    ----------
    chapter : str
        The name of the chapter's notebook without its number, such as "forgetting".

    Examples
    --------
    >>> from sequifi_lite.teaching.quiz import quiz
    >>> print(str(quiz("forgetting")).splitlines()[0])
    Five questions on "Forgetting"
    """
    asked = filled(read(chapter))
    title = f'Five questions on "{asked["title"]}"'
    lines = [title]
    for place, question in enumerate(asked["questions"], 1):
        lines += [
            f"{place}. {question['ask']}",
            *(f"   - {choice['text']}" for choice in question["choices"]),
        ]
    data = {"chapter": asked["chapter"], "title": title, "questions": asked["questions"]}
    return piece(PACKAGE, ["quiz.js"], ["quiz.css"], data, "\n".join(lines))


def predict(chapter: str) -> Piece:
    """Ask for a prediction before the main result of a chapter; what came out is behind a click.

    Parameters
    ----------
    chapter : str
        The name of the chapter's notebook without its number, such as "forgetting".
    """
    asked = read(chapter)["prediction"]
    told = filled(asked)
    if "scale" in asked:  # the guess is a number: where it lies beside the measured one is drawn
        ends = {name: number(key) for name, key in asked["scale"]["measured"].items()}
        told["scale"]["measured"] = ends
    lines = [
        "Before you read on:",
        told["ask"],
        *(f"- {choice['text']}" for choice in told.get("choices", [])),
    ]
    return piece(PACKAGE, ["predict.js"], ["quiz.css"], told | {"chapter": chapter}, "\n".join(lines))
