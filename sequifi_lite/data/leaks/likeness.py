"""Names that look like that of a clip: augmented copies, and other spellings.

A list may hold ``03a01Fa_noise.wav``, ``03a01Fa_aug1``, ``03a01Fa_pitch-2.wav``, ``sp0.9-03a01Fa`` or
``03A01FA.wav``. None of these is a clip of the corpus, and each is made of one, or is one. So a name is
searched for the name of a clip, in the form in which spellings are equal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from ..spelling import normal_form

LEAST = 4  # letters of a name that is looked for within another; a shorter one has to be a word of its own
MOST = 100  # characters of a name that are looked at, and shown


class Likeness:
    """Find the clip that a name looks like.

    Parameters
    ----------
    stems : sequence of str
        Names of the clips, in the order of the clip table.
    """

    def __init__(self, stems: Sequence[str]):
        self.row: dict[str, int] = {}
        for number, stem in enumerate(stems):
            path = PurePosixPath(stem)
            self.row.setdefault(normal_form(str(path.with_suffix("")) if "/" in stem else stem), number)
        self.lengths = sorted({len(form) for form in self.row if len(form) >= LEAST}, reverse=True)

    def find(self, name: str) -> int | None:
        """Give the row of the clip whose name is the longest within this one; None if there is none.

        A run of digits is whole: ``F01A991`` is not made of ``F01A99``.
        """
        path = PurePosixPath(name.replace("\\", "/"))
        for text in (path.name[-MOST:], str(path)[-MOST:]):
            if (clip := self._within(normal_form(text))) is not None:
                return clip
        words = [normal_form(word) for word in re.split(r"[\W_]+", path.name[-MOST:]) if word]
        return next((self.row[word] for word in words if word in self.row), None)

    def _within(self, form: str) -> int | None:
        for length in self.lengths:
            for start in range(len(form) - length + 1):
                part = form[start : start + length]
                if part in self.row and not (
                    _digits(form[start - 1 : start], part[0]) or _digits(part[-1], form[start + length :][:1])
                ):
                    return self.row[part]
        return None


def _digits(one: str, other: str) -> bool:
    """Whether two neighbours belong to one run of digits."""
    return one.isdigit() and other.isdigit()


def shown(name: str) -> str:
    """Write a name so that it can be printed on one line: what is not to be seen as its code, at most 100."""
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name[:MOST])
    return text if len(name) <= MOST else f"{text}..."
