"""MESD: single words in Mexican Spanish, six emotions, three voice types; names do not say who speaks."""

from __future__ import annotations

import re

from .sources import Archive, Download, Source

TITLE = "MESD"
LANGUAGE = "es"
HOME = "https://data.mendeley.com/datasets/cy34mh68j9/5"
LICENCE = "CC BY 4.0"
CITATION = (
    "Duville, Alonso-Valerdi, Ibarra-Zarate: Mexican Emotional Speech Database Based on Semantic, Frequency,"
    " Familiarity, Concreteness, and Cultural Shaping of Affective Prosody, Data 6(12):130, 2021,"
    " doi:10.3390/data6120130"
)
LABELS = {
    "Anger": "anger",
    "Disgust": "disgust",
    "Fear": "fear",
    "Happiness": "happiness",
    "Neutral": "neutral",
    "Sadness": "sadness",
}
PUBLISHED = 864  # by design; the download holds 862: there is no Anger_C_A_hoy and no Neutral_C_A_tarde
FOLDER = None  # one flat folder of any name
RATES = (48_000,)
STEREO: frozenset[str] = frozenset()
DEFECTS = {"Happiness_C_A_lento_dentro": "the same recording as Happiness_C_A_dentro under a slip of a name"}
# What an audit of the published files finds, and should: the same recording twice, no sound, a slip of a
# name, clips of the plan that the download never held, and whether every file peaks at full scale.
DUPLICATES: tuple[tuple[str, str], ...] = (("Happiness_C_A_dentro", "Happiness_C_A_lento_dentro"),)
SILENT: frozenset[str] = frozenset()
SLIPS: dict[str, str] = {"Sadness_M_A_afuera": "the word is fuera"}
NOT_IN_DOWNLOAD: tuple[str, ...] = ("Anger_C_A_hoy", "Neutral_C_A_tarde")
FULL_SCALE = True

# Unconfirmed: the address follows the pattern of Mendeley Data's own "Download all" button, seen for
# other data sets. No checksum of the archive is published. The size is that of 856 of the 862 files.
DOWNLOAD = Download(
    unpacked=88_619_560,
    archives=(
        Archive("mesd.zip", (Source("https://data.mendeley.com/public-api/zip/cy34mh68j9/download/5"),)),
    ),
    by_hand="""\
1. Open https://data.mendeley.com/datasets/cy34mh68j9/5 and press "Download All"; you get one zip archive.
2. sequifi-lite get mesd --from THE_ARCHIVE.zip""",
)

# The data card (tools/make_cards.py adds everything that can be counted).
KEY = "duville2021mesd"
ABOUT = (
    "Single Mexican Spanish words in six emotions. The words of list A are spoken in all emotions; those of"
    " list B were chosen for one emotion or a few. Names state emotion, voice type (F woman, M man, C child),"
    " list and word."
)
SPEAKERS = (
    "Three women, two men and six children, none of them a professional actor. **Names tell the voice type,"
    " not the person**, so nobody can divide this corpus by speaker."
)
RATED = (
    "The label is the emotion that was asked for. The authors validated it with a support vector machine"
    " inside each voice type, with the same speakers in training and test: 93.3 % for men, 89.4 % for women,"
    " 83.3 % for children."
)
TERMS = "Attribution is all that is asked."
ODD: tuple[str, ...] = (
    "The copy that this book's pack was made from lacks six files of the download; an audit names them.",
)
NEVER: tuple[str, ...] = (
    (
        "That anything is speaker-independent here. Holding out a voice type holds out its speakers, and the"
        " whole type with them."
    ),
    (
        "That a model hears emotion in list B: many of its words occur with one emotion only, so the word"
        " gives the label away."
    ),
    "Anything about loudness: the files were scaled to the same peak.",
)

_VOICE = {"F": "female", "M": "male", "C": "child"}
_SLIPS = {"afuera": "fuera", "lento_dentro": "dentro"}
# The word may hold underscores itself (de_nada), so only the first three separate fields.
_NAME = re.compile(
    r"(Anger|Disgust|Fear|Happiness|Neutral|Sadness)_([FMC])_([AB])_([a-z]+(?:_[a-z]+)*)", re.ASCII
)


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
