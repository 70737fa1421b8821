"""Say what came of a training and how sure that is: arrays in, scores and intervals out.

It imports from errors alone, so nothing here knows what a corpus or a model is.
A change of `metrics.confusion`, `metrics.recalls`, `metrics.uar` or `statistics.by_group` makes receipts of
all studies stale, because every training reaches them; all else changes tables, and no receipt.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from .confusions import evaluate as evaluate
    from .metrics import accuracy as accuracy
    from .metrics import average as average
    from .metrics import backward_transfer as backward_transfer
    from .metrics import confusion as confusion
    from .metrics import forgetting as forgetting
    from .metrics import forward_transfer as forward_transfer
    from .metrics import last_class_share as last_class_share
    from .metrics import macro_f1 as macro_f1
    from .metrics import recalls as recalls
    from .metrics import shares as shares
    from .metrics import uar as uar
    from .probe import linear_probe as linear_probe
    from .statistics import bootstrap_uar as bootstrap_uar
    from .statistics import by_group as by_group
    from .statistics import interval as interval

__getattr__, __dir__ = lazy(__name__)
