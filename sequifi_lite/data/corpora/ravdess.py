"""RAVDESS, the speech part: 24 North American actors, two sentences, eight emotions at two intensities."""

from __future__ import annotations

import re

from .sources import Archive, Download, Source

TITLE = "RAVDESS (speech)"
LANGUAGE = "en"
HOME = "https://zenodo.org/record/1188976"
LICENCE = "CC BY-NC-SA 4.0"
CITATION = (
    "Livingstone, Russo: The Ryerson Audio-Visual Database of Emotional Speech and Song (RAVDESS), "
    "PLoS ONE 13(5): e0196391, 2018, doi:10.1371/journal.pone.0196391"
)
LABELS = {
    "neutral": "neutral",
    "calm": "calm",
    "happy": "happiness",
    "sad": "sadness",
    "angry": "anger",
    "fearful": "fear",
    "disgust": "disgust",
    "surprised": "surprise",
}
PUBLISHED = 1440
FOLDER = None  # Actor_01 to Actor_24 lie at the top
RATES = (48_000,)
STEREO = frozenset(
    (
        "03-01-02-01-01-02-01",
        "03-01-08-01-02-02-01",
        "03-01-02-01-02-02-05",
        "03-01-03-01-02-01-20",
        "03-01-06-01-01-02-20",
    )
)
DEFECTS = {
    "03-01-03-01-02-02-07": "the same recording as 03-01-03-01-02-01-07, published as another repetition"
}
# What an audit of the published files finds, and should: the same recording twice, no sound, a slip of a
# name, clips of the plan that the download never held, and whether every file peaks at full scale.
DUPLICATES: tuple[tuple[str, str], ...] = (("03-01-03-01-02-01-07", "03-01-03-01-02-02-07"),)
SILENT: frozenset[str] = frozenset()
SLIPS: dict[str, str] = {}
NOT_IN_DOWNLOAD: tuple[str, ...] = ()
FULL_SCALE = False

# Size and md5 as on the Zenodo record, stated alike by several projects that downloaded it.
DOWNLOAD = Download(
    unpacked=590_349_330,
    archives=(
        Archive(
            "Audio_Speech_Actors_01-24.zip",
            (
                Source(
                    "https://zenodo.org/records/1188976/files/Audio_Speech_Actors_01-24.zip?download=1",
                    "md5:bc696df654c87fed845eb13823edef8a",
                    208_468_073,
                ),
            ),
        ),
    ),
    by_hand="""\
1. Open https://zenodo.org/records/1188976 and download Audio_Speech_Actors_01-24.zip (208 MB), nothing else.
2. sequifi-lite get ravdess --from Audio_Speech_Actors_01-24.zip""",
)

# The data card (tools/make_cards.py adds everything that can be counted).
KEY = "livingstone2018ravdess"
ABOUT = (
    'The speech part of a larger set of speech and song, with and without video. Two sentences (`01` "Kids'
    ' are talking by the door", `02` "Dogs are sitting by the door"), each spoken twice in eight emotions at'
    " a normal and a strong intensity; neutral has no strong form."
)
SPEAKERS = (
    "Professional actors, speaking with a neutral North American accent. Odd numbers are men, even numbers"
    " women."
)
RATED = (
    "The label is the emotion that was acted. For the whole set of 7,356 recordings, 247 untrained people"
    " from North America gave ratings of validity, intensity and genuineness, ten for each recording. They"
    " are not used in this book."
)
TERMS = "For non-commercial use only, and what is derived from it is to be shared alike."
ODD: tuple[str, ...] = ()
NEVER: tuple[str, ...] = (
    (
        "That a model copes with new sentences: there are two, and with the main folds every model has heard"
        " both. The scheme `sentence` trains on one and tests on the other."
    ),
    "Anything about neutral from accuracy: neutral has half as many clips as every other class.",
    (
        "That calm is neutral: merging them triples neutral and changes what it means. Say which of the two"
        " was done."
    ),
)

_NAME = re.compile(r"(0[1-3])-(0[12])-(0[1-8])-(0[12])-(0[12])-(0[12])-(0[1-9]|1\d|2[0-4])", re.ASCII)
_EMOTION: dict[str, str] = dict(
    zip(
        ("01", "02", "03", "04", "05", "06", "07", "08"),
        ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised"),
        strict=True,
    )
)


def parse(stem: str) -> dict | None:
    """`03-01-06-01-02-01-12` is modality, channel, emotion, intensity, statement, repetition, actor.

    None if the name is no RAVDESS name, or one of its songs and videos (see `set_aside`).
    """
    match = _NAME.fullmatch(stem)
    if match is None or match[1] != "03" or match[2] != "01":
        return None
    _, _, emotion, intensity, statement, _, actor = match.groups()
    if emotion == "01" and intensity == "02":  # neutral was spoken at normal intensity only
        return None
    return {
        "file": f"Actor_{actor}/{stem}.wav",
        "speaker": actor,
        "gender": "male" if int(actor) % 2 else "female",
        "label": _EMOTION[emotion],
        "sentence": statement,
        "intensity": "normal" if intensity == "01" else "strong",
    }


def set_aside(stem: str) -> str | None:
    """Say why a file that is RAVDESS's own is not part of the speech set; None for every other name."""
    match = _NAME.fullmatch(stem)
    if match is None:
        return None
    if match[2] == "02":
        return "a song, not part of the speech set"
    return None if match[1] == "03" else "the sound of a video, not part of the audio-only speech set"
