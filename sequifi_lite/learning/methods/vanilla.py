"""Vanilla fine-tuning: go on training, with nothing done about the past. Every method is this one with something changed."""

from __future__ import annotations

import torch

from ..loop import cross_entropy
from ..schedule import Batch, Schedule


class Vanilla:
    """Minimise the cross-entropy of the new corpus, starting from the weights the past left behind.

        theta <- theta - eta * grad L(theta),   L = mean over the batch of -log p_theta(y | x)

    A method is a subclass that changes one or two of these answers and leaves the others alone:

    =================  ==================================================================
    ``schedule``       what is seen, and in which order? (a memory is added here)
    ``objective``      what is minimised?
    ``projection``     how is the step bent? None, or a method (see `sequifi_lite.learning.loop.train`)
    ``step``           consolidation after every step
    ``stage_end``      consolidation at the end of every stage
    ``look_back``      what is taken from a corpus when it has been learnt, the source included
    ``start``          which model goes on to the next corpus
    ``model``          what predicts
    =================  ==================================================================

    Reference: McCloskey & Cohen 1989 (doi 10.1016/S0079-7421(08)60536-8) for what comes of it.
    Differs from the paper in: nothing; it is the baseline.
    Cost: one forward and one backward pass a step; nothing kept.
    Verified against: a plain loop of torch.nn.Linear layers.
    """

    name = "vanilla"
    #: The one strength knob, its grid for tuning and for frontiers, and the value at which the method is vanilla, bit for bit.
    knob: str | None = None
    grid: tuple = ()
    neutral: float | None = None
    #: Whether the knob may be a tensor (R,), one value for each run of a call.
    knob_per_run = True

    projection = None

    def schedule(self, schedule: Schedule, world, number: int, seeds) -> Schedule | None:
        """The schedule for corpus `number` of `world` (a `Problem`), made from the plain one; None: nothing is trained."""
        return schedule

    def objective(self, head, batch: Batch) -> torch.Tensor:
        """What is minimised, for each run: (R,)."""
        return cross_entropy(head, batch)

    def step(self, step: int, head, lr: float) -> None:
        """After the optimiser's step number `step` (from 1)."""

    def stage_end(self, head) -> None:
        """After the last step of a stage."""

    def look_back(self, head, world, number: int, seeds) -> None:
        """Corpus `number` has been learnt; number 0 is the source."""

    def start(self, head, world, number: int, seeds):
        """The model that training on corpus `number` begins with."""
        return head

    def model(self, head):
        """What predicts: anything with ``predict(x) -> (R, n)``."""
        return head
