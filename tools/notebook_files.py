"""The notebooks of the book, as files: chapters, details, starters of projects. It needs Python alone."""

from __future__ import annotations

from pathlib import Path

CAPSTONES = "notebooks/capstones"  # starters of the projects on the page for teachers
DETAILS = "notebooks/details"  # heavy material of chapters, linked from the point where it is needed
ROOT = Path(__file__).resolve().parents[1]


def notebooks(root: Path = ROOT) -> list[Path]:
    """All chapters, in the order of their numbers."""
    return sorted((root / "notebooks").glob("*.ipynb"))


def details(root: Path = ROOT) -> list[Path]:
    """All details pages; each bears the number of the chapter that it belongs to."""
    return sorted((root / DETAILS).glob("*.ipynb"))


def executed(root: Path = ROOT) -> list[Path]:
    """All notebooks that are executed and become pages: chapters, then details."""
    return [*notebooks(root), *details(root)]


def committed(root: Path = ROOT) -> list[Path]:
    """All notebooks that have a committed form: those of the book, and the starters of projects."""
    return [*executed(root), *sorted((root / CAPSTONES).glob("*.ipynb"))]
