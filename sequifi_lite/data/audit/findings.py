"""A finding: one line of an audit, and the files that it concerns."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ..findings import counted


@dataclass(frozen=True)
class Finding:
    """One line of an audit.

    Attributes
    ----------
    kind : str
        What it is about, one word or two, the same in every audit.
    text : str
        The line itself, without the names of files.
    items : dict of str to str
        The files concerned, each with what is to be said of it alone (or ""). Official names for files of the
        corpus, else paths relative to the folder.
    level : {"finding", "known", "note"}
    whole : bool
        The line says it all: a report does not list the files under it.
    """

    kind: str
    text: str
    items: dict[str, str] = field(default_factory=dict)
    level: str = "finding"
    whole: bool = False


def concerned(kind: str, text: str, items: dict[str, str], level: str = "finding") -> list[Finding]:
    """Make one finding that counts its files, or none."""
    return [Finding(kind, f"{text}: {counted(len(items), 'file')}", dict(items), level)] if items else []


def share(kind: str, text: str, files: pd.Series, of: int) -> Finding:
    """Make a finding that says how many of the files here it concerns."""
    whole = len(files) == of
    how_many = f"all {counted(of, 'file')}" if whole else f"{counted(len(files), 'file')} of {of:,}"
    return Finding(kind, f"{text}: {how_many}", dict.fromkeys(files, ""), whole=whole)
