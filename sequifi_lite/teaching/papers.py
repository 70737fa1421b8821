"""What the docstrings of methods say, for pages: where each departs from its paper stands beside the code."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from html import escape

from ..learning import methods as library
from .piece import Piece

DIFFERS = "Differs from the paper in"
#: What every method's docstring says, in this order.
METHOD = ("Reference", DIFFERS, "Cost", "Verified against")
#: What is said of a method that has no paper, or is what its paper says.
NOTHING = ("nothing;", "there is none", "no paper")


def fields(thing, names: Iterable[str] = METHOD) -> dict[str, str]:
    """Read the labelled paragraphs of a docstring; a label runs to the next label, an empty line or the end.

    Raises
    ------
    ValueError
        If a label is missing.
    """
    text = inspect.getdoc(thing) or ""
    ends = "|".join(map(re.escape, names))
    found = {
        name: re.search(rf"^{re.escape(name)}:\s+(.+?)(?=\n(?:{ends}):\s|\n\s*\n|\Z)", text, re.M | re.S)
        for name in names
    }
    if missing := [name for name, match in found.items() if not match]:
        raise ValueError(f"The docstring of {thing.__name__} does not say: {', '.join(missing)}.")
    return {name: " ".join(match[1].split()) for name, match in found.items() if match}


def departs(method: type[library.Method]) -> bool:
    """Say whether a method has a paper that it departs from."""
    return not fields(method)[DIFFERS].startswith(NOTHING)


def differs(*methods: type[library.Method]) -> Piece:
    """Say behind a click which papers methods come from and where they depart from them, as beside the code.

    Parameters
    ----------
    *methods : type[Method]
        Classes of methods.

    Examples
    --------
    >>> from sequifi_lite.learning.methods import OneOverT
    >>> differs(OneOverT)
    Differs from the paper in:
    - one-over-t. Vander Eeckt & Van hamme 2022, arXiv 2210.15282 (weight averaging, for speech recognition).
      Here: no distillation is added during the adaptation (the paper's second form).
    """
    told = {}
    for method in methods:
        said = fields(method)
        paper = re.split(r"(?<=\.)\s(?=[A-Z])", said["Reference"])[0]  # what follows is about the code
        told[method.name] = [_in_words(words) for words in (paper, said[DIFFERS])]
    rows = "".join(
        f"<li><strong>{escape(name)}.</strong> {_html(paper)} <em>Here:</em> {_html(text)}</li>"
        for name, (paper, text) in told.items()
    )
    lines = (f"- {name}. {paper}\n  Here: {text}" for name, (paper, text) in told.items())
    plain = "\n".join([f"{DIFFERS}:", *lines])
    head = "<details><summary>Details: where it differs from the paper</summary>"
    return Piece(f"{head}<ul>{rows}</ul></details>", plain)


def _in_words(text: str) -> str:
    """Leave out what only a reader of the code can look up, and call methods by their names."""
    text = re.sub(r" \(`_\w+`\)", "", text).replace("^2", "²")
    return re.sub(r"`(\w+)`", lambda word: getattr(getattr(library, word[1], None), "name", word[0]), text)


def _html(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))
