"""The label space: our nine words, and the two sets that results are reported on.

What a corpus calls them itself stands in its module in `corpora`, as `LABELS`. Nothing is merged there: calm
stays calm and boredom stays boredom. Leaving classes out is the business of a split.
"""

from __future__ import annotations

FOUR = ("anger", "happiness", "neutral", "sadness")  # primary: every corpus has them
SIX = (*FOUR, "disgust", "fear")  # secondary: where a corpus has them
EMOTIONS = (*SIX, "surprise", "boredom", "calm")
