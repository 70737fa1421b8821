"""Vanilla fine-tuning: go on training, with nothing done about the past."""

from __future__ import annotations

from .method import Method


class Vanilla(Method):
    """Minimise the cross-entropy of the new corpus, starting from the weights the past left behind.

        theta <- theta - eta * grad L(theta),   L = mean over the batch of -log p_theta(y | x)

    Reference: McCloskey & Cohen 1989 (doi 10.1016/S0079-7421(08)60536-8) for what comes of it.
    Differs from the paper in: nothing; it is the baseline.
    Cost: one forward and one backward pass a step; nothing kept.
    Verified against: a plain loop of torch.nn.Linear layers.
    """

    name = "vanilla"
