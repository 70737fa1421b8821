"""MESD: single words in Mexican Spanish, six emotions, three voice types; names do not say who speaks."""

from __future__ import annotations

import re

TITLE = "MESD"
LANGUAGE = "es"
HOME = "https://data.mendeley.com/datasets/cy34mh68j9/5"
LICENCE = "CC BY 4.0"
CITATION = (
    "Duville, Alonso-Valerdi, Ibarra-Zarate: Mexican Emotional Speech Database Based on Semantic, Frequency, Familiarity, "
    "Concreteness, and Cultural Shaping of Affective Prosody, Data 6(12):130, 2021, doi:10.3390/data6120130"
)
PUBLISHED = 864  # by design; the download holds 862: there is no Anger_C_A_hoy and no Neutral_C_A_tarde
FOLDER = None  # one flat folder of any name
RATES = (48_000,)
STEREO: frozenset[str] = frozenset()
DEFECTS = {"Happiness_C_A_lento_dentro": "the same recording as Happiness_C_A_dentro under a slip of a name"}
# What an audit of the published files finds, and should: the same recording twice, no sound, a slip of a name,
# clips of the plan that the download never held, and whether every file peaks at full scale.
DUPLICATES: tuple[tuple[str, str], ...] = (("Happiness_C_A_dentro", "Happiness_C_A_lento_dentro"),)
SILENT: frozenset[str] = frozenset()
SLIPS: dict[str, str] = {"Sadness_M_A_afuera": "the word is fuera"}
NOT_IN_DOWNLOAD: tuple[str, ...] = ("Anger_C_A_hoy", "Neutral_C_A_tarde")
FULL_SCALE = True

_VOICE = {"F": "female", "M": "male", "C": "child"}
_SLIPS = {"afuera": "fuera", "lento_dentro": "dentro"}
# The word may hold underscores itself (de_nada), so only the first three separate fields.
_NAME = re.compile(r"(Anger|Disgust|Fear|Happiness|Neutral|Sadness)_([FMC])_([AB])_([a-z]+(?:_[a-z]+)*)", re.ASCII)


def parse(stem: str) -> dict | None:
    """`Anger_C_A_abajo` is emotion, voice type, word list, word; None if the name is no MESD name.

    The voice type is put under gender. It is no speaker: eleven people share the three types.
    """
    match = _NAME.fullmatch(stem)
    if match is None:
        return None
    label, voice, _, word = match.groups()
    return {
        "file": f"{stem}.wav",
        "speaker": None,
        "gender": _VOICE[voice],
        "label": label,
        "sentence": _SLIPS.get(word, word),
        "intensity": None,
    }
