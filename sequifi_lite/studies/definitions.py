"""Which definitions of this package a training can reach, and their hash: what a receipt says of the code.

From a training function and a class the walk goes to every function, class and constant that they name, and
on from there. Each is written down in a form that is the same on every Python, and that leaves out what
decides no result: docstrings, comments, annotations, error messages, file names and import paths. So code may
be moved between files, and an error may be worded better, and receipts hold; a changed line of what trains
makes them stale.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parents[1]


class Place(NamedTuple):
    """Where a name is defined: module as ``corpora.ravdess``, and the name; no name is the module itself."""

    module: str
    name: str = ""


class Package:
    """The source files of a package, read and not run.

    Parameters
    ----------
    folder : path of the package
    """

    def __init__(self, folder: Path = PACKAGE):
        self.trees: dict[str, ast.Module] = {}
        self._bound: dict[str, dict[str, list[ast.stmt]]] = {}
        for path in sorted(Path(folder).rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            self.trees[module], self._bound[module] = _read(path.read_text(encoding="utf-8"))
        self._folders = {
            m for m in self.trees if (Path(folder) / m.replace(".", "/") / "__init__.py").is_file()
        }
        self._imported = {module: self._imports(module, tree.body) for module, tree in self.trees.items()}

    def _imports(self, module: str, nodes: Iterable[ast.AST]) -> dict[str, Place]:
        """Names that import statements among `nodes` bind to something of this package."""
        out = {}
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and node.level:
                parts = module.split(".") if module else []
                above = node.level - (module in self._folders)
                parts = [*parts[: len(parts) - above], *(node.module or "").split(".")]
                source = ".".join(filter(None, parts))
                for alias in node.names:
                    inside = f"{source}.{alias.name}".lstrip(".")
                    is_module = alias.name not in self._bound.get(source, {}) and inside in self.trees
                    out[alias.asname or alias.name] = (
                        Place(inside) if is_module else Place(source, alias.name)
                    )
        return out

    def find(self, place: Place) -> Place | None:
        """Where a name is defined, through whatever imports; None if it is not of this package."""
        seen = set()
        while place not in seen:
            seen.add(place)
            if not place.name:
                return place if place.module in self.trees else None
            if place.name in self._bound.get(place.module, {}):
                return place
            if place.name not in self._imported.get(place.module, {}):
                return None
            place = self._imported[place.module][place.name]
        return None

    def reach(
        self, start: Iterable[Place], closed: Iterable[str] = (), chosen: Iterable[str] = ()
    ) -> dict[Place, str]:
        """Every definition that can be reached, and its text.

        Parameters
        ----------
        start : functions, classes or whole modules
        closed : names that are not walked into
            Registries: they name everything there is, of which one training uses one thing.
        chosen : modules that a registry leads to
            What is asked of such a module is not seen where it is asked. So of its definitions those count
            whose names are asked of anything.
        """
        texts: dict[Place, str] = {}
        waiting, asked_of_things = list(start), set()
        while waiting:
            asked = waiting.pop()
            place = self.find(asked)
            if place is None:
                raise LookupError(
                    f"The package defines no {asked.name or asked.module} in {asked.module or 'its root'}."
                )
            if not place.name:
                waiting += [Place(place.module, name) for name in self._bound[place.module]]
            elif place not in texts and place.name not in closed:
                writer = _Writer(self, place.module)
                texts[place] = "\n".join(writer.text(node) for node in self._bound[place.module][place.name])
                waiting += writer.named
                asked_of_things |= writer.attributes
            if not waiting:
                there = [
                    Place(module, name)
                    for module in chosen
                    for name in self._bound[module]
                    if name in asked_of_things
                ]
                waiting += [place for place in there if place not in texts]
        return texts

    def hash(self, start: Iterable[Place], closed: Iterable[str] = (), chosen: Iterable[str] = ()) -> str:
        """Hash of all definitions that can be reached, whatever their order and their files."""
        texts = sorted(set(self.reach(start, closed, chosen).values()))
        return hashlib.sha256("\n\n".join(texts).encode()).hexdigest()[:16]


@cache
def package() -> Package:
    """This package as it lies on disk."""
    return Package()


def place_of(thing) -> Place:
    """Where a function or class of this package is defined."""
    return Place(thing.__module__.partition(".")[2], thing.__qualname__.partition(".")[0])


@cache
def _read(text: str) -> tuple[ast.Module, dict[str, list[ast.stmt]]]:
    """Parse a file once: copies of a package that differ in one line share the rest."""
    tree = ast.parse(text)
    return tree, _bindings(tree.body)


def _bindings(body: Iterable[ast.stmt]) -> dict[str, list[ast.stmt]]:
    """Names that a module defines: each with all statements at its top level that set or change it."""
    out: dict[str, list[ast.stmt]] = {}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names = {node.name}
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        else:
            names = set(_changed(node))
        for name in names:
            out.setdefault(name, []).append(node)
    return out


def _changed(statement: ast.stmt) -> Iterator[str]:
    """Names that a statement at the top level sets or changes; those of comprehensions are their own."""
    inner = {
        id(n) for c in ast.walk(statement) if isinstance(c, ast.comprehension) for n in ast.walk(c.target)
    }
    for node in ast.walk(statement):
        if id(node) in inner:
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name):
                yield node.value.id
        elif (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
        ):
            if isinstance(
                node.value.func.value, ast.Name
            ):  # a method is called on it: it may be filled that way
                yield node.value.func.value.id


# What decides no result, or is written in another way by another Python.
_LEFT_OUT = {"ctx", "type_params", "type_comment", "kind", "annotation", "returns", "simple", "conversion"}


class _Writer:
    """Writes a definition down, and notes what it names of the package."""

    def __init__(self, package: Package, module: str):
        self.package, self.module, self.named, self.attributes = package, module, [], set()
        self.names = dict(package._imported[module])

    def text(self, node: ast.AST) -> str:
        self.names |= self.package._imports(self.module, ast.walk(node))  # imports inside functions
        return self._write(node)

    def _write(self, node) -> str:
        if isinstance(node, list):
            return "[" + " ".join(filter(None, map(self._write, node))) + "]"
        if not isinstance(node, ast.AST):
            return repr(node)
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass)):
            return ""
        if isinstance(node, ast.Raise):  # which error, but not its words
            error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            return f"(Raise {self._write(error) if error else ''})"
        if isinstance(node, ast.Assert):
            return f"(Assert {self._write(node.test)})"
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return ""  # a docstring, or a line of dots
        if isinstance(node, ast.JoinedStr):
            return f"(JoinedStr {' '.join(self._pieces(node.values))})"
        if isinstance(node, ast.Name):
            return (
                f"(Name {self._refer(Place(self.module, node.id), self.names.get(node.id)).name or node.id})"
            )
        if isinstance(node, ast.Attribute):
            whole = self._module(node.value)
            if whole is not None:  # module.name stands for name
                return f"(Name {self._refer(Place(whole, node.attr), None).name})"
            self.attributes.add(node.attr)
        fields = ((name, getattr(node, name, None)) for name in node._fields if name not in _LEFT_OUT)
        if isinstance(node, ast.FormattedValue):
            fields = (*fields, ("conversion", None if node.conversion < 0 else node.conversion))
        written = [
            f"{name}={self._write(value)}" for name, value in fields if value is not None and value != []
        ]
        return f"({type(node).__name__} {' '.join(written)})"

    def _pieces(self, values: list[ast.expr]) -> Iterator[str]:
        """Parts of an f-string; texts that stand side by side are one, as they are read by newer versions."""
        text = ""
        for value in values:
            if isinstance(value, ast.Constant):
                text += str(value.value)
                continue
            if text:
                yield repr(text)
            text = ""
            yield self._write(value)
        if text:
            yield repr(text)

    def _module(self, node: ast.AST) -> str | None:
        """The module of this package that an expression stands for, if it does."""
        if isinstance(node, ast.Name) and node.id in self.names:
            place = self.package.find(self.names[node.id])
            return place.module if place and not place.name else None
        return None

    def _refer(self, here: Place, imported: Place | None) -> Place:
        place = self.package.find(imported or here)
        if place is not None:
            self.named.append(place)
        return place or (imported or here)
