"""Fine-tune the encoder itself: clips in place of a matrix, an encoder and a head in place of a head.

What is kept of trainings in files is here, too: checkpoints, states, trained models and what answers with
them.

It imports from learning, data, evaluation and errors; the loop, the schedules and the methods are
learning's.
A change makes receipts of the fine-tuning studies (``moving``) stale where their trainings reach it:
classifier, clips, states, steps, evaluator, gaussians, importance and feature_distillation; for
``moving-rivals`` lora, too; all other files touch none.
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
    "Audio",
    "Clips",
    "DiskStates",
    "EncoderEWC",
    "EncoderMAS",
    "GaussianBothShifted",
    "GaussianFeatureDistillation",
    "GaussianRefreshed",
    "GaussianShifted",
    "GaussianStale",
    "FeatureDistillation",
    "Mask",
    "Shared",
    "SpeechClassifier",
    "Steps",
    "Evaluator",
    "add_lora",
    "audio_problem",
    "check_memory",
    "keep_states",
    "keep_states_on_disk",
    "load_classifier",
    "merge_lora",
    "resuming_train_sequence",
    "resuming_train",
    "shared_steps",
]
