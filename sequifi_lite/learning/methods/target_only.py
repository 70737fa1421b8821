"""Target-only: a new model for every corpus, as if there were no source."""

from __future__ import annotations

from ..schedule import Schedule, shuffled
from ._fresh import fresh
from .method import Method


class TargetOnly(Method):
    """Throw the model away at every corpus and train a fresh one on the new rows alone.

        theta <- theta - eta * grad L(D_j, theta)   from random theta, for T steps

    What it scores on the new corpus is what can be had without a source: below it, the source stood in the
    way. On the corpora before it shows how much of them is in the new one.

    Parameters
    ----------
    steps : int, optional
        Steps instead of T, where a fresh head needs longer, as on unscaled embeddings.

    Reference: "independent" or single-task model, Lopez-Paz & Ranzato 2017 (arXiv 1706.08840), section 5.
    Differs from the paper in: one model is kept, that of the last corpus, not one for each.
    Cost: one forward and one backward pass a step; nothing kept.
    Verified against: a head of the same widths and seed trained on the corpus by a plain loop; the source
    changes nothing.
    """

    name = "target-only"

    def __init__(self, steps: int | None = None):
        self.steps = steps if steps is None else self.whole("steps", steps)

    def schedule(self, schedule: Schedule, problem, number: int, seeds) -> Schedule:
        if self.steps is None:
            return schedule
        return shuffled(
            problem.parts[problem.corpora[number]].train, self.steps, seeds, schedule.rows.shape[2]
        )

    def before_corpus(self, head, problem, number: int, seeds):
        return fresh(head, seeds)
