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
    (
        "The label is the one in the file's name. The published texts go by names of their own: for 163 clips"
        " these say another emotion, mostly neutral (`LABELLED_OTHERWISE` in"
        " `sequifi_lite/data/corpora/shemo.py`; scan and audit name them)."
    ),
    (
        "162 names of the published texts are the name of no file, and 162 files bear no such name. A widely"
        " used list (EmoBox) holds the 2,838 that are in both; the lengths of the others are not known here."
    ),
    "`F` is female at the start of a name and fearful in the middle.",
)
NEVER: tuple[str, ...] = (
    "Anything from accuracy: anger and neutral are seven tenths of all clips.",
    "Anything about fear from a few clips, and nothing about disgust, which is not there.",
    "That two classes differ in emotion only: neutral is mostly spoken by men, sadness mostly by women.",
)

_NAME = re.compile(r"(F(?:0[1-9]|[12]\d|3[01])|M(?:0[1-9]|[1-4]\d|5[0-6]))([AFHNSW])(\d\d\d?)", re.ASCII)
_EMOTION = {"A": "angry", "F": "fearful", "H": "happy", "N": "neutral", "S": "sad", "W": "surprised"}

# Every clip has a text of its own, but for these: equal transcripts once punctuation and spaces are dropped,
# and two clips for which the same text is named (the last).
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
    "M50A03 M51N09",
)
_TEXT = {stem: group.split()[0] for group in _SAME_TEXT for stem in group.split()}

# The label is that of the file's name. The published texts go by names of their own, and these clips' texts
# have one of another emotion, or the words of a clip of another emotion: by what the text is called, the
# clips.
_TEXT_SAYS = {
    "angry": "F03W06 F09S12 F21S36 M03W08 M20N03 M20W05 M25S10 M26W03 M34N04 M51N09",
    "fearful": "F24S16 F24S17 M07W02",
    "happy": "F07S46 F07S47 F24W25 F30S11 M21N11",
    "neutral": (
        "F01S23 F01W05 F01W06 F02S15 F02W05 F02W06 F03S10 F03S11 F03S12 F03S13 F03S14 F03S15 F03S16 "
        "F03S17 F03S18 F05S04 F07S30 F07S48 F07W07 F09H04 F09S13 F09S14 F09S15 F09S16 F09S17 F09S18 "
        "F09S19 F10H01 F11A01 F12W01 F13A24 F14S01 F15A05 F15A06 F20S01 F20S02 F20W02 F21S37 F21S38 "
        "F21S39 F21S40 F21S41 F21S42 F21S43 F21S44 F21W06 F21W24 F21W31 F21W32 F21W33 F23A20 F23S04 "
        "F24S18 F24S19 F24S20 F24S21 F25A08 F26F02 F28A27 F28S07 F28S08 F30S12 F30W01 M03S21 M03W09 "
        "M05S15 M09A24 M09S01 M12A70 M12S06 M12S07 M12S08 M12S09 M12S10 M12S11 M12S12 M12S13 M14S02 "
        "M16H09 M17S02 M18F01 M18S02 M19F01 M19S02 M19S03 M20S02 M22S03 M22W02 M22W03 M22W04 M24S03 "
        "M24S04 M25A16 M25S11 M25S12 M25S13 M25S14 M26A19 M26A38 M26A39 M26A40 M26F01 M26S05 M26S06 "
        "M26W04 M27A01 M27A02 M27W02 M27W03 M27W04 M28A47 M28S22 M28S23 M28S24 M28W04 M29S02 M30W01 "
        "M32F01 M33A02 M37S01 M37S02 M37S03 M38A02 M38F01 M40S02 M40S03 M43A18 M43W08 M44S05 M45A01 "
        "M46A06 M47S01 M48A05 M48S02 M50S01 M51A01 M53S03"
    ),
    "sad": "F19N39",
    "surprised": "F07A04 F07S27 F21F01 F21F02 F24A12 F30F02 M41A06",
}
LABELLED_OTHERWISE = {stem: label for label, stems in _TEXT_SAYS.items() for stem in stems.split()}


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
