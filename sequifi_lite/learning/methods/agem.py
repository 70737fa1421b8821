"""A-GEM: a step that would hurt the memory on average is bent until it does not."""

from __future__ import annotations

import torch

from ..loop import cross_entropy
from ..schedule import Batch
from ._runs import dot, per_run
from .er import ER


class AGEM(ER):
    """Project the gradient where it conflicts with that of the memory.

        g~ = g - (g . g_ref) / (g_ref . g_ref) g_ref    where g . g_ref < 0,    else g~ = g

    g: gradient of the B rows of the stream, which are all that is learnt. g_ref: gradient of m rows drawn from the memories of
    all corpora before. To first order a step along -g~ does not raise the loss on those rows; what it lowers is left alone.

    Parameters
    ----------
    per_class, choose, width : as in `ER`

    Reference: Chaudhry et al. 2019, Efficient Lifelong Learning with A-GEM (arXiv 1812.00420), eq. 11.
    Differs from the paper in: several passes over the stream, memories of finished corpora as in `ER`. As in the paper the
    projected gradient is handed to the optimiser: with Adam the step itself is not orthogonal to g_ref.
    Cost: one forward and backward pass more for the m rows; one more gradient; per_class * K * (inputs + 1) floats a corpus.
    Verified against: the projection written out run by run; orthogonality, length, no change without a conflict.
    """

    name = "a-gem"

    def __init__(self, per_class=20, choose: str = "class-balanced", width: int = 32):
        super().__init__(per_class, choose, width)

    def objective(self, head, batch: Batch) -> torch.Tensor:
        return cross_entropy(head, batch.part(0))

    def projection(self, head, batch: Batch, gradient) -> None:
        g = [p.grad for p in head.parameters() if p.requires_grad]
        g_ref, R = gradient(batch.part(1).rows), len(batch.rows)
        conflict = dot(g, g_ref, R)
        share = torch.where(conflict < 0, conflict / dot(g_ref, g_ref, R), 0.0)
        for mine, ref in zip(g, g_ref):
            mine.sub_(per_run(share, mine) * ref)
