"""The settings that all chapters on methods share, so that methods can be compared from page to page.

On frozen embeddings, scaled to mean 0 and variance 1, fine-tuning on one more corpus hardly forgets. A method that cures
forgetting cannot be judged where there is none. These three settings were picked because vanilla fine-tuning forgets in them and
joint training shows that it need not; ``results/forgetting`` holds the figures, for these settings and for those passed over.
They were picked on validation parts, by looking at what vanilla does, before any method had been tried on them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from ..data.emotions import FOUR
from ..data.problem import Problem, problem
from ..learning.heads import MLP
from ..learning.source_model import source_model


@dataclass(frozen=True)
class Setting:
    """A chain of corpora, a head and a budget. Replicate r = 0..4 is fold r, source seed r and data seed r.

    Attributes
    ----------
    corpora : tuple of str
        The first is the source.
    hidden : int or tuple of int
        Widths of the head's hidden layers.
    rewritten : bool
        Whether inputs are the raw embeddings and the source model, trained on scaled ones, is rewritten for them (`rewrite`).
    lr, steps : float, int
        Learning rate of Adam and T, for every corpus after the source: what makes vanilla learn new corpora best, on validation.
    source_steps : int
        Updates of the source model, of which the best on validation is kept.
    why : str
        What the setting is for, in one sentence.
    """

    name: str
    corpora: tuple[str, ...]
    why: str
    emotions: tuple[str, ...] = FOUR
    hidden: int | tuple[int, ...] = 128
    rewritten: bool = False
    lr: float = 1e-3
    steps: int = 200
    source_steps: int = 800

    def start(self, replicate: int) -> tuple[Problem, MLP]:
        """The problem of a replicate and its source model with one run; about a second on one thread."""
        world = problem(self.corpora, replicate, self.emotions)
        theta_0 = source_model(world, replicate, self.source_steps, hidden=self.hidden)
        return rewrite(world, theta_0, replicate) if self.rewritten else (world, theta_0)


CHAIN = Setting(
    "chain",
    ("cremad", "ravdess", "emodb", "mesd"),
    why="Four corpora in three languages, one after another: the later ones overwrite what the middle ones taught.",
)
PAIR = Setting(
    "pair",
    ("cremad", "emodb"),
    why="One step on raw embeddings, which share a large mean: every clip pushes the weights along the same direction.",
    rewritten=True,
)
DEEP = Setting(
    "deep",
    CHAIN.corpora,
    why="The chain with a layer of 256 units in front of the head, which stands in for an encoder that is trained, too.",
    hidden=(256, 128),
)
SETTINGS = {setting.name: setting for setting in (CHAIN, PAIR, DEEP)}


def rewrite(
    world: Problem, head: MLP, replicate: int, centred: bool = False, scaled: bool = False
) -> tuple[Problem, MLP]:
    """The same model for raw embeddings: predictions stay, and only the coordinates that training moves in are other ones.

    With x = (u - m) / s for raw u, the first layer x W + b is u W' + b' where W' = W / s (row by row) and b' = b - (m / s) W. So
    two runs that differ in nothing but scaling can start from one model. Trained from scratch, raw features would need several
    thousand steps to come as far.

    Parameters
    ----------
    world : Problem
        Scaled with the source's statistics (``zscore``).
    head : MLP
        Made for `world`.
    replicate : int
        The fold of `world`.
    centred, scaled : bool
        Leave the mean subtracted, or the columns divided by their spread: one half of the scaling without the other.

    Returns
    -------
    (Problem with another X, MLP)
        The model has no ``origin``: training on these inputs does not lead to it, so SI cannot walk its path.
    """
    raw = problem(world.corpora, replicate, world.emotions, "raw").X.double()
    train = raw[world.parts[world.corpora[0]].train]
    mean, spread = train.mean(0), train.std(0, unbiased=False)
    spread = torch.where(spread > 0, spread, 1)
    origin, unit = (
        (mean if centred else torch.zeros_like(mean)),
        (spread if scaled else torch.ones_like(spread)),
    )
    copy = head.select(range(head.runs))
    W = head.W1.detach().double()
    with torch.no_grad():
        copy.W1.copy_(W * (unit / spread)[:, None])
        copy.b1.copy_(copy.b1.double() - ((mean - origin) / spread).expand(head.runs, 1, -1) @ W)
    copy.origin = None
    return replace(world, X=((raw - origin) / unit).float()), copy
