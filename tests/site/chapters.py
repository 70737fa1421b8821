"""Chapters by their names: numbers move when a chapter is put between others."""

import re
from functools import cache

import book


@cache
def stems() -> dict[str, str]:
    """Path of each chapter without suffix, by its file name without the number."""
    files = [file for file in book.toc_files() if re.match(r"notebooks/\d", file)]
    return {re.sub(r"^notebooks/\d+[a-z]?_", "", file): file for file in files}


def stem(name: str) -> str:
    """`ewc` -> `notebooks/09_ewc`; a page that is no chapter has its own path."""
    if "/" in name:
        return name
    assert name in stems(), f"there is no chapter {name}; there are {', '.join(stems())}"
    return stems()[name]


def page(name: str) -> str:
    return f"{stem(name)}.html"


def beside(name: str, places: int) -> str:
    """The page so many places behind a chapter in the book's order."""
    files = book.toc_files()
    return f"{files[files.index(stem(name)) + places]}.html"
