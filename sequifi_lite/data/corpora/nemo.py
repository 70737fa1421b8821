"""nEMO: nine Polish actors, ninety sentences, six emotions."""

from __future__ import annotations

import re

from .sources import Archive, Download, Source

TITLE = "nEMO"
LANGUAGE = "pl"
HOME = "https://github.com/amu-cai/nEMO"
LICENCE = "CC BY-NC-SA 4.0"
CITATION = (
    "Christop: nEMO: Dataset of Emotional Speech in Polish, LREC-COLING 2024, pp. 12111-12116, "
    "https://aclanthology.org/2024.lrec-main.1059"
)
LABELS = {
    "anger": "anger",
    "fear": "fear",
    "happiness": "happiness",
    "neutral": "neutral",
    "sadness": "sadness",
    "surprised": "surprise",
}
PUBLISHED = 4481
FOLDER = "samples"
RATES = (24_000,)
STEREO: frozenset[str] = frozenset()
DEFECTS: dict[str, str] = {}
# What an audit of the published files finds, and should: the same recording twice, no sound, a slip of a
# name, clips of the plan that the download never held, and whether every file peaks at full scale.
DUPLICATES: tuple[tuple[str, str], ...] = ()
SILENT: frozenset[str] = frozenset()
SLIPS: dict[str, str] = {}
NOT_IN_DOWNLOAD: tuple[str, ...] = ()
FULL_SCALE = False

# GitHub's own archive of the commit that was compared: its checksum is not published and may change, so
# every file is compared. The single files at the same commit are asked if the archive, which cannot be
# resumed, does not come through.
DOWNLOAD = Download(
    unpacked=531_141_548,
    archives=(
        Archive(
            "nemo.zip",
            (Source("https://github.com/amu-cai/nEMO/archive/66de9999a8f2f605eb5f64841790aa5cb0877782.zip"),),
        ),
    ),
    files=("https://raw.githubusercontent.com/amu-cai/nEMO/66de9999a8f2f605eb5f64841790aa5cb0877782/",),
    by_hand="""\
1. Install Git and run: git clone --depth 1 https://github.com/amu-cai/nEMO
   (or open https://github.com/amu-cai/nEMO in a browser: Code, then Download ZIP).
2. sequifi-lite get nemo --from nEMO
   (or --from nEMO-main.zip)""",
)

# The data card (tools/make_cards.py adds everything that can be counted).
KEY = "christop2024nemo"
ABOUT = (
    "Ninety Polish sentences, chosen for the sounds of the language, acted in six emotions. It has the same"
    " six classes as ShEMO and stands in where that is missing."
)
SPEAKERS = "Actors."
RATED = (
    "The label is the emotion that was acted. The corpus comes with texts, speakers, gender and age; it holds"
    " no ratings."
)
TERMS = (
    "For non-commercial use only, and what is derived from it is to be shared alike. Some lists wrongly say"
    " CC BY."
)
ODD: tuple[str, ...] = (
    "In `data.tsv` the column speaker_id is padded with spaces.",
    (
        "Speaker MP0 has 256 clips where the others have 450 to 540. Of fear there are 17, of anger 29, of"
        " happiness 30, of surprise 41 and of sadness 49, and of neutral all 90."
    ),
)
NEVER: tuple[str, ...] = (
    "Anything fine from five folds: nine speakers make parts of one or two, and one part is a single man.",
    (
        "That a model copes with new sentences: all ninety recur over speakers and emotions. Hold sentences"
        " out to ask that."
    ),
    "Anything about disgust, which is not there.",
)

_GENDER: dict[str, str] = {
    **dict.fromkeys(("EB0", "IC0", "KD0", "MK0"), "female"),
    **dict.fromkeys(("KS0", "MP0", "SM0", "TP0", "WR0"), "male"),
}
_NAME = re.compile(
    r"([A-Z]{2}0)_(anger|fear|happiness|neutral|sadness|surprised)_([1-9]|[1-8]\d|90)", re.ASCII
)


def parse(stem: str) -> dict | None:
    """`WR0_surprised_64` is speaker, emotion, sentence; None if the name is no nEMO name."""
    match = _NAME.fullmatch(stem)
    if match is None or match[1] not in _GENDER:
        return None
    speaker, label, sentence = match.groups()
    return {
        "file": f"samples/{stem}.wav",
        "speaker": speaker,
        "gender": _GENDER[speaker],
        "label": label,
        "sentence": sentence,
        "intensity": None,
    }
