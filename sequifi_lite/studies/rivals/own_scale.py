"""Scale every clip by the statistics of the corpus that it seems to come from."""

from __future__ import annotations

import torch

from ...learning.loop import cross_entropy
from ...learning.methods.router import Router


class Rescaled:
    """A model that sees its inputs scaled by a mean and a spread of its own."""

    def __init__(self, model, mean: torch.Tensor, spread: torch.Tensor):
        self.inner, self.mean, self.spread, self.runs = model, mean, spread, model.runs

    def predict(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner.predict(((x - self.mean) / self.spread).to(x.dtype))


class RouterOwnScale(Router):
    """As `Router`, and each head sees its inputs with mean 0 and spread 1 over its own corpus.

        x <- (x - mean_c(x)) / spread_c(x)

    So the scaling needs no label of the corpus at test time: it is inferred, like the head.

    Parameters
    ----------
    epsilon : float or tensor (R,)
        As for `Router`.

    Reference: as `Router`; scaling by domain: Li et al. 2016, Revisiting batch normalization for practical
    domain adaptation (arXiv 1603.04779).
    Differs from the paper in: inputs are scaled, not activations; the domain is inferred clip by clip.
    Cost: as `Router`, and 2 inputs floats for each corpus.
    Verified against: the domain-aware scaling of `sequifi_lite.studies.scenarios` where every clip is routed
    to its own corpus.
    """

    name = "router-own-scale"

    def _scale(self, problem, number) -> tuple[torch.Tensor, torch.Tensor]:
        x = problem.X[problem.parts[problem.corpora[number]].train].double()
        return x.mean(0), x.std(0, unbiased=False).clamp_min(1e-12)

    def before_corpus(self, head, problem, number, seeds):
        self.mean, self.spread = self._scale(problem, number)
        return self.source.select(range(head.runs))

    def objective(self, head, batch):
        x = ((batch.x - self.mean) / self.spread).to(batch.x.dtype)
        return cross_entropy(head, batch._replace(x=x))

    def after_corpus(self, head, problem, number, seeds):
        if not number:
            self.source = head.select(range(head.runs))
        super().after_corpus(head, problem, number, seeds)
        self.heads[-1] = Rescaled(self.heads[-1], *self._scale(problem, number))


class InferredScaling(RouterOwnScale):
    """Fine-tune one head along the chain, each clip scaled by the statistics of the corpus it seems to be of.

    Parameters
    ----------
    epsilon : float or tensor (R,)
        As for `Router`.

    Reference: as `RouterOwnScale`.
    Differs from the paper in: as `RouterOwnScale`.
    Cost: as vanilla, and 3 inputs floats for each corpus.
    Verified against: vanilla on domain-aware scaled inputs where every clip is routed to its own corpus.
    """

    name = "inferred-scaling"

    def before_corpus(self, head, problem, number, seeds):
        self.mean, self.spread = self._scale(problem, number)
        return head

    def after_corpus(self, head, problem, number, seeds):
        super().after_corpus(head, problem, number, seeds)
        newest = self.heads[-1].inner  # one head for all
        self.heads = [Rescaled(newest, one.mean, one.spread) for one in self.heads]
