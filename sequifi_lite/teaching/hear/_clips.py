"""Clips of the sampler as a page needs them, and whose they are."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any  # tables of pandas, whose every step a type checker would doubt

import pandas as pd

from ...data.corpora import CORPORA
from ...data.emotions import SIX

#: Where scripts and styles lie.
PACKAGE = "sequifi_lite.teaching.hear"


def sound(path: str) -> str:
    """Read a clip as an address that holds all of it."""
    return "data:audio/flac;base64," + base64.b64encode(Path(path).read_bytes()).decode()


def who(clip: Any) -> str:
    """Name the voice of a clip: the speaker's number, or the type of voice where nobody is named."""
    kind = "a woman" if clip["gender"] == "female" else "a man"
    return f"{kind}'s voice" if pd.isna(clip["speaker"]) else f"speaker {clip['speaker']}, {kind}"


def shown(clip: Any) -> dict:
    """Describe a clip for a card."""
    return {
        "name": clip["clip"],
        "src": sound(clip["path"]),
        "emotion": clip["emotion"],
        "words": clip["words"],
        "who": who(clip),
        "corpus": CORPORA[clip["corpus"]].TITLE,
    }


def votes(clip: Any) -> list[int]:
    """Count what listeners called a clip of CREMA-D by its voice alone, in the order of `SIX`."""
    return [int(clip[f"heard_{word}"]) for word in SIX]


def credit(clips: Any) -> str:
    """Say where clips come from, under which licence, and what was changed."""
    parts = []
    for corpus, rows in clips.groupby("corpus", sort=False):
        changed = rows["changed"].iloc[0]
        licence, home = rows["licence"].iloc[0], rows["home"].iloc[0]
        parts.append(f"{CORPORA[str(corpus)].TITLE}, {licence}, {home}; changed: {changed}")
    return "Clips: " + ". ".join(parts) + "."
