"""Model soup, greedy: a member goes in only where it does no harm on validation."""

from __future__ import annotations

import numpy as np
import torch

from ...evaluation.metrics import confusion, uar
from ._runs import members_mean
from .soup import Soup


def greedy(score, order: np.ndarray) -> np.ndarray:
    """Follow the greedy recipe for every run.

    Parameters
    ----------
    score : f(chosen (R, M) of bool) -> (R,)
        Validation score of the mean of the chosen members of each run.
    order : ndarray of int (R, M)
        The members of each run, the best alone first.

    Returns
    -------
    chosen : ndarray of bool (R, M)
    """
    runs = np.arange(len(order))
    chosen = np.zeros(order.shape, dtype=bool)
    chosen[runs, order[:, 0]] = True
    best = score(chosen)
    for j in range(1, order.shape[1]):
        tried = chosen.copy()
        tried[runs, order[:, j]] = True
        reached = score(tried)
        better = reached >= best
        chosen[better], best[better] = tried[better], reached[better]
    return chosen


class GreedySoup(Soup):
    """Try members as in `Soup` from the best to the worst; one stays if validation UAR does not fall.

        ingredients <- ingredients + {theta_i}
            if ValUAR(mean(ingredients + {theta_i})) >= ValUAR(mean(ingredients))

    Score: UAR on the validation rows of the corpus being learnt, never on test rows and never on an earlier
    corpus. So the soup is as good there as its best member at least, and knows nothing of what is forgotten.
    Of members of equal score the one that comes first in `rates` is tried first.

    Parameters
    ----------
    rates : sequence of M floats
        As for `Soup`.

    Reference: Wortsman et al. 2022, arXiv 2203.05482, recipe 1 (greedy soup).
    Differs from the paper in: as `Soup`; UAR in place of accuracy.
    Cost: as `Soup`, and 2 M - 1 forward passes over the validation rows per corpus.
    Verified against: the recipe written as a loop over a list of models of one run, and over hand-made tables
    of scores.
    """

    name = "greedy-soup"

    @torch.no_grad()
    def choose(self, head, problem, number):
        M, rows = len(self.rates), problem.parts[problem.corpora[number]].valid
        X, truth, K = problem.X[rows], problem.labels[rows], len(problem.emotions)
        alone = uar(confusion(truth, head.predict(X).numpy(), K)).reshape(-1, M)
        soup = head.select(range(0, head.runs, M))

        def score(chosen: np.ndarray) -> np.ndarray:
            for p, mean in zip(soup.parameters(), members_mean(head, M, torch.from_numpy(chosen))):
                p.copy_(mean)
            return uar(confusion(truth, soup.predict(X).numpy(), K))

        return torch.from_numpy(greedy(score, np.argsort(-alone, axis=1, kind="stable")))
