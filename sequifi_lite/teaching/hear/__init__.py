"""Real voices to hear on a page: a blind quiz, one sentence in four moods, a leak, an encoder's layers.

The clips are those of `sequifi_lite.data.sampler`, each under the licence of its corpus, which stands below
every piece. Players, waveforms and spectrograms are made in the browser from the clip itself.
"""

from .listening import emotion_quiz as emotion_quiz
from .moods import leak as leak, moods as moods
from .neighbours import neighbours as neighbours
