"""sequifi_lite: catastrophic forgetting in speech emotion recognition, studied by running it."""

from typing import TYPE_CHECKING

from ._lazy import lazy

if TYPE_CHECKING:
    from .data.corpora.dataset import load_corpus
    from .data.pack import load_pack, packs
    from .data.problem import Problem, load_problem
    from .data.splits import Split, split
    from .evaluation.confusions import accuracy_matrix, evaluate
    from .evaluation.metrics import backward_transfer, confusion, forgetting, uar
    from .finetuning.saved import load_model, save_model
    from .learning.class_order import class_by_class
    from .learning.heads import MLP
    from .learning.loop import Evaluator, Record, train
    from .learning.methods import METHODS
    from .learning.schedule import balanced, joint, shuffled
    from .learning.sequence import train_sequence
    from .learning.source_model import train_source_model
    from .studies.adapting.adapt import adapt
    from .studies.results import load as load_results

__version__ = "0.4.0"

__all__ = ["load_corpus", "load_pack", "packs", "Problem", "load_problem", "Split", "split"]
__all__ += ["MLP", "train_source_model", "save_model", "load_model", "adapt"]
__all__ += ["shuffled", "balanced", "class_by_class", "joint", "train", "Record", "Evaluator"]
__all__ += ["METHODS", "train_sequence", "accuracy_matrix"]
__all__ += ["evaluate", "confusion", "uar", "forgetting", "backward_transfer", "load_results"]

__getattr__, __dir__ = lazy(__name__)
