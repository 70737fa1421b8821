"""The rules of a style sheet that can hold on some page."""

from __future__ import annotations

import re

CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
GROUPS = ("@media", "@supports", "@layer", "@container")


def needed(sheet: str, words: set[str]) -> str:
    """Keep the rules whose classes are all in use; rules without a class stay.

    >>> needed(".a{color:red}.b .a,.c{top:0}@media print{.b{top:0}}p{top:1px}", {"a", "c"})
    '.a{color:red}\\n.c{top:0}\\np{top:1px}'
    """
    out = []
    for head, body in rules(sheet):
        if head.startswith(GROUPS):
            if inner := needed(body, words):
                out.append(f"{head}{{{inner}}}")
        elif head.startswith("@font-face"):
            if "Font Awesome" not in body and "FontAwesome" not in body:
                out.append(f"{head}{{{body}}}")
        elif head.startswith("@") or body is None:
            out.append(f"{head}{{{body}}}" if body is not None else f"{head};")
        else:
            stay = [part for part in selectors(head) if can_hold(part, words)]
            if stay:
                out.append(f"{','.join(stay)}{{{body}}}")
    return "\n".join(out)


def can_hold(selector: str, words: set[str]) -> bool:
    """Whether all classes of a selector are in use, those it excludes aside, and it draws no icon."""
    outside = re.sub(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)", "", selector)
    outside = re.sub(r"\\.", "", outside)
    names = CLASS.findall(outside)
    icons = [
        name
        for name in names
        if name.startswith("fa-") or name in ("fa", "fas", "fab", "far", "svg-inline--fa")
    ]
    return not icons and all(name in words for name in names)


def selectors(head: str) -> list[str]:
    """Split a list of selectors at its own commas, not at those in brackets."""
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(head):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            parts.append(head[start:place].strip())
            start = place + 1
    return [*parts, head[start:].strip()]


def rules(sheet: str) -> list[tuple[str, str | None]]:
    """Head and body of each rule at the top of a style sheet; a statement such as ``@import`` has no body."""
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)
    out, start, place = [], 0, 0
    while place < len(sheet):
        sign = sheet[place]
        if sign in "\"'":
            place = closing_quote(sheet, place)
        elif sign == ";":
            out.append((sheet[start:place].strip(), None))
            start = place + 1
        elif sign == "{":
            end = closing_brace(sheet, place)
            out.append((sheet[start:place].strip(), sheet[place + 1 : end]))
            place = end
            start = end + 1
        place += 1
    return [(head, body) for head, body in out if head]


def closing_quote(text: str, place: int) -> int:
    """Where the string ends that begins at a place."""
    quote, place = text[place], place + 1
    while text[place] != quote:
        place += 2 if text[place] == "\\" else 1
    return place


def closing_brace(text: str, place: int) -> int:
    """Where the block ends that begins at a place."""
    depth = 0
    while True:
        sign = text[place]
        if sign in "\"'":
            place = closing_quote(text, place)
        depth += (sign == "{") - (sign == "}")
        if not depth:
            return place
        place += 1
