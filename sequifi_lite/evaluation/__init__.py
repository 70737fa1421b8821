"""Say what came of a training and how sure that is: arrays in, scores and intervals out.

It imports from errors alone, so nothing here knows what a corpus or a model is.
A change of `metrics.confusion`, `metrics.recalls`, `metrics.uar` or `statistics.by_group` makes receipts of
all studies stale, because every training reaches them; all else changes tables, and no receipt.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from .confusions import accuracy_matrix as accuracy_matrix, evaluate as evaluate
    from .metrics import (
        accuracy as accuracy,
        average as average,
        backward_transfer as backward_transfer,
        confusion as confusion,
        forgetting as forgetting,
        forward_transfer as forward_transfer,
        last_class_share as last_class_share,
        macro_f1 as macro_f1,
        recalls as recalls,
        shares as shares,
        uar as uar,
    )
    from .probe import linear_probe as linear_probe
    from .statistics import bootstrap_uar as bootstrap_uar, by_group as by_group, interval as interval

__getattr__, __dir__ = lazy(__name__)
