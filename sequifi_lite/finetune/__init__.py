"""Fine-tuning the encoder itself, by the loop, the schedules and the methods of the rest of the library, unchanged."""

from .classifier import SpeechClassifier, load_classifier
from .clips import Audio, Clips, audio_problem
from .importance import EncoderEWC, EncoderMAS
from .states import keep_states
from .steps import Steps
from .watch import Watch

__all__ = ["Audio", "Clips", "EncoderEWC", "EncoderMAS", "SpeechClassifier", "Steps", "Watch", "audio_problem", "keep_states"]
__all__ += ["load_classifier"]
