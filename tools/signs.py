"""Write signs as they are printed: prose that is drawn from docstrings and tables has those of a keyboard.

A hyphen for a minus, ^2 for a square, >= for at least. Code, formulas and comments stay as they are, since
there that is what has to be typed.
"""

from __future__ import annotations

import re

#: Fenced and indented code, code in a line, formulas, comments, and addresses.
UNTOUCHED = re.compile(
    r"```.*?```|(?:(?<=\n\n)|^)(?:    [^\n]*\n?)+|``.*?``|`[^`\n]*`"
    r"|\$\$.*?\$\$|\$[^$\n]*\$|<!--.*?-->|\]\([^)]*\)",
    re.S,
)
MINUS = re.compile(r"(?<=[\w)\]]) - (?=[\w(\[])|(?<![^\s(=\[,])-(?=[\d(]|[a-z]_)")

PRINTED = {
    r"(?<=[\w)])\^2\b": "²",
    r"(?<=[\w)])\^3\b": "³",
    r"(?<=\b\w)\^T\b": "ᵀ",
    r" >= ": " ≥ ",
    r" <= ": " ≤ ",
}


def as_printed(text: str) -> str:
    """Put a true minus where a hyphen stands for one, and other signs likewise, outside code and formulas.

    >>> as_printed("0.1 - 0.9 = -0.8, and `-0.8` in A-GEM, 2024-05")
    '0.1 − 0.9 = −0.8, and `-0.8` in A-GEM, 2024-05'
    >>> as_printed("times T^2, where g h >= 0; z z^T in `x^2`")
    'times T², where g h ≥ 0; z zᵀ in `x^2`'
    """
    ends, parts = 0, []
    for code in UNTOUCHED.finditer(text):
        parts += [_signed(text[ends : code.start()]), code[0]]
        ends = code.end()
    return "".join([*parts, _signed(text[ends:])])


def _signed(prose: str) -> str:
    prose = MINUS.sub(lambda hyphen: hyphen[0].replace("-", "−"), prose)
    for typed, printed in PRINTED.items():
        prose = re.sub(typed, printed, prose)
    return prose
