"""Vowels, consonants, and the accents of five languages that draw syllables from them.

Formants are rounded textbook values.
"""

from __future__ import annotations

from dataclasses import dataclass

# First three formants in Hz of a grown man.
VOWELS = {
    "i": (280, 2250, 2950),
    "I": (390, 1990, 2550),
    "e": (400, 2050, 2600),
    "E": (540, 1800, 2500),
    "ae": (660, 1720, 2410),
    "a": (730, 1250, 2500),
    "A": (700, 1090, 2440),
    "o": (450, 850, 2450),
    "O": (570, 840, 2410),
    "u": (310, 800, 2300),
    "U": (440, 1020, 2240),
    "y": (280, 1750, 2150),
    "oe": (400, 1500, 2200),
    "ih": (380, 1650, 2450),
    "uh": (500, 1450, 2450),
}


@dataclass(frozen=True)
class _Consonant:
    length: float  # relative to a vowel of average length
    formants: tuple[float, float, float]
    voicing: float = 0.0  # amplitude of the glottal source, vowel = 1
    hiss: float = 0.0  # amplitude of the noise made in the mouth
    centre: float = 3000.0  # Hz, of that noise
    burst: bool = False  # closure first, then the noise
    breath: float = 0.0  # noise made at the glottis


CONSONANTS = {
    "p": _Consonant(0.6, (350, 900, 2300), hiss=0.5, centre=900, burst=True),
    "t": _Consonant(0.6, (350, 1750, 2600), hiss=0.8, centre=4200, burst=True),
    "k": _Consonant(0.65, (320, 1900, 2300), hiss=0.7, centre=1900, burst=True),
    "b": _Consonant(0.5, (280, 900, 2300), 0.25, 0.2, 900, True),
    "d": _Consonant(0.5, (280, 1750, 2600), 0.25, 0.3, 4000, True),
    "g": _Consonant(0.5, (260, 1900, 2300), 0.25, 0.3, 1900, True),
    "f": _Consonant(0.7, (350, 1100, 2300), hiss=0.35, centre=6500),
    "s": _Consonant(0.8, (350, 1700, 2600), hiss=0.9, centre=7000),
    "S": _Consonant(0.8, (350, 1800, 2500), hiss=1.0, centre=3600),
    "x": _Consonant(0.7, (400, 1400, 2400), hiss=0.7, centre=1700),
    "h": _Consonant(0.5, (500, 1500, 2500), breath=1.0),
    "v": _Consonant(0.5, (280, 1100, 2300), 0.4, 0.12, 5500),
    "z": _Consonant(0.6, (280, 1700, 2600), 0.35, 0.4, 6800),
    "m": _Consonant(0.6, (260, 1050, 2200), 0.45),
    "n": _Consonant(0.55, (260, 1500, 2400), 0.45),
    "l": _Consonant(0.5, (350, 1150, 2700), 0.6),
    "r": _Consonant(0.4, (420, 1300, 1750), 0.55),
    "j": _Consonant(0.45, (280, 2150, 2900), 0.6),
    "w": _Consonant(0.45, (300, 750, 2200), 0.6),
}


@dataclass(frozen=True)
class Accent:
    """Vowels, the one that unstressed syllables weaken to, consonants, the stretch of a stressed vowel.

    A phrase is cut into feet of two or three syllables; `stressed` is the place of the stress in a foot.
    """

    vowels: str
    weak: str | None
    consonants: str
    stretch: float
    stressed: int
    closed: float  # share of syllables that end in a consonant


ACCENTS = {
    "en": Accent("i I E ae A O U u uh", "uh", "p t k b d g f s S h v z m n l r j w t s n d", 1.7, 0, 0.45),
    "de": Accent("i I e E a O o u y oe", "uh", "p t k b d g f s S x h v z m n l r S x t", 1.6, 0, 0.5),
    "es": Accent("a e i o u a e o", None, "p t k b d g f s x m n l r r s", 1.15, -2, 0.25),
    "fa": Accent("i e ae A o u ae A", None, "p t k b d g f s S x h v z m n l r j x", 1.3, -1, 0.35),
    "pl": Accent("i ih E a O u E a", None, "p t k b d g f s S x v z m n l r j w S s S", 1.35, -2, 0.35),
}
