"""Frozen output biases: no class can be made likelier for every clip at once by moving a single number."""

from __future__ import annotations

from .frozen_head import FrozenHead


class FrozenBias(FrozenHead):
    """Keep the output biases as the source left them; all other weights learn.

        b_out as in theta_0

    One step on clips of class c raises b_c by eta (1 - p_c) and lowers all others, whatever the clip: a shift
    of the prior.

    Reference: the derivation in chapter 20 of this book.
    Differs from the paper in: there is none.
    Cost: as vanilla; nothing kept.
    Verified against: torch.nn layers with the bias left out of the optimiser.
    """

    name = "frozen-bias"

    def __init__(self):
        super().__init__("bias")
