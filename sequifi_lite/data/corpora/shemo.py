"""ShEMO: 87 Persian speakers from radio plays, six emotions chosen by the majority of twelve annotators."""

from __future__ import annotations

import re

from .sources import Archive, Download, Source

TITLE = "ShEMO"
LANGUAGE = "fa"
HOME = "https://github.com/mansourehk/ShEMO"
LICENCE = "available for academic purposes free of charge"
CITATION = (
    "Mohamad Nezami, Jamshid Lou, Karami: ShEMO: a large-scale validated database for Persian speech emotion"
    " detection, Language Resources and Evaluation 53, 2019, doi:10.1007/s10579-018-9427-x"
)
LABELS = {
    "angry": "anger",
    "fearful": "fear",
    "happy": "happiness",
    "neutral": "neutral",
    "sad": "sadness",
    "surprised": "surprise",
}
PUBLISHED = 3000
FOLDER = None  # female and male lie at the top, or one folder deeper
RATES = (44_100, 22_050)  # mostly the first; 121 of 2,838 files whose rate is known have the second
STEREO: frozenset[str] = frozenset()
DEFECTS: dict[str, str] = {}
# What an audit of the published files finds, and should: the same recording twice, no sound, a slip of a
# name, clips of the plan that the download never held, and whether every file peaks at full scale.
DUPLICATES: tuple[tuple[str, str], ...] = ()
SILENT: frozenset[str] = frozenset()
SLIPS: dict[str, str] = {}
NOT_IN_DOWNLOAD: tuple[str, ...] = ()
FULL_SCALE = False

# Sizes and sha256 are the archives' Git LFS names at the home; whether GitHub still serves them is
# unconfirmed. The Dropbox links are those of the README that the second author keeps; no checksum of
# theirs is published, and nothing says that they are the same bytes. `unpacked` is the published size of
# the corpus.
DOWNLOAD = Download(
    unpacked=1_040_000_000,
    archives=(
        Archive(
            "female.zip",
            (
                Source(
                    "https://media.githubusercontent.com/media/mansourehk/ShEMO/0db1b9343e08794d66ca2f5c3faa9533c923abcd/female.zip",
                    "sha256:663d8d7dceb44adbbf87d84be3a080fb691d169fbd972f6941e6302bc39f71e6",
                    374_368_830,
                ),
                Source("https://www.dropbox.com/s/4t6mep8mo4yf81f/female.zip?dl=1"),
            ),
        ),
        Archive(
            "male.zip",
            (
                Source(
                    "https://media.githubusercontent.com/media/mansourehk/ShEMO/0db1b9343e08794d66ca2f5c3faa9533c923abcd/male.zip",
                    "sha256:747670d0d918e59d5e5020cf66610242890b093d42968c467c4f02eb5e6a6b1a",
                    496_606_401,
                ),
                Source("https://www.dropbox.com/s/xfi3hi927yxixa9/male.zip?dl=1"),
            ),
        ),
    ),
    by_hand="""\
1. Open https://github.com/pariajm/sharif-emotional-speech-dataset and follow its two download links,
   female.zip and male.zip.
   If they are dead, https://github.com/mansourehk/ShEMO has both, or ask the authors,
   whose addresses stand on these pages.
2. sequifi-lite get shemo --from female.zip --from male.zip""",
)

# The data card (tools/make_cards.py adds everything that can be counted).
KEY = "nezami2019shemo"
ABOUT = (
    "Utterances cut from Persian radio plays, so nobody spoke them for the corpus: the authors call it"
    " semi-natural. Nearly every clip has a text of its own. Lengths vary more than in any other corpus here."
)
SPEAKERS = "Native speakers of Persian who act in radio plays, with very different numbers of clips."
RATED = "Twelve annotators listened; the label is that of the majority. Their agreement (kappa) is 64 %."
TERMS = "That is the wording of its home; nothing more formal was found."
ODD: tuple[str, ...] = (
    "No copy of the audio was at hand when this book was made: names and labels were checked, sound was not.",
    (
        "Of the 2,838 files whose rate is known, 121 have 22,050 Hz. 104 of these are neutral and 61 belong"
        " to speaker M27, so the bandwidth hints at label and speaker: resample everything to 16 kHz."
    ),
    "A widely used list (EmoBox) holds 2,838 of the 3,000 files; why is unsettled.",
    "`F` is female at the start of a name and fearful in the middle.",
)
NEVER: tuple[str, ...] = (
    "Anything from accuracy: anger and neutral are nearly three quarters of all clips.",
    "Anything about fear from a few clips, and nothing about disgust, which is not there.",
    "That two classes differ in emotion only: neutral is mostly spoken by men, sadness mostly by women.",
)

_NAME = re.compile(r"(F(?:0[1-9]|[12]\d|3[01])|M(?:0[1-9]|[1-4]\d|5[0-6]))([AFHNSW])(\d\d\d?)", re.ASCII)
_EMOTION = {"A": "angry", "F": "fearful", "H": "happy", "N": "neutral", "S": "sad", "W": "surprised"}

# Every clip has a text of its own, but for these: equal transcripts once punctuation and spaces are dropped.
_SAME_TEXT = (
    "F01W01 M04W01 M20W01",
    "F02A01 F21A20",
    "F03W06 M41A02",
    "F06W01 F21W13",
    "F07A04 M44W03",
    "F07S02 F22S01",
    "F07S27 F07W06",
    "F09W03 F24W01 M12W04",
    "F20W02 M15N01",
    "F20W05 F24W17 M19W01 M48W01",
    "F24A12 F24W14",
    "F24A14 F24A55",
    "F24W10 F24W20 M21W04",
    "F24W24 M03W05",
    "M12N65 M12N72",
    "M12W08 M43W05",
    "M16A10 M16A30",
    "M26A09 M44A01",
    "M37A01 M42A07",
)
_TEXT = {stem: group.split()[0] for group in _SAME_TEXT for stem in group.split()}


def parse(stem: str) -> dict | None:
    """`M02F01` is gender, speaker, emotion, number; None if the name is no ShEMO name.

    F is female first, fearful later.
    """
    match = _NAME.fullmatch(stem)
    if match is None:
        return None
    speaker, letter, _ = match.groups()
    gender = "female" if speaker[0] == "F" else "male"
    return {
        "file": f"{gender}/{stem}.wav",
        "speaker": speaker,
        "gender": gender,
        "label": _EMOTION[letter],
        "sentence": _TEXT.get(stem, stem),
        "intensity": None,
    }
