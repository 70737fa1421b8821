"""The bug cabinet: widely shipped mistakes, kept working so that their effect can be seen.

An exhibit may import what it spoils, from any package but `cli`; no study imports one, for none may be used
for a result. A change here touches its page, the tests that tell it apart and chapters that show it, and no
receipt.

An exhibit is a class or a function whose docstring says on which shelf it stands (``Shelf:`` bug, convention
or trap), what is wrong (``Wrong:``), where it was seen (``Seen in:``) and which test tells it from the right
form (``Told apart by:``). One line here puts it into the cabinet.
"""

# ruff: noqa: F401, I001  (in the order of the book)
from .batched_fisher import BatchedFisherEWC as BatchedFisherEWC
from .train_mode_fisher import train_mode_fisher as train_mode_fisher
from .last_index_fisher import last_index_fisher as last_index_fisher
from .explicit_penalty import ExplicitPenaltyEWC as ExplicitPenaltyEWC
from .live_view_si import LiveViewSI as LiveViewSI
from .regularised_gradient_si import RegularisedGradientSI as RegularisedGradientSI
from .batched_mas import BatchedMAS as BatchedMAS
from .lwf_mistakes import NoSquareLwF as NoSquareLwF
from .lwf_mistakes import power_log_distillation as power_log_distillation
from .walking_er import WalkingER as WalkingER
from .short_draw import short_draw as short_draw
from .one_batch_agem import OneBatchAGEM as OneBatchAGEM
from .wrong_vector_agem import WrongVectorAGEM as WrongVectorAGEM
from .garbage_agem import GarbageAGEM as GarbageAGEM
from .silent_der import SilentDER as SilentDER
from .mean_over_classes_der import MeanOverClassesDER as MeanOverClassesDER
from .total_count_slda import TotalCountSLDA as TotalCountSLDA
from .forgetting_mistakes import last_task_counted as last_task_counted
from .forgetting_mistakes import never_negative_forgetting as never_negative_forgetting
from .forgetting_mistakes import string_sorted_forgetting as string_sorted_forgetting
from .stage_ends_only import worst_at_stage_ends as worst_at_stage_ends
from .one_initialisation import one_initialisation as one_initialisation

EXHIBITS = {
    name: value for name, value in list(vars().items()) if callable(value) and not name.startswith("_")
}
