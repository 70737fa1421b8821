"""Emo-DB: ten German actors, ten sentences, seven emotions; only recordings that listeners recognised were published."""

from __future__ import annotations

import re

TITLE = "Emo-DB"
LANGUAGE = "de"
HOME = "http://emodb.bilderbar.info/docu/"
LICENCE = "free use with citation"
CITATION = (
    "Burkhardt, Paeschke, Rolfes, Sendlmeier, Weiss: A Database of German Emotional Speech, Interspeech 2005, pp. 1517-1520"
)
PUBLISHED = 535
FOLDER = "wav"
RATES = (16_000,)
STEREO: frozenset[str] = frozenset()
DEFECTS: dict[str, str] = {}
# What an audit of the published files finds, and should: the same recording twice, no sound, a slip of a name,
# clips of the plan that the download never held, and whether every file peaks at full scale.
DUPLICATES: tuple[tuple[str, str], ...] = ()
SILENT: frozenset[str] = frozenset()
SLIPS: dict[str, str] = {}
NOT_IN_DOWNLOAD: tuple[str, ...] = ()
FULL_SCALE = True

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
