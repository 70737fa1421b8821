"""Exhibit: a memory of one batch, whatever size was asked for."""

from __future__ import annotations

from ...learning.methods.agem import AGEM
from ...learning.schedule import BATCH


class OneBatchAGEM(AGEM):
    """A-GEM that keeps one batch of every corpus.

    Shelf: bug.
    Wrong: the quota of a corpus is computed and then not used; its memory is the first batch of the data
    loader. A sweep over memory sizes changes nothing and finds that the size does not matter.
    Seen in: mammoth, models/agem.py (2026-05): `samples_per_task` is assigned and never read,
    `next(iter(loader))` is stored.
    Told apart by: tests/learning/test_replay_bugs.py::test_a_memory_of_one_batch_ignores_the_size_asked_for.
    """

    def after_corpus(self, head, problem, number: int, seeds) -> None:
        super().after_corpus(head, problem, number, seeds)
        K = len(problem.emotions)
        wanted = self.per_class, self.choose
        self.per_class, self.choose = BATCH // K, "reservoir"  # the first rows of a shuffled corpus
        self.memories.pop()
        super().after_corpus(head, problem, number, seeds)
        self.per_class, self.choose = wanted
