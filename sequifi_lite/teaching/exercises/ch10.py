"""Exercises of chapter 10, SI and MAS: a test of the reader's function for each, hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import softmax

from ._tools import Wrong, same


def _path_credit(function: Callable) -> None:
    generator = np.random.default_rng(0)
    gradients, weights = generator.normal(size=(4, 3)), generator.normal(size=(5, 3))
    changes = np.diff(weights, axis=0)
    earned = -gradients * changes
    mistakes = (
        (
            -earned.sum(0),
            "the sign is turned: a weight that moves against its gradient brings the loss down, and earns credit.",
        ),
        (
            -gradients.sum(0) * (weights[-1] - weights[0]),
            "multiply step by step and sum afterwards; the sums of gradients and of changes have forgotten the path.",
        ),
        (np.abs(earned).sum(0), "a weight that moves up its gradient pays: no absolute value here."),
        (
            np.maximum(earned, 0).sum(0),
            "a weight that moves up its gradient pays: negative products count, too.",
        ),
        (
            (gradients**2).sum(0),
            "the square of the gradient is the credit of plain SGD only; take the changes that were made.",
        ),
        (
            -(gradients * weights[1:]).sum(0),
            "a gradient is multiplied with the change of the weight, not with the weight.",
        ),
        (
            -(gradients * weights[:-1]).sum(0),
            "a gradient is multiplied with the change of the weight, not with the weight.",
        ),
        (
            -(gradients[1:] * changes[:-1]).sum(0),
            "it is off by one: each gradient belongs to the step that comes after it.",
        ),
        (earned.mean(0), "sum over the steps; the mean is smaller by the number of steps."),
        (
            earned.sum(1),
            "this is one number for each step; sum over the steps, axis 0, and one for each weight is left.",
        ),
        (earned, "these are the credits of single steps; sum them over axis 0."),
        (earned.sum(), "this is the credit of all weights together; sum over axis 0 only."),
    )
    got = function(gradients, weights)
    for wrong, reason in mistakes:
        if np.shape(got) == np.shape(wrong) and np.allclose(got, wrong):
            raise Wrong(reason)
    same(got, earned.sum(0), "for four steps of three weights")
    gradients = np.array([[1.0, -2.0], [0.5, 1.0]])
    weights = np.array([[0.0, 0.0], [-1.0, 1.0], [-2.0, 3.0]])
    same(function(gradients, weights), [1.5, 0.0], "for two steps of two weights")
    # On a quadratic with small steps the credit of each weight is what its part of the loss has lost.
    h, theta, path, slopes = np.array([0.5, 2.0, 7.0]), np.array([1.0, -2.0, 0.5]), [], []
    for _ in range(2_000):
        path.append(theta)
        slopes.append(h * theta)
        theta = theta - 1e-3 * h * theta
    path = np.array([*path, theta])
    expected = (-np.array(slopes) * np.diff(path, axis=0)).sum(0)
    same(
        function(np.array(slopes), path),
        expected,
        "on a quadratic loss, where it is the fall of each weight's part of the loss,",
    )


def _mas_of_biases(function: Callable) -> None:
    logits = np.array([[1.0, -3.0], [-1.0, -1.0]])
    got = function(logits)
    if np.shape(got) == (2,):
        if np.allclose(got, np.abs(2 * logits.mean(0))):
            raise Wrong(
                "the mean is taken before the absolute value, so clips cancel: the bug of the batched form."
            )
        if np.allclose(got, np.abs(logits).mean(0)):
            raise Wrong("the derivative of a square has a factor of 2.")
        if np.allclose(got, 2 * logits.mean(0)):
            raise Wrong("an importance is never negative: the absolute value is missing.")
        if np.allclose(got, (logits**2).mean(0)):
            raise Wrong(
                "that is the squared length itself; its derivative with respect to the bias is asked for."
            )
        if np.allclose(got, (4 * logits**2).mean(0)):
            raise Wrong(
                "MAS takes the absolute value of the derivative; the square would be the way of the Fisher information."
            )
        if np.allclose(got, 2 * np.abs(logits).sum(0)):
            raise Wrong("take the mean over the clips, not the sum.")
        if np.allclose(got, 2 * np.abs(logits).mean(1)):
            raise Wrong("there is one number for each clip; the mean is over the clips, axis 0.")
        if np.allclose(got, 2 * softmax(logits, 1).mean(0)):
            raise Wrong("MAS asks for the logits as they are; there is no softmax in it.")
    if np.shape(got) == (2, 2) and np.allclose(got, 2 * np.abs(logits)):
        raise Wrong("the mean over the clips is missing.")
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
