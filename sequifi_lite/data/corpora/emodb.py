"""Emo-DB: ten German actors, ten sentences, seven emotions.

Only recordings that listeners recognised were published.
"""

from __future__ import annotations

import re

from .sources import Archive, Download, Source

TITLE = "Emo-DB"
LANGUAGE = "de"
HOME = "http://emodb.bilderbar.info/docu/"
LICENCE = "free use with citation"
CITATION = (
    "Burkhardt, Paeschke, Rolfes, Sendlmeier, Weiss: A Database of German Emotional Speech, Interspeech 2005,"
    " pp. 1517-1520"
)
# German initials: Wut, Langeweile, Ekel, Angst, Freude, Trauer, neutral. So A is fear, not anger.
LABELS = {
    "W": "anger",
    "L": "boredom",
    "E": "disgust",
    "A": "fear",
    "F": "happiness",
    "T": "sadness",
    "N": "neutral",
}
PUBLISHED = 535
FOLDER = "wav"
RATES = (16_000,)
STEREO: frozenset[str] = frozenset()
DEFECTS: dict[str, str] = {}
# What an audit of the published files finds, and should: the same recording twice, no sound, a slip of a
# name, clips of the plan that the download never held, and whether every file peaks at full scale.
DUPLICATES: tuple[tuple[str, str], ...] = ()
SILENT: frozenset[str] = frozenset()
SLIPS: dict[str, str] = {}
NOT_IN_DOWNLOAD: tuple[str, ...] = ()
FULL_SCALE = True

# The home publishes no checksum and has no encryption, so it is asked last. The Zenodo record 7447302 is the
# database's version 1.3.0 with tables beside the same 535 recordings; size and md5 as one project read them
# from the record. Every file is compared with known copies afterwards.
DOWNLOAD = Download(
    unpacked=47_626_698,
    archives=(
        Archive(
            "emodb.zip",
            (
                Source(
                    "https://zenodo.org/records/7447302/files/emodb.zip?download=1",
                    "md5:9d21362dbc5676ef3ab4745d83ced0db",
                    39_981_818,
                ),
                # Without encryption and checksum: taken only if every file has the sum on record here.
                Source("http://emodb.bilderbar.info/download/download.zip"),
            ),
        ),
    ),
    by_hand="""\
1. Open http://emodb.bilderbar.info/download/ and download download.zip (about 40 MB);
   or open https://zenodo.org/records/7447302 and download emodb.zip.
2. sequifi-lite get emodb --from download.zip""",
)

# The data card (tools/make_cards.py adds everything that can be counted).
KEY = "burkhardt2005emodb"
ABOUT = (
    "Five short and five longer German everyday sentences, acted in six emotions and neutral, in an anechoic"
    " room. About 800 sentences were recorded. Published are those that at least 80 % of the listeners"
    " recognised and 60 % judged to be natural."
)
SPEAKERS = "German actors."
RATED = (
    "The label is the emotion that the actor was asked for. Listeners chose among the seven labels; what"
    " fewer than 80 % of them recognised was not published."
)
TERMS = (
    "It has long been passed on as free to use for those who cite it, but no licence text was found at its"
    " home. A later release on Zenodo is said to be CC0, which is unverified. Treat the status as unsettled."
)
ODD: tuple[str, ...] = (
    "The letters in the names are German: `A` is Angst (fear), not anger, and `F` is Freude (happiness).",
    (
        "A copy in circulation has all names right and every file cut or padded to 2.000 s at 22,050 Hz. An"
        " audit names it at once."
    ),
)
NEVER: tuple[str, ...] = (
    "That emotion is as easy elsewhere: what listeners found hard was left out before publication.",
    (
        "Anything about a single speaker: some emotions have one clip or none there. Pool the predictions"
        " over the folds."
    ),
    "Anything about loudness: the files were scaled to the same peak.",
    (
        "That the sentence says nothing: its number alone predicts the emotion a little better than chance,"
        " since the cells are uneven."
    ),
)

_MALE = ("03", "10", "11", "12", "15")
_NAME = re.compile(r"(03|08|09|1[0-6])([ab]\d\d)([WLEAFTN])([a-f])", re.ASCII)
_TEXTS = ("a01", "a02", "a04", "a05", "a07", "b01", "b02", "b03", "b09", "b10")


def parse(stem: str) -> dict | None:
    """`03a01Fa` is speaker, text, emotion, version; None if the name is no Emo-DB name."""
    match = _NAME.fullmatch(stem)
    if match is None or match[2] not in _TEXTS:
        return None
    speaker, text, label, _ = match.groups()
    return {
        "file": f"wav/{stem}.wav",
        "speaker": speaker,
        "gender": "male" if speaker in _MALE else "female",
        "label": label,
        "sentence": text,
        "intensity": None,
    }
