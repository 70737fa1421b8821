"""Exercises of chapter 09, elastic weight consolidation: a test of the reader's function for each, hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _proximal_step(function: Callable) -> None:
    theta, star = np.array([1.0, 1.0, -2.0, 3.0]), np.array([0.0, 0.0, 2.0, 3.0])
    omega = np.array([0.0, 1.0, 3.0, 5.0])
    kept = theta.copy(), star.copy(), omega.copy()
    got = function(theta, star, omega, 1.0)
    if not all(np.array_equal(now, before) for now, before in zip((theta, star, omega), kept)):
        raise Wrong("it changes the arrays that it is given (+= and /= do that); make a new one.")
    if np.shape(got) == (4,):
        if np.allclose(got, theta - omega * (theta - star)):
            raise Wrong(
                "that is a step along the penalty's gradient. At a strength of 100 it would land far behind the anchor."
            )
        if np.allclose(got, (theta + omega * star) / 2):
            raise Wrong("where omega is 0 a weight should stay where it is.")
        if np.allclose(got, (star + omega * theta) / (1 + omega)):
            raise Wrong("theta and star are swapped: a stiff spring should bring a weight near star.")
        if np.allclose(got, theta + omega * star):
            raise Wrong(
                "it is not divided by 1 + strength * omega, so a weight that is at its anchor already moves away."
            )
        if np.allclose(got, (theta + 2 * omega * star) / (1 + 2 * omega)):
            raise Wrong(
                "the springs are twice too stiff: the derivative of the square cancels the 1/2 in front."
            )
        if np.allclose(got, (theta + omega * star / 2) / (1 + omega / 2)):
            raise Wrong(
                "the springs are half as stiff as they should be: both terms have the 1/2, so it drops out."
            )
    same(got, [1.0, 0.5, 1.0, 3.0], "for omega = [0, 1, 3, 5] and strength 1")
    free = function(theta, star, omega, 0.0)
    if np.shape(free) == (4,) and np.allclose(free, got):
        raise Wrong("the strength plays no part: at strength 0 no weight should move.")
    same(free, theta, "at strength 0")
    same(function(theta, star, omega, 1e12), [1.0, 0.0, 2.0, 3.0], "at an enormous strength")
    generator = np.random.default_rng(0)
    theta, star, omega = generator.random((3, 50))
    same(
        function(theta, star, omega, 0.3),
        (theta + 0.3 * omega * star) / (1 + 0.3 * omega),
        "for 50 weights and strength 0.3",
    )


def _fisher_of_biases(function: Callable) -> None:
    sure = np.array([[50.0, 0, 0, 0], [0, 50.0, 0, 0]])
    logits = np.random.default_rng(0).normal(size=(40, 5))
    e = np.exp(logits)
    p = e / e.sum(1, keepdims=True)
    right, turned = p * (1 - p), e / e.sum(0)
    mistakes = (
        (right.sum(0), "take the mean over the clips, not the sum."),
        (
            right.mean(1),
            "there is one number for each clip; the mean is over the clips, axis 0, and leaves one for each class.",
        ),
        (right, "the mean over the clips is missing."),
        (
            (p**2).mean(0),
            "with probability p_k class k itself is asked for, and the derivative is then p_k - 1, not p_k.",
        ),
        (
            ((1 - p) ** 2).mean(0),
            "(1 - p_k)**2 is the square for class k; the other classes are missing, and the probabilities.",
        ),
        (
            (p * (1 - p) ** 2).mean(0),
            "the bias of class k also has a gradient when another class is asked for: p_k, with 1 - p_k.",
        ),
        (
            p.mean(0) * (1 - p.mean(0)),
            "the mean is taken before the square: first every clip's own p (1 - p), then the mean.",
        ),
        (
            (turned * (1 - turned)).mean(0),
            "the softmax is along axis 0: the probabilities of a clip, a row, should sum to 1.",
        ),
        ((logits * (1 - logits)).mean(0), "logits are not probabilities: the softmax is missing."),
    )
    got = function(logits)
    for wrong, reason in mistakes:
        if np.shape(got) == wrong.shape and np.allclose(got, wrong):
            raise Wrong(reason)
    same(got, right.mean(0), "for 40 clips and 5 classes")
    same(
        function(np.zeros((3, 4))),
        np.full(4, 0.1875),
        "for a model that finds all four classes equally likely",
    )
    same(function(sure), np.zeros(4), "for a model that is sure of everything")


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
