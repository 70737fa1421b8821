"""Fine-tuning the encoder itself, by the loop, the schedules and the methods of the rest of the library.

Unchanged.
"""

from .cache import DiskStates, keep_states_on_disk
from .classifier import SpeechClassifier, load_classifier
from .clips import Audio, Clips, audio_problem
from .distributed import Shared, shared_steps
from .evaluator import Evaluator
from .feature_distillation import FeatureDistillation, GaussianFeatureDistillation
from .gaussians import GaussianBothShifted, GaussianRefreshed, GaussianShifted, GaussianStale
from .importance import EncoderEWC, EncoderMAS
from .lora import add_lora, merge_lora
from .machine_memory import check_memory
from .masking import Mask
from .resume import resuming_train, resuming_train_sequence
from .states import keep_states
from .steps import Steps

__all__ = [
    "GaussianBothShifted",
    "GaussianFeatureDistillation",
    "FeatureDistillation",
    "GaussianRefreshed",
    "GaussianShifted",
    "GaussianStale",
]
__all__ += [
    "Audio",
    "Clips",
    "DiskStates",
    "EncoderEWC",
    "EncoderMAS",
    "Mask",
    "Shared",
    "SpeechClassifier",
    "Steps",
    "Evaluator",
]
__all__ += [
    "add_lora",
    "audio_problem",
    "check_memory",
    "keep_states",
    "keep_states_on_disk",
    "load_classifier",
    "merge_lora",
]
__all__ += ["resuming_train_sequence", "resuming_train", "shared_steps"]
