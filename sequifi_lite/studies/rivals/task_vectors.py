"""Task arithmetic, TIES and DARE: what each corpus changed about theta_0, added up after training."""

from __future__ import annotations

import torch

from ...learning.methods._runs import per_run, weights
from ...learning.methods.method import Method


class TaskArithmetic(Method):
    """Train a copy of theta_0 on every corpus, and add the mean of their changes.

        tau_c = theta_c - theta_0,    theta = theta_0 + gamma (1/C) sum_c tau_c

    C counts the corpora after the source, whose own change is nothing: theta_0 has learnt it. With one such
    corpus this is interpolation, for any gamma.

    Parameters
    ----------
    gamma : float or tensor (R,)

    Reference: Ilharco et al. 2023, Editing models with task arithmetic (arXiv 2212.04089), section 2.
    Differs from the paper in: the sum is divided by C, so that one gamma serves chains of any length; theta_0
    is the source model, not a model that was trained for nothing in particular.
    Cost: one copy of the weights for each corpus; one model to predict.
    Verified against: models trained alone and added up in a loop; gamma 0 is the source model.
    """

    name = "task-arithmetic"
    strength, grid = "gamma", (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)

    def __init__(self, gamma=1.0):
        self.gamma, self.changes = self.number("gamma", gamma), []

    def after_corpus(self, head, problem, number, seeds):
        if number == 0:
            self.source = head.select(range(head.runs))
            return
        change = [p - q for p, q in zip(weights(head), weights(self.source))]
        self.changes.append(self.thinned(change, number, seeds))

    def before_corpus(self, head, problem, number, seeds):
        return self.source.select(range(head.runs))

    def thinned(self, change: list[torch.Tensor], number: int, seeds) -> list[torch.Tensor]:
        """Prepare one corpus's change: nothing is left out."""
        return change

    def merged(self, changes: torch.Tensor) -> torch.Tensor:
        """Merge the changes of a parameter (C, R, ...): their mean."""
        return changes.mean(0)

    @torch.no_grad()
    def model(self, head):
        copy = self.source.select(range(head.runs))
        for p, *changes in zip(copy.parameters(), *self.changes) if self.changes else ():
            p.add_(per_run(self.gamma, p) * self.merged(torch.stack(changes)))
        return copy


class TIES(TaskArithmetic):
    """Keep the largest entries of each change, settle on a sign for every weight, average those that agree.

        trim: the share `keep` of largest |tau_c|;   s = sign(sum_c tau_c);   mean over {c: sign(tau_c) = s}

    Parameters
    ----------
    gamma : float or tensor (R,)
    keep : float
        Share of the weights that a change may keep, above 0 up to 1.

    Reference: Yadav et al. 2023, TIES-Merging (arXiv 2306.01708), section 4.
    Differs from the paper in: as `TaskArithmetic`. With one corpus after the source it trims alone.
    Cost: as `TaskArithmetic`.
    Verified against: the three steps weight by weight.
    """

    name = "ties"

    def __init__(self, gamma=1.0, keep: float = 0.2):
        super().__init__(gamma)
        self.keep = self.number("keep", keep, 0, 1, open_=True)

    def thinned(self, change, number, seeds):
        sizes = torch.cat([c.abs().reshape(len(c), -1) for c in change], 1)
        most = max(1, round(self.keep * sizes.shape[1]))
        least = sizes.kthvalue(sizes.shape[1] - most + 1, dim=1).values
        return [torch.where(c.abs() >= per_run(least, c), c, 0) for c in change]

    def merged(self, changes):
        agree = (changes.sign() == changes.sum(0).sign()) & (changes != 0)
        return (changes * agree).sum(0) / agree.sum(0).clamp(min=1)


class DARE(TaskArithmetic):
    """Drop entries of each change at random, and enlarge the others so that the mean stays.

        tau_c <- m * tau_c / (1 - p),    m_i = 0 with probability p

    Parameters
    ----------
    gamma : float or tensor (R,)
    drop : float
        p.

    Reference: Yu et al. 2024, Language models are super Mario (arXiv 2311.03099), section 3.
    Differs from the paper in: as `TaskArithmetic`.
    Cost: as `TaskArithmetic`.
    Verified against: the mean over many draws is the change itself; drop 0 is task arithmetic.
    """

    name = "dare"

    def __init__(self, gamma=1.0, drop: float = 0.5):
        super().__init__(gamma)
        self.drop = self.number("drop", drop, 0, 0.999)

    def thinned(self, change, number, seeds):
        out = [torch.empty_like(c) for c in change]
        for run, seed in enumerate(seeds):
            generator = torch.Generator().manual_seed(int(seed) * 1009 + number)
            for c, thin in zip(change, out):
                stays = torch.rand(c.shape[1:], generator=generator) >= self.drop
                thin[run] = c[run] * stays / (1 - self.drop)
        return out
