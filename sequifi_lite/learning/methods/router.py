"""Router: one head per corpus, and the statistics of the inputs say which of them answers."""

from __future__ import annotations

import torch

from ...errors import SequifiError
from .method import Method
from .slda import SLDA


class Routed:
    """Ask of C heads, R runs each, the one of the corpus that x W + b says: W (L, inputs, C), b (L, 1, C)."""

    def __init__(self, heads: list, W: torch.Tensor, b: torch.Tensor):
        self.heads, self.W, self.b, self.runs = heads, W, b, heads[0].runs

    def corpus_of(self, x: torch.Tensor) -> torch.Tensor:
        """Number the corpus that each input (n, inputs) seems to come from, for every run: (R, n)."""
        return (x.double() @ self.W + self.b).argmax(-1).expand(self.runs, -1)

    @torch.no_grad()
    def predict(self, x: torch.Tensor) -> torch.Tensor:
        """Predict with the head of the corpus that an input seems to come from: (R, n)."""
        return torch.stack([head.predict(x) for head in self.heads]).gather(0, self.corpus_of(x)[None])[0]


class Router(Method):
    """Train a copy of the source model on every corpus, keep them all, and infer which one to ask.

        c(x) = argmax_c  m_c . Lambda x - m_c . Lambda m_c / 2,    answer(x) = argmax_k f_{theta_c(x)}(x)_k

    m_c: mean of the training inputs of corpus c; Lambda as of `SLDA`, with corpora for classes, shrunk by
    epsilon: above 0 up to 1, where it is the nearest mean and no covariance is kept. What can be forgotten is
    only whom to ask. Of vectors alone.

    Reference: one expert a task, chosen by its inputs: Aljundi et al. 2017, Expert Gate (arXiv 1611.06194);
    nearest centroid of a domain's features: Wang et al. 2022, S-Prompts (arXiv 2207.12819).
    Differs from the paper in: heads, not experts or prompts; one mean a corpus, where S-Prompts has several
    and Expert Gate an autoencoder.
    Cost: C (weights + inputs) floats, and inputs^2 more below epsilon 1; C forward passes a prediction.
    Verified against: heads trained alone and asked clip by clip; scikit-learn's NearestCentroid.
    """

    name = "router"
    strength, grid = "epsilon", (1e-3, 1e-2, 0.1, 0.3, 0.5, 1.0)

    def __init__(self, epsilon=1.0):
        self.heads, self.gate = [], SLDA(epsilon)

    @property
    def epsilon(self):
        return self.gate.epsilon

    def after_corpus(self, head, problem, number, seeds):
        if not isinstance(problem.X, torch.Tensor):
            raise SequifiError(
                "A router tells corpora by vectors, and the inputs of this problem are clips; embed them"
                " (`sequifi-lite embed`) and take sequifi_lite.problem in place of audio_problem."
            )
        x = problem.X[problem.parts[problem.corpora[number]].train]
        if not number:
            self.gate.clear(1, x.shape[1], len(problem.corpora))
        self.gate.add(x.double()[None], torch.full((len(x),), number))
        self.heads.append(head.select(range(head.runs)))

    def before_corpus(self, head, problem, number, seeds):
        return self.heads[0].select(range(head.runs))

    def model(self, head):
        W, b = self.gate.rule()
        return Routed(list(self.heads), W, b.masked_fill(self.gate.n == 0, -torch.inf))
