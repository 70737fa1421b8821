"""Write a minus as a minus: prose that is drawn from docstrings and tables has the keyboard's hyphen.

Code, formulas and comments stay as they are, since there a hyphen is what has to be typed.
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


def minus(text: str) -> str:
    """Put true minus signs where a hyphen stands for one, outside code and formulas.

    >>> minus("0.1 - 0.9 = -0.8, and `-0.8` in A-GEM, 2024-05")
    '0.1 − 0.9 = −0.8, and `-0.8` in A-GEM, 2024-05'
    """
    ends, parts = 0, []
    for code in UNTOUCHED.finditer(text):
        parts += [_signed(text[ends : code.start()]), code[0]]
        ends = code.end()
    return "".join([*parts, _signed(text[ends:])])


def _signed(prose: str) -> str:
    return MINUS.sub(lambda hyphen: hyphen[0].replace("-", "−"), prose)
