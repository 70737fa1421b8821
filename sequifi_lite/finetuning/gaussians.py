"""Gaussians of classes that are over, where the encoder moves.

What was kept stays behind when the classes move on.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch

from ..learning.loop import cross_entropy
from ..learning.methods._gaussians import Gaussian, gaussians
from ..learning.methods.gaussian_seen import GaussianSeen


class GaussianStale(GaussianSeen):
    """Do as `GaussianSeen` on the inputs of the head.

    Each Gaussian taken at the end of its class's stage from the encoder of then.

    Draws go through the head alone. So the encoder learns from the stream only, and moves away from what is
    kept of it.

    Attributes
    ----------
    past : bool
        Whether the classes of the corpora before are kept too.
    drift : {"stale", "shifted", "refreshed"}
        What becomes of the Gaussians at the end of every stage; see the classes below.

    Reference: the book's own.
    Differs from the paper in: there is none.
    Cost: a forward pass over a stage's clips at its end; K (q + 2) d floats a corpus.
    Verified against: `GaussianSeen` on embeddings, where the encoder does not move; a plain loop, where it
    does.
    """

    name = "gaussian-stale"
    drift = "stale"

    def __init__(self, rank: int = 8):
        super().__init__(rank)
        self.kept: dict[tuple[int, int], Gaussian] = {}  # by number of the corpus and class

    def schedule(self, schedule, problem, number, seeds):
        self.t, self.stage, self.problem, self.number = 0, schedule.stage, problem, number
        (table,) = problem.labels[schedule.rows]  # (T, B): an encoder has one run
        self.shown = [np.unique(table[schedule.stage == j]).tolist() for j in range(schedule.stage[-1] + 1)]
        self.generator = torch.Generator().manual_seed(
            int(np.random.default_rng([seeds[0], number]).integers(2**31))
        )
        return schedule

    def before_corpus(self, head, problem, number, seeds):
        self._begin(head, 0)
        return head

    def stage_end(self, head):
        j = int(self.stage[self.t - 1])
        if self.drift == "shifted" and self.kept:
            shift = (self._inputs(head, self._rows(self.present)) - self.before).mean(0)
            self.kept = {key: g._replace(mu=g.mu + shift) for key, g in self.kept.items()}
        if self.drift == "refreshed":
            self._take(head, self.kept)
        self._take(head, self.present)
        if j + 1 < len(self.shown):
            self._begin(head, j + 1)

    def after_corpus(self, head, problem, number, seeds):
        self.problem = problem
        self.kept = {key: g for key, g in self.kept.items() if key[0] != number}
        if self.past:
            self._take(head, [(number, k) for k in range(len(problem.emotions))])

    def objective(self, head, batch):
        loss = cross_entropy(head, batch)
        if not self.hand:
            return loss
        x, y = self.draw(self.hand, self.generator)
        drawn = cross_entropy(
            lambda x: head.head(x.to(head.device)).cpu(), batch._replace(x=x[None], y=y[None])
        )
        return (loss + drawn) / 2

    def _begin(self, head, j: int) -> None:
        """Which Gaussians are at hand in stage j: all but those of its own classes."""
        self.present = [(self.number, k) for k in self.shown[j]]
        self.hand = [self.kept[key] for key in sorted(self.kept) if key not in self.present]
        if self.drift == "shifted" and self.kept:
            self.before = self._inputs(head, self._rows(self.present))

    def _rows(self, keys: Iterable[tuple]) -> np.ndarray:
        parts = [(self.problem.parts[self.problem.corpora[number]].train, k) for number, k in keys]
        return np.concatenate([rows[self.problem.labels[rows] == k] for rows, k in parts])

    @torch.no_grad()
    def _inputs(self, head, rows: np.ndarray) -> torch.Tensor:
        return head.inputs(self.problem.X[rows])[0].cpu()

    def _take(self, head, keys: Iterable[tuple]) -> None:
        for key in list(keys):
            x = self._inputs(head, self._rows([key]))
            (self.kept[key],) = gaussians(x, torch.full((len(x),), key[1]), self.rank)


class GaussianShifted(GaussianStale):
    """Let the means follow.

    Mu_k <- mu_k + mean(v' - v), v and v' the head's inputs for a stage's clips before and after the stage.

    Nothing of the past is needed for it. The covariances stay.

    Reference: Yu et al. 2020, Semantic Drift Compensation (arXiv 2004.00440).
    Differs from the paper in: one shift for all classes; there a mean moves as the clips near it do, within a
    width to be tuned.
    Cost: as `GaussianStale`, and a second forward pass over a stage's clips, at its beginning.
    Verified against: as `GaussianStale`.
    """

    name = "gaussian-shifted"
    drift = "shifted"


class GaussianRefreshed(GaussianStale):
    """Take the Gaussians anew from all clips of their classes at the end of every stage.

    That stores every clip: a bound, and no method.

    Reference: the book's own.
    Differs from the paper in: there is none.
    Cost: a forward pass over all clips so far at the end of every stage.
    Verified against: as `GaussianStale`.
    """

    name = "gaussian-refreshed"
    drift = "refreshed"


class GaussianBothShifted(GaussianShifted):
    """Keep Gaussians of the corpora before as well, and shift them alike."""

    name = "gaussian-both-shifted"
    past = True
