"""One name in several spellings: a form in which they are equal, and which of them to write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

# Letters that look alike and that keyboards exchange: Persian and Arabic yeh and kaf, the Turkish i with its
# dot; and the stroke that lengthens Arabic words.
_ALIKE = {"\u064a": "\u06cc", "\u0649": "\u06cc", "\u0643": "\u06a9", "\u0640": "", "i\u0307": "i"}
# What is seen as nothing at all, though Unicode does not call it a format character.
_NOTHING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # of a variant of the letter before
# Cyrillic and Greek letters that are drawn as Latin ones, small after casefold; a name is written in Latin if
# all its letters can be.
_DRAWN = str.maketrans(
    "авекмнорстухіјѕ" + "αβεηικμνορτυχζ",
    "abekmhopctyxijs" + "abehikmnoptyxz",
)
_MARKS = frozenset("|~^`")  # symbols that are used as separators; + and = may mean something


@lru_cache(maxsize=200_000)
def normal_form(name: str) -> str:
    """Write a name in the form in which its spellings are equal; it is for comparing, not for showing.

    Compatible characters are one (NFKC), as are small and capital letters, digits of all scripts, and letters
    of two alphabets that look alike where they make up a whole name.
    Invisible characters, blanks and punctuation are left out, but two runs of digits stay apart: ``t1_1`` is
    not ``t11``. Zeros in front of a run of digits are left out, and the ``.0`` that spreadsheets put behind a
    number. A name of punctuation only stays what it is, and so does the sign of a number.

    Examples
    --------
    >>> from sequifi_lite.data.spelling import normal_form
    >>> [normal_form(name) for name in ("Actor_01", "actor 1", "1.0", "01", "Why  not?", "why not")]
    ['actor1', 'actor1', '1', '1', 'whynot', 'whynot']
    """
    while (form := _step(name)) != name:  # what is left out may bring letters and their accents together
        name = form
    return form


def _step(name: str) -> str:
    text = "".join(" " if unicodedata.category(c) == "Sk" else c for c in name.replace("\u2212", "-"))
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = _SELECTORS.sub("", text)
    for one, other in _ALIKE.items():
        text = text.replace(one, other)
    text = "".join(_visible(c) for c in text).strip()
    drawn = text.translate(_DRAWN)
    text = drawn if not any(c.isalpha() and not c.isascii() for c in drawn) else text
    if number := re.fullmatch(r"(\d)(?:[.,](\d+))?e\+(\d{1,2})", text):  # 1.001E+03
        text = _from_exponent(*number.groups()) or text
    text = re.sub(r"^(\D*\d+)[.,]0+$", r"\1", text)
    sign = "-" if re.fullmatch(r"-\d+", text) else ""
    short = re.sub(r"(?<=\d)\0+(?=\d)", " ", "".join("\0" if _separates(c) else c for c in text))
    short = re.sub(r"(?<!\d)0+(?=\d)", "", short.replace("\0", ""))
    return sign + short if short else re.sub(r"\s+", " ", text)


def one_spelling(counts: Mapping[str, int]) -> dict[str, str]:
    """Find for every name the spelling that is most frequent among those of the same form.

    Parameters
    ----------
    counts : mapping of str to int
        How often each name occurs.

    Returns
    -------
    dict of str to str
        Name -> the spelling to write; of two equally frequent ones the first in the alphabet.

    Examples
    --------
    >>> from sequifi_lite.data.spelling import one_spelling
    >>> one_spelling({"S1": 9, "s01": 1, "S2": 5})
    {'S1': 'S1', 's01': 'S1', 'S2': 'S2'}
    """
    alike: dict[str, list[str]] = {}
    for name in counts:
        alike.setdefault(normal_form(name), []).append(name)
    return {name: min(alike[normal_form(name)], key=lambda one: (-counts[one], one)) for name in counts}


def _visible(c: str) -> str:
    """A character as it is compared: a digit of any script as ours, an invisible one as nothing."""
    kind = unicodedata.category(c)
    if kind == "Nd":
        return str(unicodedata.decimal(c))
    if c.isspace():
        return " "
    return "" if kind in ("Cf", "Cc", "Cn", "Co", "Cs") or c in _NOTHING else c


def _separates(c: str) -> bool:
    return c.isspace() or c in _MARKS or unicodedata.category(c)[0] in "PZ" or unicodedata.category(c) == "Sk"


def _from_exponent(first: str, behind: str | None, exponent: str) -> str | None:
    """The whole number that a spreadsheet wrote with an exponent, None where it is none."""
    digits = (behind or "").rstrip("0")
    places = int(exponent) - len(digits)
    return first + digits + "0" * places if places >= 0 else None
