"""One against the rest: a stage asks only whether a clip is of its class."""

from __future__ import annotations

import torch

from ...learning.methods.method import Method


class OneVsRest(Method):
    """Minimise binary cross-entropy of the stage's class k, with the K-way model's own probability of it.

        L = - mean( [y = k] log p_k + [y /= k] log(1 - p_k) ),    p = softmax(z)

    k is the class that a batch begins with: `class_by_class(sees="one-vs-rest")` puts its own half first.
    Among the other classes nothing is told apart, but unlike a stage of one class alone, clips of theirs push
    p_k down.

    Reference: one reading of "one emotion class at a time" (arXiv 2410.12567, abstract), ours.
    Differs from the paper in: unknown; the abstract does not say what a stage is trained against.
    Cost: as vanilla; every stage needs clips of all classes.
    Verified against: the two terms written out clip by clip.
    """

    name = "one-vs-rest"

    def objective(self, head, batch):
        z = head(batch.x)
        k = batch.y[:, :1, None].expand(-1, z.shape[1], 1)
        own = z.gather(2, k).squeeze(2)
        rest = z.scatter(2, k, -torch.inf).logsumexp(2)
        of_k = batch.y == batch.y[:, :1]
        # log p_k = -softplus(rest - own) and log(1 - p_k) = -softplus(own - rest)
        return torch.nn.functional.softplus(torch.where(of_k, rest - own, own - rest)).mean(1)
