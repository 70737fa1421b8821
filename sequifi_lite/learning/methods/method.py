"""What a method is: vanilla fine-tuning with some of these answers changed."""

from __future__ import annotations

import torch

from ...errors import check_number, check_whole
from ..loop import cross_entropy
from ..schedule import Batch, Schedule


class Method:
    """Answer what `sequifi_lite.learning.sequence.train_sequence` asks at every corpus and at every step.

    A subclass changes one or two of these answers and leaves the others alone:

    =================  ==================================================================
    ``schedule``       what is seen, and in which order? (a memory is added here)
    ``objective``      what is minimised?
    ``projection``     how is the step bent? None, or a method (see `sequifi_lite.learning.loop.train`)
    ``step``           consolidation after every step
    ``stage_end``      consolidation at the end of every stage
    ``after_corpus``   what is taken from a corpus when it has been learnt, the source included
    ``before_corpus``  which model goes on to the next corpus
    ``model``          what predicts
    =================  ==================================================================

    The answers that stand here are those of vanilla fine-tuning.
    """

    name = ""
    #: The name of the one strength, its grid for tuning and for frontiers, and the value at which the method
    #: is vanilla, bit for bit.
    strength: str | None = None
    grid: tuple = ()
    neutral: float | None = None
    #: Whether the strength may be a tensor (R,), one value for each run of a call.
    strength_per_run = True

    #: Whether a chain has been learnt with this object: it remembers it, and takes no other.
    _chain_begun = False

    projection = None

    def number(self, name: str, value, low: float = 0.0, high: float = torch.inf, open_: bool = False):
        """Hand a strength on, a number or one per run, if it lies within its range."""
        return check_number(f"{name} of {type(self).__name__}", value, low, high, open_)

    def whole(self, name: str, value) -> int:
        """Hand a count on, if it is a whole number from 1."""
        return check_whole(f"{name} of {type(self).__name__}", value)

    def schedule(self, schedule: Schedule, problem, number: int, seeds) -> Schedule | None:
        """Make the schedule for corpus `number` of a problem from the plain one; None trains nothing."""
        return schedule

    def objective(self, head, batch: Batch) -> torch.Tensor:
        """Compute what is minimised, for each run: (R,)."""
        return cross_entropy(head, batch)

    def step(self, step: int, head, lr: float) -> None:
        """Do what follows the optimiser's step number `step` (from 1)."""

    def stage_end(self, head) -> None:
        """Do what follows the last step of a stage."""

    def after_corpus(self, head, problem, number: int, seeds) -> None:
        """Take what is wanted of corpus `number`, which has been learnt; number 0 is the source."""

    def before_corpus(self, head, problem, number: int, seeds):
        """Give the model that training on corpus `number` begins with."""
        return head

    def model(self, head):
        """Give what predicts: anything with ``predict(x) -> (R, n)``."""
        return head
