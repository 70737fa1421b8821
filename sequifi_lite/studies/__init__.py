"""Run and check what the book quotes: a study is a list of trainings, each under a hash of what decides it.

It imports from finetuning, learning, data, evaluation and errors; plans say what is run, tables what is
shown.
A change of the files named ``_run`` or of variants makes receipts stale where trainings reach it; the
runner, the registry and tables touch none, and another plan asks for other trainings.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from . import results as results
    from .plans import budget as budget
    from .plans import layer_probe as layer_probe
    from .plans.corrections import CORRECTED as CORRECTED
    from .plans.crossed import ORDERS as ORDERS
    from .plans.crossed import ROTATIONS as ROTATIONS
    from .plans.replay import line as line
    from .scenarios import CHAIN as CHAIN
    from .scenarios import PAIR as PAIR
    from .scenarios import SCENARIOS as SCENARIOS
    from .scenarios import rewrite as rewrite
    from .tables import pairwise as pairwise
    from .tables.orders import components as components
    from .tables.strengths import final as final
    from .tables.strengths import gain as gain
    from .tables.strengths import means as means
    from .tables.strengths import zero_shot as zero_shot
    from .training_run import Cell as Cell
    from .training_run import corrected as corrected
    from .training_run import groups as groups
    from .training_run import train_group as train_group
    from .tuning import chosen as chosen
    from .variants import SWITCHES as SWITCHES
    from .variants import variant as variant

__getattr__, __dir__ = lazy(__name__)
