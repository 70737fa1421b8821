"""Experience replay that also keeps clips of the classes whose stage is over."""

from __future__ import annotations

from ...learning.methods.er import ER


class ERSeen(ER):
    """Do what `ER` does with ``seen=True``: the memory also takes in the present corpus, class by class.

    Reference: as `ER`.
    Differs from the paper in: as `ER`.
    Cost: as `ER`.
    Verified against: `ER`.
    """

    name = "er+seen"

    def __init__(self, per_class=20, **options):
        super().__init__(per_class, seen=True, **options)
