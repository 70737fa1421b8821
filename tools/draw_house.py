"""Draw the packages and the imports between them: the picture that CONTRIBUTING.md shows.

python tools/draw_house.py          write it into CONTRIBUTING.md
python tools/draw_house.py --print  show it
"""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "sequifi_lite"
PAGE = ROOT / "CONTRIBUTING.md"
#: From left to right; a package imports from those left of it.
ORDER = ("errors", "evaluation", "data", "learning", "finetuning", "studies", "teaching", "cli")
BEGIN, END = "<!-- drawn by tools/draw_house.py -->", "<!-- end -->"


def imports(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield the imports of a file from within the package: line, module as ``data.splits``, name."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    here = parts[:-1]  # a package's __init__ and a module in it count their dots alike
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            if node.level:
                base = [*here[: len(here) - node.level + 1], *(node.module or "").split(".")]
            elif (node.module or "").partition(".")[0] == PACKAGE.name:
                base = node.module.split(".")[1:]
            else:
                continue
            module = ".".join(filter(None, base))
            for alias in node.names:
                yield node.lineno, module, alias.name
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] == PACKAGE.name:
                    yield node.lineno, alias.name.partition(".")[2], ""


def room(path: Path) -> str:
    """Name the package that a file belongs to, or the module in the root."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def arrows() -> dict[tuple[str, str], list[str]]:
    """Collect who imports from whom: (package, package) -> the places, as ``file:line``."""
    out: dict[tuple[str, str], list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for line, module, name in imports(path):
            source, target = room(path), module.partition(".")[0] or name
            if source != target and target in ORDER:
                out.setdefault((source, target), []).append(f"{path.relative_to(ROOT)}:{line}")
    return out


def picture() -> str:
    """Draw the packages as a Mermaid chart, arrows pointing at what is imported."""
    found = {pair for pair in arrows() if set(pair) <= set(ORDER)}
    lines = ["flowchart RL"]
    for source in ORDER:
        for target in ORDER:
            if (source, target) in found:
                lines.append(f"    {source} --> {target}")
    return "\n".join(["```mermaid", *lines, "```"])


def page(text: str) -> str:
    """Put the picture between its two marks."""
    drawn = f"{BEGIN}\n{picture()}\n{END}"
    return re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: drawn, text, flags=re.S)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--print", action="store_true", help="show it, and write nothing")
    if options.parse_args().print:
        print(picture())
    else:
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
