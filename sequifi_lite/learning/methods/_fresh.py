"""A head that has learnt nothing yet."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import SequifiError
from ..heads import MLP

STREAM = 2**30  # source models and new output layers are drawn from other streams of seeds


def fresh(head: MLP, seeds: Sequence[int]) -> MLP:
    """Draw random weights in the widths and the precision of a head, one seed per run; of MLPs alone."""
    if not isinstance(head, MLP):
        raise SequifiError(
            f"Only the weights of an MLP can be drawn anew, and this is of class {type(head).__name__}; for"
            " an encoder train one from sequifi_lite.finetuning.load_classifier on these rows with Vanilla."
        )
    widths = [W.shape[1] for W, _ in head.layers]
    drawn = MLP([int(seed) + STREAM for seed in seeds], widths[0], widths[1:], head.layers[-1][0].shape[2])
    return drawn.to(head.W1.dtype)
