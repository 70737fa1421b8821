"""GDumb: keep a balanced handful of everything, and train on nothing else."""

from __future__ import annotations

import numpy as np

from ...errors import SequifiError
from ..memory import STREAM, sizes
from ..schedule import Schedule, shuffled
from ._fresh import fresh
from .method import Method


def sample(
    held: dict[int, list[int]], rows: np.ndarray, group: np.ndarray, size: int, generator
) -> dict[int, list[int]]:
    """Offer rows to a greedy balanced memory, one after the other (Algorithm 1 of the paper).

    Parameters
    ----------
    held : dict of group to rows kept, is not changed
    rows, group : ndarray of int, shape (n,)
    size : int, k, rows that the memory holds at most
    """
    D = {c: list(kept) for c, kept in held.items()}
    for x, c in zip(rows.tolist(), group.tolist()):
        k_c = size / len(D.keys() | {c})
        if c not in D or len(D[c]) < k_c:
            if sum(map(len, D.values())) >= size:  # full: one of the largest group has to go
                largest = D[max(D, key=lambda group: len(D[group]))]
                largest.pop(int(generator.integers(len(largest))))
            D.setdefault(c, []).append(x)
    return D


class GDumb(Method):
    """Fill a memory greedily and in balance while the corpora go by, then train a fresh head on the memory
    alone.

        D <- D u {(x, c)}  if |D_c| < k_c = k / |C|,  with one of the largest D_c' thrown out if |D| = k
        theta <- theta - eta * grad L(D, theta)   from random theta, T steps

    A method that spends more than this and ends below it has not earned its keep.

    Parameters
    ----------
    size : int, or one per run (R,); k, rows kept of all corpora together
    steps : int, optional
        Steps instead of T, where a fresh head needs longer, as on unscaled embeddings.

    Raises
    ------
    SequifiError
        If a memory cannot hold a row of every class of every corpus.

    Reference: Prabhu, Torr & Dokania 2020, GDumb (ECCV; doi 10.1007/978-3-030-58536-5_31), Algorithm 1.
    Differs from the paper in: C holds every class of every corpus apart, since with classes that all corpora
    share the source would fill the memory for good; Adam for T steps, no CutMix (inputs pasted together), no
    cosine schedule; a mask over classes that are not asked for has nothing to shut out.
    Cost: one forward and one backward pass a step; k * (inputs + 1) floats.
    Verified against: the sizes that filling evenly gives; a memory that holds everything; target-only trained
    on the same rows.
    """

    name = "gdumb"
    strength = "size"
    strength_per_run = True
    grid = (40, 80, 160, 320, 640, 1280)

    def __init__(self, size=200, steps: int | None = None):
        self.size, self.steps = self.number("size", size, 1), steps and self.whole("steps", steps)
        self.memories: list[dict[int, list[int]]] = []  # one per run

    def after_corpus(self, head, problem, number: int, seeds) -> None:
        if number == 0:
            self._offer(problem, 0, seeds)

    def schedule(self, schedule: Schedule, problem, number: int, seeds) -> Schedule:
        self._offer(problem, number, seeds)
        steps, batch = self.steps or len(schedule.stage), schedule.rows.shape[2]
        each = [sorted(row for kept in D.values() for row in kept) for D in self.memories]
        made = [shuffled(np.array(rows), steps, [seed], batch) for rows, seed in zip(each, seeds)]
        return Schedule(np.concatenate([one.rows for one in made]), made[0].stage, made[0].reset)

    def before_corpus(self, head, problem, number: int, seeds):
        return fresh(head, seeds)

    def _offer(self, problem, number: int, seeds) -> None:
        rows, K = problem.parts[problem.corpora[number]].train, len(problem.emotions)
        self.memories = self.memories or [{} for _ in seeds]
        for run, (seed, size) in enumerate(zip(seeds, sizes(self.size, len(seeds)))):
            if size < K * (number + 1):
                raise SequifiError(
                    f"{size} rows of GDumb cannot hold {number + 1} corpora of {K} classes; take more."
                )
            generator = np.random.default_rng([seed, STREAM, 1, number])
            order = generator.permutation(rows)
            self.memories[run] = sample(
                self.memories[run], order, problem.labels[order] + K * number, int(size), generator
            )
