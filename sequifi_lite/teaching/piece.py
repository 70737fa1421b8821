"""One piece of HTML that works by itself: markup, style, scripts and data in one, nothing fetched.

It runs in a static page, in Jupyter and in Colab, in light and dark, and as often on a page as one likes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import pandas as pd


def text_of(package: str, name: str) -> str:
    """Read a file of a package, without white space at the end."""
    return (files(package) / name).read_text(encoding="utf-8").rstrip()


@dataclass(frozen=True)
class Piece:
    """Something to work with on a page, and the same in plain text for places without scripts.

    Attributes
    ----------
    html : str
    text : str
        What a terminal, a PDF or a reader without scripts is given.
    """

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def piece(
    package: str,
    scripts: Sequence[str],
    styles: Sequence[str],
    data: object,
    text: str,
    table: pd.DataFrame | None = None,
) -> Piece:
    """Put scripts, styles and data into one piece.

    Parameters
    ----------
    package : str
        The package that holds the files of the piece; what all share is in `sequifi_lite.teaching.assets`.
    scripts, styles : sequence of str
        Names of files. Scripts are run one behind the other in one function, in which `box` is the piece and
        `data` is `data`; whatever `data` says is shown as text, never as markup.
    data
        Anything that JSON can say.
    text : str
        The same in plain text.
    table : DataFrame, optional
        What is to be seen without scripts, too; the first script finds it as the only table in `box`.
    """
    shared = "sequifi_lite.teaching.assets"
    told = json.dumps(data, separators=(",", ":"), allow_nan=False)
    for mark in "<>&":  # so that no word of the data can end the script
        told = told.replace(mark, f"\\u{ord(mark):04x}")
    style = "\n".join([text_of(shared, "piece.css"), *(text_of(package, name) for name in styles)])
    script = "\n".join([text_of(shared, "piece.js"), *(text_of(package, name) for name in scripts)])
    plain = "" if table is None else table.to_html(border=0, classes="sqp-table")
    page = text_of(shared, "piece.html").replace("TABLE", plain, 1).replace("STYLE", style)
    return Piece(page.replace("SCRIPT", script).replace("DATA", told, 1), text)
