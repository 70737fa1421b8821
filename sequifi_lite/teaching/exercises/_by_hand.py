"""An exercise to be answered in the page: one small case, other numbers for every reader, no code.

What is asked, the right answer and the usual wrong ones are computed by a script, the check's twin
(`by_hand/`, a file for each chapter); the words are the check's own, read from its source.
"""

from __future__ import annotations

import ast
import sys
from functools import cache
from importlib.resources import files
from inspect import getsource
from typing import Any

from ..piece import Piece, piece

PACKAGE = __package__ or ""


def twin_of(chapter: str) -> str | None:
    """Name the file with the twins of a chapter's checks; None where it has none."""
    name = f"by_hand/{chapter}.js"
    return name if (files(PACKAGE) / name).is_file() else None


class _Sentences(ast.NodeVisitor):
    """All texts of some code; what is put into one stands in braces, and a case in front is left out."""

    def __init__(self):
        self.texts: list[str] = []

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.texts.append(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        parts = [
            str(part.value)
            if isinstance(part, ast.Constant)
            else "{" + ast.unparse(part.value) + "}"
            if isinstance(part, ast.FormattedValue)
            else ""
            for part in node.values
        ]
        self.texts.append("".join(parts).removeprefix("{case}").lstrip())


@cache
def _parsed(module: str) -> dict[str, ast.stmt]:
    """Read what a chapter's file defines, by name."""
    tree = ast.parse(getsource(sys.modules[module]))
    named: dict[str, ast.stmt] = {}
    for node in tree.body:
        for target in getattr(node, "targets", [node]):
            named[getattr(target, "id", getattr(target, "name", ""))] = node
    return named


def said(module: str, name: str) -> list[str]:
    """List what a check can say: every sentence in it, and in what it uses of its chapter's file.

    Examples
    --------
    >>> from sequifi_lite.teaching.exercises import exercises
    >>> module = exercises()["backward_transfer"].__module__
    >>> next(text for text in said(module, "backward_transfer") if "sign" in text)
    'the sign is turned: a loss is negative.'
    """
    named, reader = _parsed(module), _Sentences()
    reached, todo = set(), [name]
    while todo:
        if (one := todo.pop()) in named and one not in reached:
            reached.add(one)
            todo += [node.id for node in ast.walk(named[one]) if isinstance(node, ast.Name)]
    for one in sorted(reached):
        reader.visit(named[one])
    return [text for text in dict.fromkeys(reader.texts) if text.count(" ") > 1 and "\n" not in text]


def has(chapter: str, name: str) -> bool:
    """Say whether a chapter's file of twins has one of this name."""
    twin = twin_of(chapter)
    return twin is not None and f"\n  {name}: {{" in (files(PACKAGE) / twin).read_text(encoding="utf-8")


def form(name: str, module: str, hints: list[str]) -> Piece | None:
    """Make the form of an exercise; None where its answer is code and nothing else."""
    chapter = module.rpartition(".")[2]
    if not has(chapter, name):
        return None
    text = (
        f"{name} can be answered in the book's page and in a notebook, without code, for numbers drawn there."
    )
    return _piece(chapter, {"key": name, "name": name, "hints": hints, "said": said(module, name)}, text)


def reading(chapter: str) -> Piece | None:
    """Make a chapter's result to read, without code; None where its exercises ask for one already."""
    if not has(chapter, "reading"):
        return None
    text = f"{chapter} has a result to read, in the book's page and in a notebook, drawn for each reader."
    return _piece(chapter, {"key": f"{chapter}.reading", "name": "reading", "said": []}, text)


def _piece(chapter: str, data: dict[str, Any], text: str) -> Piece:
    scripts = ["by_hand/kit.js", f"by_hand/{chapter}.js", "by_hand/form.js"]
    return piece(PACKAGE, scripts, ["by_hand/form.css"], data, text)


def shown_below(name: str, module: str, hints: list[str]) -> list[Piece]:
    """List what belongs below an exercise's cell: its form, and the chapter's reading below the last one."""
    chapter = module.rpartition(".")[2]
    last = [
        one for one, node in _parsed(module).items() if isinstance(node, ast.FunctionDef) and one[0] != "_"
    ]
    pieces = (form(name, module, hints), reading(chapter) if name == last[-1] else None)
    return [one for one in pieces if one]


def in_a_notebook() -> bool:
    """Say whether a cell of a notebook is being run, not a script or a terminal."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")
