"""Learn a chain of corpora on frozen embeddings: heads, schedules, memories, the loop, and a file per method.

It imports from data what a problem is, from evaluation the metrics, and errors.
A change makes receipts stale of every study whose trainings reach it: all of them reach the loop, heads and
schedules, and a method is reached by its own variants alone.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from . import class_order as class_order
    from .class_order import all_orders as all_orders, class_by_class as class_by_class
    from .heads import MLP as MLP
    from .loop import Evaluator as Evaluator, Record as Record, cross_entropy as cross_entropy, train as train
    from .methods import *  # noqa: F403
    from .methods._gaussians import Gaussian as Gaussian, gaussians as gaussians
    from .methods._quadratic import Anchors as Anchors
    from .methods._runs import dot as dot
    from .methods.early_stopping import BestOnValidation as BestOnValidation
    from .methods.fisher import fisher as fisher
    from .methods.gaussian_replay import GaussianReplay as GaussianReplay
    from .methods.gaussian_seen import GaussianBoth as GaussianBoth, GaussianSeen as GaussianSeen
    from .methods.gem import dual as dual
    from .methods.lwf import distillation as distillation
    from .methods.mas import sensitivity as sensitivity
    from .optimisers import adam as adam
    from .schedule import (
        Batch as Batch,
        Schedule as Schedule,
        balanced as balanced,
        joint as joint,
        replay as replay,
        shuffled as shuffled,
    )
    from .sequence import (
        Stop as Stop,
        accuracy_matrix as accuracy_matrix,
        mixed as mixed,
        train_sequence as train_sequence,
    )
    from .source_model import train_source_model as train_source_model

__getattr__, __dir__ = lazy(__name__)
