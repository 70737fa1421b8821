"""Exhibit: a method that remembers by looking at the present."""

from __future__ import annotations

import torch

from ...learning.methods.si import SI


class LiveViewSI(SI):
    """SI that keeps views of the weights where it needs copies.

    Shelf: bug.
    Wrong: ``p.detach()`` shares its memory with the weight. The weights before the step are then always those
    after it, every change is 0, every importance is 0, and the method is vanilla at any lambda, bit for bit.
    Seen in: avalanche 0.6.0 on CPU, where lambda 1, 1e3 and 1e6 gave the weights of its Naive strategy; the
    same sign in avalanche#734 and continual-learning-baselines#74.
    Told apart by: tests/learning/test_regularisation.py::test_si_on_live_views_is_vanilla_at_any_strength.
    """

    def _set_off(self, head):
        self.begun = self.before = [p.detach() for p in head.parameters()]  # no .clone()
        self.omega = [torch.zeros_like(p) for p in self.begun]
