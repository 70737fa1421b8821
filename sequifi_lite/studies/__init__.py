"""Run and check what the book quotes: a study is a list of trainings, each under a hash of what decides it.

It imports from finetuning, learning, data, evaluation and errors; plans say what is run, tables what is
shown; `adapting` puts the methods to use on a reader's own corpora.
A change of the files named ``_run`` or of variants makes receipts stale where trainings reach it; the
runner, the registry and tables touch none, and another plan asks for other trainings.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy
from .same_sums import sum_as_measured

if TYPE_CHECKING:
    from . import layer_sweep as layer_sweep, results as results
    from .plans import budget as budget, layer_probe as layer_probe, time_scale_tuning as time_scale_tuning
    from .plans.corrections import CORRECTED as CORRECTED
    from .plans.crossed import ORDERS as ORDERS, ROTATIONS as ROTATIONS
    from .plans.replay import line as line
    from .scenarios import CHAIN as CHAIN, PAIR as PAIR, SCENARIOS as SCENARIOS, rewrite as rewrite
    from .tables import pairwise as pairwise
    from .tables.orders import components as components
    from .tables.strengths import (
        as_chosen as as_chosen,
        chosen_elsewhere as chosen_elsewhere,
        final as final,
        gain as gain,
        means as means,
        zero_shot as zero_shot,
    )
    from .training_run import (
        Cell as Cell,
        corrected as corrected,
        groups as groups,
        train_group as train_group,
    )
    from .tuning import chosen as chosen
    from .variants import SWITCHES as SWITCHES, variant as variant

sum_as_measured()  # before anything of a study is multiplied

__getattr__, __dir__ = lazy(__name__)
