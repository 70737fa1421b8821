"""A cosine head: classes differ in direction alone, so no class can win by a larger row or a larger bias."""

from __future__ import annotations

import torch

from ...learning.methods.method import Method
from ...learning.schedule import Batch


class CosineHead(Method):
    """Take as logits scaled cosines between the last hidden layer and the rows of the output layer.

        z_k = s <h, w_k> / (|h| |w_k|)

    s is the mean of ``|h| |w_k|`` over the source's training rows and classes: so the source model's logits
    keep their size. Biases play no part. What predicts is an ordinary head with rows of length 1 and no bias:
    the same classes win.

    Reference: Hou et al. 2019, Learning a Unified Classifier Incrementally via Rebalancing (LUCIR), cosine
    normalisation.
    Differs from the paper in: the source model is trained with an ordinary head and read in this way
    afterwards; s is measured, not learnt.
    Cost: as vanilla.
    Verified against: torch.nn.functional.cosine_similarity, clip by clip.
    """

    name = "cosine-head"

    @torch.no_grad()
    def after_corpus(self, head, problem, number, seeds):
        if number == 0:
            h = head.hidden(problem.X[problem.parts[problem.corpora[0]].train])
            self.s = h.norm(dim=2).mean(1) * head.layers[-1][0].norm(dim=1).mean(1)  # (R,)

    def objective(self, head, batch: Batch) -> torch.Tensor:
        normalise = torch.nn.functional.normalize
        z = normalise(head.hidden(batch.x), dim=2) @ normalise(head.layers[-1][0], dim=1)
        z = z * self.s.to(z.dtype)[:, None, None]
        return torch.nn.functional.cross_entropy(z.transpose(1, 2), batch.y, reduction="none").mean(1)

    @torch.no_grad()
    def model(self, head):
        copy = head.select(range(head.runs))
        W, b = copy.layers[-1]
        W.copy_(torch.nn.functional.normalize(W, dim=1))
        b.zero_()
        return copy
