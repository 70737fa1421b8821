"""Exhibit: gradient vectors that hold whatever the memory held before."""

from __future__ import annotations

import torch

from ...learning.methods._runs import dot, per_run
from ...learning.methods.agem import AGEM


class GarbageAGEM(AGEM):
    """A-GEM over all parameters, in vectors that are allocated but not cleared.

    Shelf: trap.
    Wrong: vectors for all parameters are allocated without a value and written only where there is a
    gradient. Frozen parameters have none, so their places keep what lay in that memory, and the dot product
    is of two pieces of garbage. Here the frozen weights themselves lie there, in both vectors: their squared
    length is added, no conflict is ever seen, and A-GEM is vanilla.
    Seen in: one line away from mammoth (2026-05): models/agem.py allocates with `torch.Tensor(n)`, which does
    not clear, and only `grads.fill_(0.0)` in `store_grad` of models/gem.py saves it. This is what happens
    without that line.
    Told apart by: tests/learning/test_replay_bugs.py::test_garbage_of_frozen_weights_hides_every_conflict.
    """

    def projection(self, head, batch, gradient) -> None:
        R = len(batch.rows)
        g = [p.grad for p in head.parameters() if p.requires_grad]
        g_ref = gradient(batch.part(1).rows)
        garbage = [p.detach() for p in head.parameters() if not p.requires_grad]
        conflict = dot([*g, *garbage], [*g_ref, *garbage], R)
        share = torch.where(conflict < 0, conflict / dot([*g_ref, *garbage], [*g_ref, *garbage], R), 0.0)
        for own, ref in zip(g, g_ref):
            own.sub_(per_run(share, own) * ref)
