"""What of a submission is run: the answers, and what they need; no training, no figure, no `check`.

Nothing here is called outside of a confined process, for to parse a stranger's text is already a risk.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

MAGIC = re.compile(r"^\s*[%!?].*", re.M)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
CONTAINERS = (ast.Subscript, ast.Attribute, ast.Starred)


class Unreadable(Exception):
    """A submission is no notebook and no Python; the message says why, as the end of a sentence."""


def cells(text: bytes, ending: str) -> list[str]:
    """Read the source of every code cell; a Python file is one cell."""
    try:
        words = text.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("it is no text in UTF-8.") from None
    if ending == ".py":
        return [words]
    try:
        notebook = json.loads(words)
        made = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
        return [source if isinstance(source, str) else "".join(source) for source in made]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unreadable("it is no notebook: it has no cells that can be read.") from None


def statements(sources: list[str]) -> tuple[list[ast.stmt], list[str]]:
    """Parse cells; what is no Python is left out, and said.

    Returns
    -------
    list of ast.stmt
        In order, without lines for IPython.
    list of str
        What is wrong with the cells that were left out, each the end of a sentence.
    """
    made, faults = [], []
    for number, source in enumerate(sources, 1):
        try:
            made += ast.parse(MAGIC.sub("", source)).body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            where = f"code cell {number}" if len(sources) > 1 else "it"
            line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
            faults.append(f"{where} is no Python ({getattr(error, 'msg', type(error).__name__)}{line}).")
    return made, faults


def defined(body: list[ast.stmt]) -> list[str]:
    """List the names that are defined or assigned at the top, in order; what is imported is no answer."""
    own = [statement for statement in body if not isinstance(statement, ast.Import | ast.ImportFrom)]
    return list(dict.fromkeys(name for statement in own for name in _bound(statement)))


def needed(body: list[ast.stmt], name: str) -> list[ast.stmt]:
    """Keep what defines a name, and what that uses, in the order of the file."""
    body = [_not_importing(statement, name) for statement in body]
    wanted, chosen, grown = {name}, set(), True
    bound = [set(_bound(statement)) for statement in body]
    assigned = set().union(*(b for b, s in zip(bound, body, strict=True) if isinstance(s, ast.Assign)), set())
    while grown:
        grown = False
        for number, statement in enumerate(body):
            if number in chosen:
                continue
            makes = bound[number] | (_changed(statement) & assigned)
            if makes & wanted or "*" in makes:
                chosen.add(number)
                wanted |= _used(statement)
                grown = True
    return [statement for number, statement in enumerate(body) if number in chosen]


def _not_importing(statement: ast.stmt, name: str) -> ast.stmt:
    """Leave a name out of an import: a library's function of the same name is not the reader's."""
    if not isinstance(statement, ast.Import | ast.ImportFrom) or name not in _bound(statement):
        return statement
    rest = [alias for alias in statement.names if (alias.asname or alias.name) != name]
    if not rest:
        return ast.copy_location(ast.Pass(), statement)
    new = (
        ast.ImportFrom(statement.module, rest, statement.level)
        if isinstance(statement, ast.ImportFrom)
        else ast.Import(rest)
    )
    return ast.copy_location(new, statement)


def _changed(statement: ast.stmt) -> set[str | None]:
    """Variables that a statement may change by a call of their own: ``rows.append(1)``, in a loop too."""
    if isinstance(statement, SCOPES + (ast.Assign,)):
        return set()
    calls = [node.func for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return {_root(function) for function in calls if isinstance(function, ast.Attribute)}


def _root(node: ast.AST) -> str | None:
    """Name of the variable in which ``a.b[c].d(e)`` begins."""
    while isinstance(node, CONTAINERS + (ast.Call,)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _used(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _bound(node: ast.AST) -> Iterator[str]:
    """Names that a statement defines in its own scope."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    if isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            yield (alias.asname or alias.name).partition(".")[0]
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    if isinstance(node, CONTAINERS) and isinstance(node.ctx, ast.Store) and (root := _root(node)):
        yield root
    if not isinstance(node, SCOPES):
        for child in ast.iter_child_nodes(node):
            yield from _bound(child)
