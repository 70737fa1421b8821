"""Early stopping: the stage runs in full, then each run gets back its best weights on validation."""

from __future__ import annotations

import numpy as np
import torch

from ...evaluation.metrics import confusion, uar
from .method import Method


class BestOnValidation:
    """Keep the weights with the best validation UAR of a stage, per run; ties go to the earlier ones.

    Parameters
    ----------
    X, y : tensors (n, inputs), (n,)
    rows : ndarray of int
        Validation rows. Never test rows.
    every : int
        Evaluate after every so many steps.
    Costs: one copy of the weights, and a forward pass over the validation rows each time.
    """

    def __init__(self, X: torch.Tensor, y: torch.Tensor, rows: np.ndarray, every: int = 25):
        self.X, self.truth, self.every = X[rows], y.numpy()[rows], every
        self.best = None
        self.best_step: np.ndarray = None  # pyright: ignore[reportAttributeAccessIssue]  (until the first look)

    def step(self, step: int, head, lr: float) -> None:
        self.steps = step
        if step % self.every == 0:
            self._look(head)

    @torch.no_grad()
    def _look(self, head) -> None:
        logits = head(self.X)
        score = uar(confusion(self.truth, logits.argmax(-1).numpy(), logits.shape[-1]))
        if self.best is None:
            self.best = np.full(len(score), -np.inf)
            self.best_step = np.zeros(len(score), dtype=int)
            self.weights = [p.detach().clone() for p in head.parameters()]
        better = score > self.best
        self.best[better], self.best_step[better] = score[better], self.steps
        for kept, p in zip(self.weights, head.parameters()):
            kept[better] = p.detach()[better]

    @torch.no_grad()
    def stage_end(self, head) -> None:
        self._look(head)  # the last step counts, wherever it falls
        for kept, p in zip(self.weights, head.parameters()):
            p.copy_(kept)
        self.best = None


class EarlyStopping(Method):
    """End every stage with its best weights on validation rows of the new corpus, of all classes.

    Parameters
    ----------
    every : int
        Steps between two looks.

    Reference: Prechelt 1998, Early Stopping - But When? (doi 10.1007/3-540-49430-8_3).
    Differs from the paper in: the stage runs in full and the weights are put back afterwards.
    Cost: one copy of the weights; a forward pass over the validation rows at every look. It sees labels of
    all classes, so what it is compared with has to see them too.
    Verified against: `BestOnValidation` handed to the loop.
    """

    name = "early-stopping"

    def __init__(self, every: int = 5):
        self.every = self.whole("every", every)

    def schedule(self, schedule, problem, number, seeds):
        rows = problem.parts[problem.corpora[number]].valid
        self.best = BestOnValidation(problem.X, problem.y, rows, self.every)
        self.step, self.stage_end = self.best.step, self.best.stage_end
        return schedule
