"""The settings that all chapters on methods share, so that methods can be compared from page to page.

On frozen embeddings, scaled to mean 0 and variance 1, fine-tuning on one more corpus hardly forgets. A method
that cures forgetting cannot be judged where there is none. These three settings were picked because vanilla
fine-tuning forgets in them and joint training shows that it need not; ``results/forgetting`` holds the
figures, for these settings and for those passed over. They were picked on validation parts, by looking at
what vanilla does, before any method had been tried on them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import torch

from ..data.emotions import FOUR
from ..data.problem import Problem, load_problem
from ..learning.heads import MLP
from ..learning.source_model import train_source_model

REPLICATES = range(5)


@dataclass(frozen=True)
class Scenario:
    """A chain of corpora, a head and a budget. Replicate r = 0..4 is fold r, source seed r and data seed r.

    Attributes
    ----------
    corpora : tuple of str
        The first is the source.
    hidden : int or tuple of int
        Widths of the head's hidden layers.
    rewritten : bool
        Whether inputs are the raw embeddings and the source model, trained on scaled ones, is rewritten for
        them (`rewrite`).
    lr, steps : float, int
        Learning rate of Adam and T, for every corpus after the source: what makes vanilla learn new corpora
        best, on validation.
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

    @property
    def fields(self) -> dict:
        """What a `sequifi_lite.studies.training_run.Cell` on this setting is told, but for its variant."""
        fields = {"corpora": self.corpora, "emotions": self.emotions, "hidden": self.hidden, "lr": self.lr}
        fields |= {"T": self.steps, "source_steps": self.source_steps}
        return fields | {"scaling": "raw, rewritten" if self.rewritten else "zscore"}

    def start(self, replicate: int) -> tuple[Problem, MLP]:
        """The problem of a replicate and its source model with one run; about a second on one thread."""
        problem = load_problem(self.corpora, replicate, self.emotions)
        source_model = train_source_model(problem, replicate, self.source_steps, hidden=self.hidden)
        return rewrite(problem, source_model, replicate) if self.rewritten else (problem, source_model)


CHAIN = Scenario(
    "chain",
    ("cremad", "ravdess", "emodb", "mesd"),
    why=(
        "Four corpora in three languages, one after another: the later ones overwrite what the middle ones"
        " taught."
    ),
)
PAIR = Scenario(
    "pair",
    ("cremad", "emodb"),
    why=(
        "One new corpus, on raw embeddings, which share a large mean: a step for one clip moves the answers"
        " to all."
    ),
    rewritten=True,
)
DEEP = Scenario(
    "deep",
    CHAIN.corpora,
    why=(
        "The chain with a layer of 256 units in front of the head, an analogy to an encoder that is"
        " trained, too."
    ),
    hidden=(256, 128),
)
SCENARIOS = {setting.name: setting for setting in (CHAIN, PAIR, DEEP)}


def rewrite(
    problem: Problem, head: MLP, replicate: int, centred: bool = False, scaled: bool = False
) -> tuple[Problem, MLP]:
    """The same model for raw embeddings.

    Predictions stay, and only the coordinates that training moves in are other ones.

    With x = (u - m) / s for raw u, the first layer x W + b is u W' + b' where W' = W / s (row by row) and b'
    = b - (m / s) W. So two runs that differ in nothing but scaling can start from one model. Trained from
    scratch, raw features would need several thousand steps to come as far.

    Parameters
    ----------
    problem : Problem
        Scaled with the source's statistics (``zscore``).
    head : MLP
        Made for `problem`.
    replicate : int
        The fold of `problem`.
    centred, scaled : bool
        Leave the mean subtracted, or the columns divided by their spread: one half of the scaling without the
        other.

    Returns
    -------
    (Problem with another X, MLP)
        The model has no ``origin``: training on these inputs does not lead to it, so SI cannot walk its path.
    """
    raw = load_problem(problem.corpora, replicate, problem.emotions, "raw").X.double()
    train = raw[problem.parts[problem.corpora[0]].train]
    mean, spread = train.mean(0), train.std(0, unbiased=False)
    spread = torch.where(spread > 0, spread, 1)
    origin = mean if centred else torch.zeros_like(mean)
    unit = spread if scaled else torch.ones_like(spread)
    copy = head.select(range(head.runs))
    W, (W1, b1) = head.layers[0][0].detach().double(), copy.layers[0]
    with torch.no_grad():
        W1.copy_(W * (unit / spread)[:, None])
        b1.copy_(b1.double() - ((mean - origin) / spread).expand(head.runs, 1, -1) @ W)
    copy.origin = None
    return replace(problem, X=((raw - origin) / unit).float()), copy


def domain_aware(problem: Problem, head: MLP, replicate: int) -> tuple[Problem, MLP]:
    """The problem with every corpus scaled by mean and standard deviation of its own training rows.

    So the corpus has to be known when a clip is tested. The head stays: the source is scaled like that
    already.
    """
    X = load_problem(problem.corpora, replicate, problem.emotions, "raw").X.double()
    for name, part in problem.parts.items():
        rows = (problem.clips["corpus"] == name).to_numpy(copy=True)
        own = X[part.train]
        X[rows] = (X[rows] - own.mean(0)) / own.std(0, unbiased=False).clamp_min(1e-12)
    return replace(problem, X=X.float()), head


#: Scalings made of the ``zscore`` problem and its source model: f(problem, model, replicate) -> both.
RESCALED = {
    "domain-aware": domain_aware,
    "raw, rewritten": rewrite,
    "centred, rewritten": partial(rewrite, centred=True),
    "uncentred, rewritten": partial(rewrite, scaled=True),
}
