"""Exhibit: importances of a network that dropout is still thinning out."""

from __future__ import annotations

import torch
from torch import nn


def train_mode_fisher(net: nn.Module, X: torch.Tensor, y: torch.Tensor) -> list[torch.Tensor]:
    """Empirical Fisher information of a plain torch network, clip by clip, in training mode.

    Shelf: bug.
    Wrong: dropout is on while the gradients are taken, so the importances are those of random parts of the
    network, differ from call to call, and the network is left in training mode. With batch normalisation its
    statistics would move as well.
    Seen in: PyCIL ``ewc.py`` calls ``train()``; mammoth leaves the mode on, with augmented images; avalanche
    had it until avalanche#723, whose author saw 3 to 4 points of false gain.
    Told apart by: tests/learning/test_fisher.py::test_training_mode_gives_another_fisher_at_every_call.
    """
    net.train()
    total = [torch.zeros_like(p) for p in net.parameters()]
    for x, label in zip(X, y):
        loss = nn.functional.cross_entropy(net(x[None]), label[None])
        total = [t + g**2 for t, g in zip(total, torch.autograd.grad(loss, list(net.parameters())))]
    return [t / len(X) for t in total]
