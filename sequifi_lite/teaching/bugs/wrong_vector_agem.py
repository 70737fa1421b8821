"""Exhibit: A-GEM that goes along the wrong vector."""

from __future__ import annotations

import torch

from ...learning.methods._runs import dot, per_run
from ...learning.methods.agem import AGEM


class WrongVectorAGEM(AGEM):
    """A-GEM that steps along the reference gradient where nothing is in conflict, and adds the stream's
    gradient into it.

    Shelf: bug.
    Wrong: two slips, and the second hides the first. Without a conflict the vector kept is g_ref, not g: the
    new corpus would not be learnt. But the gradients are not set to zero between the two backward passes, so
    what is called g_ref is g + g_ref: the method becomes experience replay (with SGD, of twice the step).
    That is no bad method, so the scores give nothing away; repairing one slip alone was reported to make them
    worse.
    Seen in: CL-Gym, cl_gym/algorithms/agem.py (CL-Gym#4, open).
    Told apart by: tests/learning/test_replay_bugs.py::test_the_wrong_vector_is_replay_in_disguise.
    """

    def projection(self, head, batch, gradient) -> None:
        R = len(batch.rows)
        g = [p.grad for p in head.parameters() if p.requires_grad]
        ref = [own + other for own, other in zip(g, gradient(batch.part(1).rows))]
        conflict = dot(g, ref, R)
        share = torch.where(conflict < 0, conflict / dot(ref, ref, R), 0.0)
        for own, other in zip(g, ref):
            projected = own - per_run(share, own) * other
            own.copy_(torch.where(per_run(conflict, own) < 0, projected, other))
