"""Gaussian replay: of a class that is over, keep a Gaussian and train on draws from it."""

from __future__ import annotations

import numpy as np
import torch

from ..loop import cross_entropy
from ..schedule import BATCH
from ._gaussians import Gaussian, gaussians
from .method import Method


class GaussianReplay(Method):
    """Add to the B rows of the stream, in every step, m = B draws from Gaussians of classes that are over.

        L = (L_stream + L_drawn) / 2,    x ~ N(mu_k, F_k' F_k + diag(sigma_k^2)),
        L = L_stream where nothing is over yet

    The draws are fresh in every step and shared evenly among the Gaussians at hand. No clip is kept; no
    privacy is claimed, since none was tested.

    Parameters
    ----------
    rank : int, q, rows of F_k; 0 keeps the diagonal alone

    Attributes
    ----------
    past : bool, whether Gaussians are kept of all classes of the corpora before
    seen : bool
        Whether they are kept of the corpus being learnt: of classes whose stage is over, except those of the
        present stage.
    form : {"low rank", "shared", "full"}
        See `sequifi_lite.learning.methods._gaussians.gaussians`.

    Reference: Zhang et al. 2023, SLCA (arXiv 2303.05118), classifier alignment: Gaussians of classes in place
    of clips.
    Differs from the paper in: drawn at the frozen input, in every step and for the whole head; there at the
    features, after training, for the output layer alone. Gaussians of the present corpus's own classes are
    this book's.
    Cost: two forward and backward passes a step, m (d + q) normal draws; K (q + 2) d floats a corpus.
    Verified against: mean and covariance of many draws; a plain loop on the same draws.
    """

    name = "gaussian-replay"
    strength = "rank"
    grid = (0, 1, 2, 4, 8, 16)
    strength_per_run = False
    past, seen, form = True, False, "low rank"

    def __init__(self, rank: int = 8):
        self.rank, self.kept = int(self.number("rank", rank)), []

    def _of(self, problem, corpus: str) -> list[Gaussian]:
        rows = problem.parts[corpus].train
        return gaussians(problem.X[rows], problem.y[rows], self.rank, self.form)

    def after_corpus(self, head, problem, number, seeds):
        if self.past:
            self.kept = self.kept + self._of(problem, problem.corpora[number])

    def schedule(self, schedule, problem, number, seeds):
        mine = self._of(problem, problem.corpora[number]) if self.seen else []
        self.t, self.stage, self.hand = 0, schedule.stage, []
        self.draws = [
            torch.Generator().manual_seed(int(np.random.default_rng([s, number]).integers(2**31)))
            for s in seeds
        ]
        for table in problem.labels[schedule.rows]:  # (T, B) of a run: what is at hand in each stage
            shown = [set(np.unique(table[schedule.stage == j])) for j in range(schedule.stage[-1] + 1)]
            over = [set().union(*shown[:j]) - now for j, now in enumerate(shown)]
            self.hand.append([self.kept + [g for g in mine if g.k in classes] for classes in over])
        return schedule

    def step(self, step, head, lr):
        self.t = step

    def draw(self, kept: list[Gaussian], generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """Draw m rows (m, d), labels (m,); if they do not divide m, who gives more takes turns."""
        which = torch.arange(self.t * BATCH, (self.t + 1) * BATCH) % len(kept)
        x = torch.randn(BATCH, len(kept[0].mu), generator=generator).to(kept[0].mu.dtype)
        for i, g in enumerate(kept):
            mine = which == i
            x[mine] = g.draw(int(mine.sum()), x[mine], generator)
        return x, torch.tensor([g.k for g in kept])[which]

    def objective(self, head, batch):
        hands = [stages[self.stage[self.t]] for stages in self.hand]
        loss, some = cross_entropy(head, batch), torch.tensor([len(kept) > 0 for kept in hands])
        if not some.any():
            return loss
        x, y = (
            torch.zeros_like(batch.x[:, :1]).repeat(1, BATCH, 1),
            torch.zeros(len(hands), BATCH, dtype=torch.int64),
        )
        for run, kept in enumerate(hands):
            if kept:
                x[run], y[run] = self.draw(kept, self.draws[run])
        return torch.where(some, (loss + cross_entropy(head, batch._replace(x=x, y=y))) / 2, loss)
