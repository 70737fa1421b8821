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


def form(name: str, module: str, hints: list[str]) -> Piece | None:
    """Make the form of an exercise; None where its answer is code and nothing else."""
    twin = twin_of(module.rpartition(".")[2])
    if twin is None or f"\n  {name}: {{" not in (files(PACKAGE) / twin).read_text(encoding="utf-8"):
        return None
    data = {"name": name, "hints": hints, "said": said(module, name)}
    text = f"{name} can be answered in the book's page and in a notebook, without code, for numbers drawn there."
    return piece(PACKAGE, ["by_hand/kit.js", twin, "by_hand/form.js"], ["by_hand/form.css"], data, text)


def in_a_notebook() -> bool:
    """Say whether a cell of a notebook is being run, not a script or a terminal."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")
