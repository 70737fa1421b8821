"""Exhibit: a memory that is silently left out where it is small."""

from __future__ import annotations

import torch

from ...learning.loop import cross_entropy
from ...learning.methods.der import DER


class SilentDER(DER):
    """DER that replays nothing while its memory is smaller than a batch.

    Shelf: bug.
    Wrong: the loader of the memory is made only if it can fill a whole batch, and without a loader the step
    is vanilla's. So the smallest memories of a sweep are vanilla, bit for bit, without a word.
    Seen in: avalanche, training/supervised/der.py (2025-03): `if len(buffer) >= self.batch_size_mem ... else:
    self.replay_loader
    = None`.
    Told apart by: tests/learning/test_replay_bugs.py::test_a_small_memory_is_silently_vanilla.
    """

    def objective(self, head, batch) -> torch.Tensor:
        if self.memory.shape[1] < self.width:
            return cross_entropy(head, batch.part(0))
        return super().objective(head, batch)
