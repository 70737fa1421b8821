"""GEM: a step that would hurt any earlier corpus is bent until it hurts none."""

from __future__ import annotations

from itertools import product

import torch

from ...errors import SequifiError
from ..loop import cross_entropy
from ..schedule import Batch, Schedule
from ._runs import inner_products, per_run
from .er import ER


def dual(P: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    """Find the v >= 0 that minimises ``v P v / 2 + q v``, for every run: (R, C), P (R, C, C), q (R, C).

    Exact, by looking at all 2^C sets of constraints that may be active: within a set the minimum is a linear
    system, and one of the sets holds the answer. Where gradients are collinear the pseudo-inverse takes the
    shortest of the equal answers.
    """
    C = q.shape[1]
    # (2^C, C), the empty set first
    active = torch.tensor(list(product((0.0, 1.0), repeat=C)), dtype=P.dtype)
    within = P[:, None] * active[:, :, None] * active[:, None]
    inverse = torch.linalg.pinv(within, rtol=1e-10, hermitian=True)
    v = -(inverse * q[:, None, None]).sum(-1) * active  # (R, 2^C, C), zero outside the set
    Pv = (P[:, None] * v[:, :, None]).sum(-1)
    value = 0.5 * (v * Pv).sum(-1) + (q[:, None] * v).sum(-1)
    best = torch.where((v >= 0).all(-1), value, torch.inf).argmin(1)
    return v[torch.arange(len(v)), best]


class GEM(ER):
    """Project the gradient onto the nearest one that conflicts with no earlier corpus.

        min over v >= 0 of  1/2 v^T G G^T v + g^T G^T v,    g~ = G^T v* + g

    g: gradient of the stream. G: one row per corpus before, the gradient on its whole memory. It is the dual
    of: the g~ nearest to g with <g~, g_k> >= 0 for every earlier corpus k. Runs without a conflict keep g as
    it is.

    Parameters
    ----------
    per_class : int
        As in `ER`, but one number for all runs: every memory is one batch.
    choose : as in `ER`
    gamma : float
        Added to v* where there is a conflict; pulls towards the memories, beyond doing them no harm.

    Raises
    ------
    SequifiError
        If the runs' memories would not be of one size.

    Reference: Lopez-Paz & Ranzato 2017, Gradient Episodic Memory for Continual Learning (arXiv 1706.08840),
    section 3. The rows of G carry the sign for which the condition reads G g~ >= 0.
    Differs from the paper in: tasks are corpora; exact enumeration instead of a QP solver; gamma 0 unless
    given, and added to v* as the paper's text has it (the code in use demands v >= gamma instead); one head,
    several passes over the stream.
    Cost: a forward and backward pass over every earlier corpus's memory each step, and a gradient for each of
    them.
    Verified against: SciPy's SLSQP on the dual and on the primal, with 1 to 4 constraints, collinear ones
    included.
    """

    name = "gem"
    strength_per_run = False

    def __init__(self, per_class=20, choose: str = "class-balanced", gamma: float = 0.0):
        super().__init__(per_class, choose)
        self.gamma = self.number("gamma", gamma)

    def after_corpus(self, head, problem, number: int, seeds) -> None:
        super().after_corpus(head, problem, number, seeds)
        if (self.memories[-1] < 0).any():
            raise SequifiError("GEM takes memories of one size; give one number as per_class.")

    def schedule(self, schedule: Schedule, problem, number: int, seeds) -> Schedule:
        return schedule

    def objective(self, head, batch: Batch) -> torch.Tensor:
        return cross_entropy(head, batch)

    def projection(self, head, batch: Batch, gradient) -> None:
        R = len(batch.rows)
        g = [p.grad for p in head.parameters() if p.requires_grad]
        G = [gradient(memory) for memory in self.memories]
        products = inner_products([g, *G], R)  # float64: nearly collinear ones need the digits
        q, P = products[:, 1:, 0], products[:, 1:, 1:]
        conflict = (q < 0).any(1, keepdim=True)
        if not conflict.any():
            return
        v = torch.where(conflict, dual(P, q) + self.gamma, 0.0)
        for k, g_k in enumerate(G):
            for mine, other in zip(g, g_k):
                mine.add_(per_run(v[:, k].to(mine.dtype), mine) * other)
