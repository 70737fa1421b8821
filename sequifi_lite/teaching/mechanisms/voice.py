"""What the figure `voice` shows: a phrase of the twin's voice, to be said anew with another prosody."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from ...data.synthetic.phonemes import ACCENTS, CONSONANTS, VOWELS
from ...data.synthetic.voice import PROSODY, Voice, phrase


def voice_to_turn(language: str = "de", syllables: int = 6, seconds: float = 1.8, seed: int = 4) -> dict:
    """Draw a phrase, and all that the synthesiser is told about it but its prosody and its noise.

    Parameters
    ----------
    language : str
        en, de, es, fa or pl.
    syllables : int
    seconds : float
        Length of the clip.
    seed : int

    Returns
    -------
    dict
        ``syllables``, ``vowels`` (formants in Hz), ``consonants``, ``stretch``, ``voice``, ``seconds``,
        ``margin``, the drawn ``lengths`` and ``accents``, and ``moods``: prosodies by emotion.

    Examples
    --------
    >>> from sequifi_lite.teaching.mechanisms.voice import voice_to_turn
    >>> data = voice_to_turn(syllables=3)
    >>> len(data["syllables"]), data["moods"]["neutral"]["rate"]
    (3, 1.0)
    """
    rng = np.random.default_rng(seed)
    said = phrase(language, syllables, rng)
    return {
        "syllables": [asdict(syllable) for syllable in said],
        "vowels": VOWELS,
        "consonants": {name: asdict(consonant) for name, consonant in CONSONANTS.items()},
        "stretch": ACCENTS[language].stretch,
        "voice": asdict(Voice(pitch=190.0, tract=0.87)),
        "seconds": seconds,
        "margin": 0.1,
        "lengths": rng.normal(size=3 * syllables),
        "accents": rng.normal(size=syllables),
        "moods": {name: asdict(PROSODY[name]) for name in ("neutral", "anger", "happiness", "sadness")},
    }
