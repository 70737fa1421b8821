"""One colour for each method through the whole book."""

from __future__ import annotations

import re
from collections.abc import Iterable

import seaborn as sns
from matplotlib.colors import to_hex, to_rgb

from .look import GREY

#: Key of a method, as tables call it -> its colour. Relatives are near to each other, rivals are not.
METHODS = {
    "zero-shot": "black",
    "joint": "black",
    "vanilla": to_hex(GREY),
    "vanilla-balanced": "#8a8a8a",
    "l2-sp": "#56b4e9",
    "ewc": "#0173b2",
    "si": "#029e73",
    "mas": "#cc78bc",
    "lwf": "#d55e00",
    "er": "#de8f05",
    "gdumb": "#a6761d",
    "der": "#7a5195",
    "der++": "#b279d6",
    "gem": "#00766c",
    "a-gem": "#66a61e",
    "interpolation": "#33a6a6",
    "one-over-t": "#8c6d31",
    "ema": "#5f9ea0",
    "ncm": "#f0a3b4",
    "slda": "#c51b7d",
    "ranpac": "#80004d",
    "gaussian": "#1f4e9c",
    "sequifi": "#c1121f",
}
#: Colours of corpora in the order of a chain: of the palette, those that differ in tone as well.
CORPORA = [sns.color_palette("colorblind").as_hex()[i] for i in (0, 1, 2, 4, 9, 7)]
#: Other words by which the book's figures call them.
WORDS = {
    "balanced vanilla": "vanilla-balanced",
    "vanilla, balanced": "vanilla-balanced",
    "replay": "er",
    "1/t": "one-over-t",
    "one canonical pass": "sequifi",
    "canonical": "sequifi",
    "agem": "a-gem",
}


def method_colour(label: str) -> str | None:
    """Tell the colour of the method that a label begins with, or None where it begins with no method.

    Examples
    --------
    >>> method_colour("EWC, λ = 1") == method_colour("ewc") == METHODS["ewc"]
    True
    >>> method_colour("DER++, reservoir") == METHODS["der++"] and method_colour("derived") is None
    True
    """
    words = label.lower()
    for key in sorted((*METHODS, *WORDS), key=len, reverse=True):
        if re.match(re.escape(key) + r"(?![\w+])", words):
            return METHODS[WORDS.get(key, key)]
    return None


def colours(labels: Iterable[str]) -> list[str]:
    """Choose a colour for each line of a figure: its method's, or one that none of the others has.

    A method's second line is a paler one of its first; what is no method takes the palette's colours.

    Examples
    --------
    >>> ewc, other, pale = colours(["EWC", "something", "EWC, online"])
    >>> ewc == METHODS["ewc"] != other and pale not in (ewc, other)
    True
    """
    labels, out = list(labels), []
    known = [method_colour(label) for label in labels]
    spare = iter([c for c in sns.color_palette("colorblind").as_hex() if c not in known])
    for colour in known:
        one = colour or next(spare, "#949494")
        while one in out:
            red, green, blue = (0.55 * part + 0.45 for part in to_rgb(one))
            one = to_hex((red, green, blue))
            if one == to_hex("white"):
                break
        out.append(one)
    return out
