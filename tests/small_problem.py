"""A small chain of drawn corpora in which there is something to forget.

What the tests of methods train on.
"""

import numpy as np
import torch

from sequifi_lite.data.problem import Problem
from sequifi_lite.data.splits import Split
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.loop import train
from sequifi_lite.learning.schedule import shuffled


def small_problem(corpora=3, inputs=8, classes=4, clips=120, shift=2.0, seed=0) -> Problem:
    """Gaussian classes whose means move from corpus to corpus.

    Each corpus has `clips` rows, half for training.
    """
    generator = torch.Generator().manual_seed(seed)
    means = 2 * torch.randn(classes, inputs, generator=generator)
    X, y, parts = [], [], {}
    for number in range(corpora):
        labels = torch.arange(clips) % classes
        moved = means + number * shift * torch.randn(classes, inputs, generator=generator)
        X.append(moved[labels] + torch.randn(clips, inputs, generator=generator))
        y.append(labels)
        rows = np.arange(clips) + number * clips
        half, most = clips // 2, 3 * clips // 4
        parts[f"corpus{number}"] = Split(rows[:half], rows[half:most], rows[most:], scheme="speaker")
    emotions = tuple(f"class{k}" for k in range(classes))
    return Problem(tuple(parts), emotions, torch.cat(X), torch.cat(y), parts, None)


def small_source(problem: Problem, seed=0, hidden=16, steps=120, lr=1e-2) -> MLP:
    """A source model with its origin, as `sequifi_lite.source_model` leaves it."""
    head = MLP([seed], problem.X.shape[1], hidden, len(problem.emotions))
    train(head, problem.X, problem.y, shuffled(problem.parts[problem.corpora[0]].train, steps, [seed]), lr=lr)
    head.origin = {"seed": seed, "lr": lr, "hidden": hidden, "steps": steps}
    return head
