"""Early stopping as a method: each stage of a corpus ends with its best weights on validation."""

from __future__ import annotations

from .early_stopping import BestOnValidation
from .vanilla import Vanilla


class EarlyStopping(Vanilla):
    """Every stage of the new corpus ends with its best weights on validation rows of that corpus, of all classes.

    Parameters
    ----------
    every : int
        Steps between two looks.

    Reference: Prechelt 1998, Early Stopping - But When? (doi 10.1007/3-540-49430-8_3).
    Differs from the paper in: the stage runs in full and the weights are put back afterwards.
    Cost: one copy of the weights; a forward pass over the validation rows at every look. It sees labels of all classes, so what
    it is compared with has to see them too.
    Verified against: `BestOnValidation` handed to the loop.
    """

    name = "early-stopping"

    def __init__(self, every: int = 5):
        self.every = every

    def schedule(self, schedule, world, number, seeds):
        rows = world.parts[world.corpora[number]].valid
        self.best = BestOnValidation(world.X, world.y, rows, self.every)
        self.step, self.stage_end = self.best.step, self.best.stage_end
        return schedule
