"""The label space: our nine words, the two sets that results are reported on, and every corpus's own labels in our words.

Counts are those of the published corpora, defective recordings included.
"""

from __future__ import annotations

FOUR = ("anger", "happiness", "neutral", "sadness")  # primary: every corpus has them
SIX = (*FOUR, "disgust", "fear")  # secondary: where a corpus has them
EMOTIONS = (*SIX, "surprise", "boredom", "calm")

# Nothing is merged here: calm stays calm and boredom stays boredom. Leaving classes out is the business of a split.
LABELS = {
    "cremad": {
        "ANG": "anger",
        "DIS": "disgust",
        "FEA": "fear",
        "HAP": "happiness",
        "NEU": "neutral",
        "SAD": "sadness",
    },
    "ravdess": {
        "neutral": "neutral",
        "calm": "calm",
        "happy": "happiness",
        "sad": "sadness",
        "angry": "anger",
        "fearful": "fear",
        "disgust": "disgust",
        "surprised": "surprise",
    },
    # German initials: Wut, Langeweile, Ekel, Angst, Freude, Trauer, neutral. So A is fear, not anger.
    "emodb": {
        "W": "anger",
        "L": "boredom",
        "E": "disgust",
        "A": "fear",
        "F": "happiness",
        "T": "sadness",
        "N": "neutral",
    },
    "mesd": {
        "Anger": "anger",
        "Disgust": "disgust",
        "Fear": "fear",
        "Happiness": "happiness",
        "Neutral": "neutral",
        "Sadness": "sadness",
    },
    "shemo": {
        "angry": "anger",
        "fearful": "fear",
        "happy": "happiness",
        "neutral": "neutral",
        "sad": "sadness",
        "surprised": "surprise",
    },
    "nemo": {
        "anger": "anger",
        "fear": "fear",
        "happiness": "happiness",
        "neutral": "neutral",
        "sadness": "sadness",
        "surprised": "surprise",
    },
}
