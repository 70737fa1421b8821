"""Exercises of chapter 10, SI and MAS: a test of the reader's function for each, hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _path_credit(function: Callable) -> None:
    gradients = np.array([[1.0, -2.0], [0.5, 1.0]])
    weights = np.array([[0.0, 0.0], [-1.0, 1.0], [-2.0, 3.0]])
    got = function(gradients, weights)
    if got is not None and got is not Ellipsis:
        if np.shape(got) == (2,) and np.allclose(got, [-1.5, 0.0]):
            raise Wrong("the sign is turned: a weight that moves against its gradient brings the loss down, and earns credit.")
        if np.shape(got) == (2,) and np.allclose(got, -gradients.sum(0) * (weights[-1] - weights[0])):
            raise Wrong("multiply step by step and sum afterwards; the sums of gradients and of changes have forgotten the path.")
    same(got, [1.5, 0.0], "for two steps of two weights")
    # On a quadratic with small steps the credit of each weight is what its part of the loss has lost.
    h, theta, path, slopes = np.array([0.5, 2.0, 7.0]), np.array([1.0, -2.0, 0.5]), [], []
    for _ in range(2_000):
        path.append(theta)
        slopes.append(h * theta)
        theta = theta - 1e-3 * h * theta
    path = np.array([*path, theta])
    expected = (-np.array(slopes) * np.diff(path, axis=0)).sum(0)
    same(
        function(np.array(slopes), path), expected, "on a quadratic loss, where it is the fall of each weight's part of the loss,"
    )


def _mas_of_biases(function: Callable) -> None:
    logits = np.array([[1.0, -3.0], [-1.0, -1.0]])
    got = function(logits)
    if got is not None and got is not Ellipsis and np.shape(got) == (2,):
        if np.allclose(got, np.abs(2 * logits.mean(0))):
            raise Wrong("the mean is taken before the absolute value, so clips cancel: the bug of the batched form.")
        if np.allclose(got, np.abs(logits).mean(0)):
            raise Wrong("the derivative of a square has a factor of 2.")
        if np.allclose(got, 2 * logits.mean(0)):
            raise Wrong("an importance is never negative: the absolute value is missing.")
    same(got, [2.0, 4.0], "for two clips and two classes")
    logits = np.random.default_rng(0).normal(size=(30, 4))
    same(function(logits), 2 * np.abs(logits).mean(0), "for 30 clips and four classes")


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "path_credit": (
        _path_credit,
        (
            "The change of the weights in each step is np.diff(weights, axis=0).",
            "A step changes the loss by about gradient times change, weight by weight. Credit is what the loss has lost.",
            "Multiply both tables element by element, sum over axis 0, and turn the sign.",
        ),
    ),
    "mas_of_biases": (
        _mas_of_biases,
        (
            "The bias of class k is added to logit k: the squared length has the derivative of z_k ** 2 with respect to it.",
            "That is 2 * z_k, for every clip.",
            "Absolute value first, then the mean over the clips, axis 0.",
        ),
    ),
}
