"""Names that a package offers, imported when they are first asked for."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import resolve_name
from pathlib import Path
from types import ModuleType
from typing import Any


def lazy(package: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Make a package's `__getattr__` and `__dir__` from the imports under its ``if TYPE_CHECKING:``.

    Type checkers and readers see ordinary imports. When the package runs, they are read from its source, and
    each is done when its name is first asked for (PEP 562): importing a package loads nothing of what it
    offers. A star offers all public names of a module but other modules.

    Parameters
    ----------
    package : str
        The package's ``__name__``.
    """
    module = sys.modules[package]
    homes, stars = _imports(package, Path(str(module.__file__)).read_text(encoding="utf-8"))

    def public(star: str) -> dict[str, Any]:
        return {
            name: value
            for name, value in vars(import_module(star)).items()
            if not (name.startswith("_") or isinstance(value, ModuleType))
        }

    def __getattr__(name: str) -> Any:
        if name in homes:
            home, original = homes[name]
            if home == package:  # a module of its own
                return import_module(f"{home}.{original}")
            value = getattr(__import__(home, fromlist=[original]), original)  # fromlist: it may be a module
        else:
            offers = (public(star) for star in stars if not name.startswith("_"))
            offer = next((offer for offer in offers if name in offer), None)
            if offer is None:
                raise AttributeError(f"module {package!r} has no attribute {name!r}")
            value = offer[name]
        setattr(module, name, value)  # found at once the next time
        return value

    def __dir__() -> list[str]:
        return sorted({*vars(module), *homes, *(name for star in stars for name in public(star))})

    return __getattr__, __dir__


def _imports(package: str, source: str) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Names under ``if TYPE_CHECKING:``, each with its module and its name there; modules behind stars."""
    homes: dict[str, tuple[str, str]] = {}
    stars = []
    for block in ast.parse(source).body:
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING":
            for node in block.body:
                assert isinstance(node, ast.ImportFrom)
                home = resolve_name("." * node.level + (node.module or ""), package)
                for alias in node.names:
                    if alias.name == "*":
                        stars.append(home)
                    else:
                        homes[alias.asname or alias.name] = home, alias.name
    return homes, stars
