"""A frozen output layer: the hidden layers learn on, and are read out as the source taught it."""

from __future__ import annotations

from ...learning.methods.method import Method


class FrozenHead(Method):
    """Keep the output layer's weights and biases, or its biases alone, from learning after the source.

        W_out, b_out as in theta_0

    After one class only, the cheapest way to say that class is its output bias; a frozen head closes that
    way.

    Parameters
    ----------
    what : {"layer", "bias"}

    Reference: initial classifier weights kept, after Belouadah, Popescu & Kanellos 2020 (arXiv 2008.13710).
    Differs from the paper in: the weights are held during training instead of being put back afterwards.
    Cost: as vanilla; nothing kept.
    Verified against: torch.nn layers with the frozen ones left out of the optimiser.
    """

    name = "frozen-head"

    def __init__(self, part: str = "layer"):
        self.part = part

    def projection(self, head, batch, gradient):
        W, b = head.layers[-1]
        for p in (W, b) if self.part == "layer" else (b,):
            p.grad.zero_()  # with Adam too: its moments never become anything but 0
