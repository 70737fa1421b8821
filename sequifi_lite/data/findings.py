"""Lists of findings as text: names under a title, at most so many, and how many more there are."""

from __future__ import annotations

from unicodedata import category


def titled(title: str, names: list[str], most: int, count: int | None = None) -> list[str]:
    """Write a title with the number of names, and the names below it; no line at all without names.

    Parameters
    ----------
    most : int
        How many names are shown.
    count : int, optional
        The number to say where a name stands for several findings.
    """
    if not names:
        return []
    return [f"  {title}: {len(names) if count is None else count:,}", *indented(names, most)]


def indented(names: list[str], most: int) -> list[str]:
    """Write names as lines that stand under a title."""
    return [f"    {one_line(name)}" for name in some(names, most)]


def some(names: list[str], most: int) -> list[str]:
    """Keep the first names, and in place of the others say how many there are."""
    return names if len(names) <= most else [*names[:most], f"and {len(names) - most:,} more"]


def in_a_row(names: list[str], most: int) -> str:
    """Write names into a sentence: ``a, b and 3 more``."""
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def with_reasons(files: dict[str, str]) -> list[str]:
    """Put what is to be said of each file behind its name."""
    return [f"{name} ({reason})" for name, reason in files.items()]


def one_line(text: str) -> str:
    """Write line breaks and control characters so that they can be seen."""
    hidden = ("Cc", "Cs", "Zl", "Zp")
    return "".join(c.encode("unicode_escape").decode() if category(c) in hidden else c for c in text)


def counted(n: int, what: str) -> str:
    """Write a number with its noun: ``1 clip``, ``2,000 clips``."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"
