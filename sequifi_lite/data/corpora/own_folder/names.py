"""Names of speakers and sentences: cells that name nobody, one name in several spellings, slips of a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import pandas as pd

from ...findings import counted
from ...spelling import normal_form, one_spelling

NAMES = ("speaker", "sentence")

# What programs write for nothing, letter by letter: somebody may be called Nan, and nobody nan.
_NOBODY = {"-", "--", "NA", "N/A", "n/a", "na", "#N/A", "<NA>", "nan", "NaN", "NAN", "None", "none", "NONE"}
_NOBODY |= {"null", "NULL", "Null", "nil", "?", "#NAME?", "#REF!", "#VALUE!", "NaT"}
# And what people write for a speaker whom they do not know, in a list or as the name of a folder.
_UNKNOWN = {
    "unknown",
    "unk",
    "n.a.",
    "missing",
    "undefined",
    "not known",
    "unbekannt",
    "inconnu",
    "desconocido",
}
RARE = 10  # a name with so many times fewer clips than another one may be a slip of it


def emptied(entries: Iterable[dict], source: str, table: bool = True) -> list[str]:
    """Empty cells that programs or people fill in for nothing, and say where; labels are not touched.

    Names of folders and parts of file names are not filled in by programs (`table` is false): they are
    emptied only where they say unknown. NA stays where all other speakers have two capital letters too.
    """
    entries, notes = list(entries), []
    for field in ("speaker", "sentence", "gender", "intensity", "language"):
        counts = Counter(entry[field] for entry in entries if entry.get(field) is not None)
        unknown = _UNKNOWN if field in ("speaker", "gender") else set()
        words = sorted(name for name in counts if name.casefold() in unknown or (table and name in _NOBODY))
        if not words:
            continue
        others = set(counts) - set(words)
        initials = words == ["NA"] and others and all(re.fullmatch("[A-Z]{2}", name) for name in others)
        written = ", ".join(f"{word} ({counts[word]:,})" for word in words)
        if field == "speaker" and initials:
            notes.append(
                f"the {field} {written} of {source} is taken for a name; if it stands for nothing, empty"
                " these"
                " cells."
            )
            continue
        notes.append(
            f"{written} as {field} in {source} is taken for an empty cell; if it is a name,"
            " write it"
            " in another way."
        )
        for entry in entries:
            if entry.get(field) in words:
                entry[field] = None
    return notes


def unified(rows: list[dict], field: str, called: str | None = None) -> list[str]:
    """Write a name alike in all rows, as most of them do, and list what was written in several ways."""
    counts = Counter(row[field] for row in rows if row.get(field) is not None)
    written = one_spelling(counts)
    ways: dict[str, list[str]] = {}
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        ways.setdefault(written[name], []).append(name)
    for row in rows:
        if row.get(field) is not None:
            row[field] = written[row[field]]
    lines = []
    for name, spellings in sorted(ways.items()):
        if len(spellings) > 1:
            each = [f"{shown(way)} ({counted(counts[way], 'clip')})" for way in spellings]
            lines.append(f"{called or field} {shown(name)}: {' and '.join(each)}")
    return lines


def shown(name: str) -> str:
    """Write a name so that characters that nobody sees can be seen."""
    seen = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)
    return repr(seen) if seen != seen.strip() or "  " in seen else seen


def mark_slips(table: pd.DataFrame) -> None:
    """Mark clips of speakers that can be no fold of their own: a name that is a slip, or a single clip.

    A name is taken for a slip of another that has ten times its clips, if a letter is wrong, absent, too much
    or exchanged with the next one, or the other begins with it. Digits tell people apart: S1 is no slip of
    S11. A single clip is odd where most speakers have at least five.
    """
    usable = table["defect"] == ""
    counts = table.loc[usable, "speaker"].value_counts().sort_index()
    if len(counts) < 2:
        return
    alone = counts.median() >= 5
    big = counts[counts >= RARE].sort_values(ascending=False, kind="stable")
    for speaker, n in counts.items():
        other = next((name for name in big.index if n * RARE <= big[name] and _slip(speaker, name)), None)
        if other is not None:
            text = (
                f"its speaker {speaker} has {counted(n, 'clip')} and may be a slip of {other}"
                f" ({big[other]:,}); write"
                " the name right, or unlike it if this is another person"
            )
        elif n == 1 and alone:
            text = (
                f"it is the only clip of its speaker {speaker}, which makes no fold; look whether the name"
                " is right"
            )
        else:
            continue
        table.loc[usable & (table["speaker"] == speaker), "defect"] = text


def _slip(name: str, other: str) -> bool:
    """Whether a name may be a slip of another."""
    ours, theirs = normal_form(name), normal_form(other)
    if re.sub("[1i]", "l", ours.replace("0", "o")) == re.sub("[1i]", "l", theirs.replace("0", "o")):
        return True  # O1 for 01
    ours, theirs = (re.findall(r"[^\W\d_]+|\d+", one) for one in (ours, theirs))
    if len(ours) != len(theirs):
        return False
    unlike = [(a, b) for a, b in zip(ours, theirs) if a != b]
    if len(unlike) != 1 or unlike[0][0][0].isdigit() or unlike[0][1][0].isdigit():
        return False
    a, b = unlike[0]
    if min(len(a), len(b)) < 2:
        return False
    if len(a) == len(b):
        at = [k for k in range(len(a)) if a[k] != b[k]]
        swapped = len(at) == 2 and at[1] == at[0] + 1 and a[at[0]] == b[at[1]] and a[at[1]] == b[at[0]]
        return swapped or (len(at) == 1 and len(a) >= 4)
    short, long = sorted((a, b), key=len)
    if long.startswith(short) and len(long) <= len(short) + 3:
        return True
    return any(long[:k] + long[k + 1 :] == short for k in range(len(long)))
