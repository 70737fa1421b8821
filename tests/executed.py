"""Which definitions of the package run while something is done."""

import sys
from pathlib import Path

from sequifi_lite.studies.definitions import PACKAGE, Place, package


def executed(work) -> set[Place]:
    """Definitions of the package that run while `work` does."""
    ran = set()

    def note(frame, event, _):
        if event == "call" and frame.f_code.co_filename.startswith(str(PACKAGE)):
            ran.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return {place for file, line in ran if (place := _defined(Path(file), line))}


def _defined(file: Path, line: int) -> Place | None:
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    for name, nodes in package()._bound[module].items():
        for node in nodes:
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
            if first <= line <= node.end_lineno:
                return Place(module, name)
    return None
