"""CREMA-D: 91 North American actors, twelve sentences, six emotions.

The label is the emotion that the actor was asked for.
"""

from __future__ import annotations

import re

from .sources import Download

TITLE = "CREMA-D"
LANGUAGE = "en"
HOME = "https://github.com/CheyneyComputerScience/CREMA-D"
LICENCE = "ODbL 1.0 (database), DbCL 1.0 (contents)"
CITATION = (
    "Cao, Cooper, Keutmann, Gur, Nenkova, Verma: CREMA-D: Crowd-sourced Emotional Multimodal Actors Dataset, "
    "IEEE Transactions on Affective Computing 5(4), 2014, doi:10.1109/TAFFC.2014.2336244"
)
LABELS = {
    "ANG": "anger",
    "DIS": "disgust",
    "FEA": "fear",
    "HAP": "happiness",
    "NEU": "neutral",
    "SAD": "sadness",
}
PUBLISHED = 7442
FOLDER = "AudioWAV"
RATES = (16_000,)
STEREO: frozenset[str] = frozenset()

_PAIR = "the same recording as {}, published with another emotion"
DEFECTS = {
    "1006_TIE_HAP_XX": _PAIR.format("1006_TIE_NEU_XX"),
    "1006_TIE_NEU_XX": _PAIR.format("1006_TIE_HAP_XX"),
    "1013_WSI_DIS_XX": _PAIR.format("1013_WSI_SAD_XX"),
    "1013_WSI_SAD_XX": _PAIR.format("1013_WSI_DIS_XX"),
    "1017_IWW_ANG_XX": _PAIR.format("1017_IWW_FEA_XX"),
    "1017_IWW_FEA_XX": _PAIR.format("1017_IWW_ANG_XX"),
    "1076_MTI_SAD_XX": "silent from start to end",
}
# What an audit of the published files finds, and should: the same recording twice, no sound, a slip of a
# name, clips of the plan that the download never held, and whether every file peaks at full scale.
DUPLICATES: tuple[tuple[str, str], ...] = (
    ("1006_TIE_HAP_XX", "1006_TIE_NEU_XX"),
    ("1013_WSI_DIS_XX", "1013_WSI_SAD_XX"),
    ("1017_IWW_ANG_XX", "1017_IWW_FEA_XX"),
)
SILENT: frozenset[str] = frozenset(("1076_MTI_SAD_XX",))
SLIPS: dict[str, str] = {}
NOT_IN_DOWNLOAD: tuple[str, ...] = ()
FULL_SCALE = False

# The home keeps its audio in Git LFS, whose monthly budget has run out before, and its README sends
# readers to the mirror first; so do we. The checksums of all 7,442 files are their LFS names. GitHub: the
# address that TensorFlow Datasets uses, at the commit whose names were compared. GitLab: the README names
# the repository; the address was seen in one project.
DOWNLOAD = Download(
    unpacked=605_899_936,
    files=(
        "https://gitlab.com/cs-cooper-lab/crema-d-mirror/-/raw/main/",
        "https://media.githubusercontent.com/media/CheyneyComputerScience/CREMA-D/1658cd342dff90010aa843eaeebd53610a08b1dc/",
    ),
    by_hand="""\
1. Install Git and Git LFS (https://git-lfs.com) and run once: git lfs install
2. Get the WAV files alone from the mirror that the authors keep:
     git clone --depth 1 --config lfs.fetchinclude="AudioWAV/*" https://gitlab.com/cs-cooper-lab/crema-d-mirror.git
3. sequifi-lite get cremad --from crema-d-mirror""",
    note=(
        "Its authors ask users of the GitHub repository to fill in the form that"
        " https://github.com/CheyneyComputerScience/CREMA-D links to."
    ),
)

# The data card (tools/make_cards.py adds everything that can be counted).
KEY = "cao2014cremad"
ABOUT = (
    "Actors speak twelve short English sentences in six emotions. One sentence, `IEO`, is also asked for at a"
    " low, medium and high level; all others have no stated level."
)
SPEAKERS = (
    "Actors between 20 and 74 years of age, of several races and ethnicities, speaking North American"
    " English."
)
RATED = (
    "The label is the emotion that the actor was asked for. 2,443 participants then rated the clips by voice"
    " alone, by face alone and by both. Their votes come with the corpus"
    " (`processedResults/tabulatedVotes.csv`); they do not always agree with the label and are not used in"
    " this book."
)
TERMS = "Whoever passes on a database derived from it does so under the Open Database License."
ODD: tuple[str, ...] = (
    (
        "The files that the README calls faulty are MP3 and video files; of the WAV files only the silent one"
        " is concerned."
    ),
    (
        "The repository keeps its audio in Git LFS. A download as a zip holds small pointer files in place of"
        " sound."
    ),
)
NEVER: tuple[str, ...] = (
    (
        "That a model hears what people feel: actors were asked for an emotion, and listeners did not always"
        " hear it."
    ),
    (
        'That it copes with new sentences: all twelve are in every fold by speaker. Use `scheme="sentence"`'
        " to ask that."
    ),
    "That levels of intensity are learnt: only one sentence has them.",
)

# One letter per actor, 1001 to 1091, from the corpus's VideoDemographics.csv.
_SEX = "MFFFMFFFFFMFFMMMMFMFFMMFFMMFFFMMMMMMFMMMMMFMMFFMFMMFFFFFMFMFFMFMMMMMMMMFFFFFMFFMMFMFMMMMFMF"
_NAME = re.compile(
    r"(10\d\d)_(IEO|TIE|IOM|IWW|TAI|MTI|IWL|ITH|DFA|ITS|TSI|WSI)_(ANG|DIS|FEA|HAP|NEU|SAD)_(LO|MD|HI|XX)",
    re.ASCII,
)
_LEVEL = {"LO": "low", "MD": "medium", "HI": "high", "XX": None}


def parse(stem: str) -> dict | None:
    """`1001_IEO_ANG_HI` is actor, sentence, emotion, level; None if the name is no CREMA-D name."""
    match = _NAME.fullmatch(stem)
    if match is None or not 1001 <= int(match[1]) <= 1091:
        return None
    actor, sentence, label, level = match.groups()
    return {
        "file": f"AudioWAV/{stem}.wav",
        "speaker": actor,
        "gender": "male" if _SEX[int(actor) - 1001] == "M" else "female",
        "label": label,
        "sentence": sentence,
        "intensity": _LEVEL[level],
    }
