"""Exercises of chapter 09, elastic weight consolidation: a test of the reader's function for each, hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _proximal_step(function: Callable) -> None:
    theta, star = np.array([1.0, 1.0, -2.0, 3.0]), np.array([0.0, 0.0, 2.0, 3.0])
    omega = np.array([0.0, 1.0, 3.0, 5.0])
    got = function(theta, star, omega, 1.0)
    if got is not None and got is not Ellipsis and np.shape(got) == (4,):
        if np.allclose(got, theta - omega * (theta - star)):
            raise Wrong("that is a step along the penalty's gradient. At a strength of 100 it would land far behind the anchor.")
        if np.allclose(got, (theta + omega * star) / 2):
            raise Wrong("where omega is 0 a weight should stay where it is.")
    same(got, [1.0, 0.5, 1.0, 3.0], "for omega = [0, 1, 3, 5] and strength 1")
    same(function(theta, star, omega, 0.0), theta, "at strength 0")
    same(function(theta, star, omega, 1e12), [1.0, 0.0, 2.0, 3.0], "at an enormous strength")
    generator = np.random.default_rng(0)
    theta, star, omega = generator.random((3, 50))
    same(function(theta, star, omega, 0.3), (theta + 0.3 * omega * star) / (1 + 0.3 * omega), "for 50 weights and strength 0.3")


def _fisher_of_biases(function: Callable) -> None:
    sure = np.array([[50.0, 0, 0, 0], [0, 50.0, 0, 0]])
    same(function(np.zeros((3, 4))), np.full(4, 0.1875), "for a model that finds all four classes equally likely")
    same(function(sure), np.zeros(4), "for a model that is sure of everything")
    logits = np.random.default_rng(0).normal(size=(40, 5))
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    got = function(logits)
    if np.shape(got) == (5,) and np.allclose(got, (p**2).mean(0)):
        raise Wrong("the bias of class k also has a gradient when another class is asked for: p_k, with probability 1 - p_k.")
    if np.shape(got) == (5,) and np.allclose(got, (p.mean(0) * (1 - p.mean(0)))):
        raise Wrong("the mean is taken before the square: first every clip's own p (1 - p), then the mean.")
    same(got, (p * (1 - p)).mean(0), "for 40 clips and 5 classes")


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "proximal_step": (
        _proximal_step,
        (
            "At the minimum the pull of the spring equals the pull back to where the optimiser arrived.",
            "Set the derivative of strength * omega * (t - star)**2 / 2 + (t - theta)**2 / 2 with respect to t to zero.",
            "t * (1 + strength * omega) = theta + strength * omega * star.",
        ),
    ),
    "fisher_of_biases": (
        _fisher_of_biases,
        (
            "The bias of class k is added to logit k, so its derivative is that of the logit: p_k, less 1 if k is asked for.",
            "With probability p_k the squared derivative is (1 - p_k)**2, with probability 1 - p_k it is p_k**2.",
            "Both together are p_k * (1 - p_k); then the mean over the clips, axis 0.",
        ),
    ),
}
