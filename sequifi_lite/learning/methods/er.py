"""Experience replay: old rows beside the new ones in every step."""

from __future__ import annotations

import numpy as np

from .. import memory
from ..schedule import BATCH, Schedule, replay
from .method import Method


class ER(Method):
    """Mix rows of the corpora before into every step.

        theta <- theta - eta * grad L(B_n u B_M, theta)

    B_n: the B rows of the stream; B_M: m rows drawn from the memory M; L: mean cross-entropy over their
    union. So the choice is a schedule, and the objective stays vanilla's.

    Parameters
    ----------
    per_class : int, or one per run (R,)
        Rows kept for each class of each corpus.
    choose : {"class-balanced", "reservoir", "herding"}
        How they are chosen (`sequifi_lite.learning.memory.keep`).
    width : int
        m, rows that the memory adds to a step.
    seen : bool
        Also keep the classes of the corpus being learnt as soon as their stage is over (named ``er+seen``).
        It changes nothing where the stream is mixed.

    Reference: Chaudhry et al. 2019, On Tiny Episodic Memories in Continual Learning (arXiv 1902.10486),
    Algorithm 1.
    Differs from the paper in: several passes over the stream; a memory holds rows of finished corpora and
    grows by one quota for each of them (the paper's ring buffer is filled during the stream and has room for
    all tasks from the start); "reservoir" draws from each corpus for itself.
    Cost: 1 + m/B forward and backward passes a step; per_class * K * (inputs + 1) floats for each corpus
    learnt.
    Verified against: joint's gradient where the memory is all old data and m in proportion; a plain loop;
    counts of rows.
    """

    name = "er"
    strength = "per_class"
    grid = (1, 2, 5, 10, 20, 50)

    def __init__(self, per_class=20, choose="class-balanced", width: int = BATCH, seen=False):
        self.per_class, self.choose, self.seen = self.number("per_class", per_class, 1), choose, seen
        self.width = self.whole("width", width)
        self.memories: list[np.ndarray] = []  # (R, M) rows of every corpus learnt

    def after_corpus(self, head, problem, number: int, seeds) -> None:
        corpus = problem.corpora[number]
        self.memories.append(memory.keep(self.choose, problem, corpus, self.per_class, seeds))

    def schedule(self, schedule: Schedule, problem, number: int, seeds) -> Schedule:
        held, writes = np.concatenate(self.memories, axis=1), None
        if self.seen:
            per_class, K = memory.sizes(self.per_class, len(seeds)), len(problem.emotions)
            free = held.shape[1]  # the first slot behind those of earlier corpora
            writes = memory.stage_writes(schedule, problem.labels, per_class, free, K)
            held = np.pad(held, ((0, 0), (0, per_class.max() * K)), constant_values=-1)
        return replay(schedule, held, seeds, self.width, writes=writes)
