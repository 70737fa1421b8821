"""Exhibit: five seeds that are one."""

from __future__ import annotations

from collections.abc import Sequence

from ...learning.heads import MLP


def one_initialisation(seeds: Sequence[int], inputs: int = 1024, hidden: int = 128, classes: int = 4) -> MLP:
    """A head for every seed, all with the weights of the first.

    Shelf: bug.
    Wrong: the seed is set once, before a loop whose models then share it, or the model is built before the
    seeds are read. Runs differ in the order of the data alone, so the spread over "seeds" leaves out that of
    the initial weights, and intervals are too narrow.
    Seen in: PyCIL, whose five seeds have one initialisation.
    Told apart by: tests/evaluation/test_metric_bugs.py::test_five_seeds_are_five_initial_weights.
    """
    return MLP([seeds[0]] * len(seeds), inputs, hidden, classes)
