"""Learn a chain of corpora on frozen embeddings: heads, schedules, memories, the loop, and a file per method.

It imports from data what a problem is, from evaluation the metrics, and errors.
A change makes receipts stale of every study whose trainings reach it: all of them reach the loop, heads and
schedules, and a method is reached by its own variants alone.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from .heads import MLP as MLP
    from .loop import Evaluator as Evaluator
    from .loop import Record as Record
    from .loop import cross_entropy as cross_entropy
    from .loop import train as train
    from .methods import *  # noqa: F403
    from .methods._gaussians import Gaussian as Gaussian
    from .methods._gaussians import gaussians as gaussians
    from .methods._quadratic import Anchors as Anchors
    from .methods._runs import dot as dot
    from .methods.early_stopping import BestOnValidation as BestOnValidation
    from .methods.fisher import fisher as fisher
    from .methods.gaussian_replay import GaussianReplay as GaussianReplay
    from .methods.gaussian_seen import GaussianBoth as GaussianBoth
    from .methods.gaussian_seen import GaussianSeen as GaussianSeen
    from .methods.gem import dual as dual
    from .methods.lwf import distillation as distillation
    from .methods.mas import sensitivity as sensitivity
    from .optimisers import adam as adam
    from .saved import load_model as load_model
    from .saved import save_model as save_model
    from .schedule import Batch as Batch
    from .schedule import Schedule as Schedule
    from .schedule import all_orders as all_orders
    from .schedule import balanced as balanced
    from .schedule import class_by_class as class_by_class
    from .schedule import joint as joint
    from .schedule import replay as replay
    from .schedule import shuffled as shuffled
    from .sequence import Stop as Stop
    from .sequence import accuracy_matrix as accuracy_matrix
    from .sequence import mixed as mixed
    from .sequence import train_sequence as train_sequence
    from .source_model import train_source_model as train_source_model

__getattr__, __dir__ = lazy(__name__)
