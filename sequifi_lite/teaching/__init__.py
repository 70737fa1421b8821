"""Everything that serves the book alone: figures, explorers, a recorder, exercises and the bug cabinet.

It may import every package but `cli`. A change here touches pages and notebooks, and no result: receipts and
tables stay as they are.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from . import bugs as bugs, hear as hear, plots as plots, quiz as quiz, recorder as recorder
    from .bugs import *  # noqa: F403
    from .exercises import check as check
    from .explorers import frontier_explorer as frontier_explorer, order_explorer as order_explorer
    from .papers import differs as differs
    from .prosody import FEATURES as FEATURES, analyse as analyse, measure as measure
    from .tables import show_table as show_table

__getattr__, __dir__ = lazy(__name__)
