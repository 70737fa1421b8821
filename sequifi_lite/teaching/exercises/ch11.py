"""Exercises of chapter 11, learning without forgetting: a test of the reader's function for each, hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import log_softmax, softmax

from ._tools import Wrong, same


def _soften(function: Callable) -> None:
    logits = np.array([[2.0, 0.0, -1.0, 0.5], [0.0, 0.0, 0.0, 8.0]])
    got = function(logits, 2.0)
    if np.shape(got) == logits.shape:
        if np.allclose(got, softmax(logits * 2, 1)):
            raise Wrong("the temperature divides: here it makes the probabilities sharper.")
        if np.allclose(got, softmax(logits, 1) / 2):
            raise Wrong("the rows do not sum to 1: the temperature belongs inside the softmax.")
        if np.allclose(got, softmax(logits / 2, 0)):
            raise Wrong("the columns sum to 1, the rows should: classes are on axis 1.")
        if np.allclose(got, softmax(logits, 1)):
            raise Wrong("the temperature plays no part: these are the probabilities at T = 1.")
        if np.allclose(got, log_softmax(logits / 2, 1)):
            raise Wrong("these are logarithms; the probabilities themselves are asked for.")
        if not np.allclose(np.sum(got, 1), 1):
            raise Wrong(
                "the rows do not sum to 1: divide by the sum over the classes, after everything else."
            )
    same(got, softmax(logits / 2, 1), "for two clips at T = 2")
    same(function(logits, 1.0), softmax(logits, 1), "at T = 1")
    large = np.array([[2000.0, 1000.0, 0.0, 0.0]])
    with np.errstate(all="ignore"):
        got = function(large, 1000.0 / 3)
        if not np.isfinite(got).all():
            raise Wrong(
                "for logits in the thousands it returns NaN: divide by T first, and subtract the largest before exp."
            )
        same(got, softmax(large * 3 / 1000, 1), "for logits of 2000, 1000, 0 and 0 at T = 333.3")
        got = function(large, 1.0)
        if not np.isfinite(got).all():
            raise Wrong(
                "for logits in the thousands it returns NaN: subtract the largest before exp, which overflows."
            )
        same(got, [[1.0, 0.0, 0.0, 0.0]], "for the same logits at T = 1")
        apart = np.array([[2000.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
        got = function(apart, 1.0)
        if not np.isfinite(got).all():
            raise Wrong(
                "it subtracts the largest logit of all clips; take each clip's own, or a row of small ones becomes 0 / 0."
            )
        same(got, softmax(apart, 1), "for a clip with a logit of 2000 beside a clip without")


def _distil(function: Callable) -> None:
    generator = np.random.default_rng(0)
    student, teacher = 2 * generator.normal(size=(2, 6, 4))

    def right(student, teacher, T):
        p, q = log_softmax(teacher / T, 1), log_softmax(student / T, 1)
        return T**2 * (np.exp(p) * (p - q)).sum(1).mean()

    def entropy(z, T):
        return -(T**2) * (softmax(z / T, 1) * log_softmax(z / T, 1)).sum(1).mean()

    for T in (1.0, 3.0):
        got, expected = function(student, teacher, T), right(student, teacher, T)
        if np.shape(got) == (6,):
            raise Wrong("that is one number for each clip; the mean over the clips is missing.")
        if np.shape(got) == ():
            if T > 1 and np.isclose(got, expected / T**2):
                raise Wrong("the factor T ** 2 is missing: at T = 3 the term has a ninth of its strength.")
            if np.isclose(got, right(teacher, student, T)):
                raise Wrong(
                    "teacher and student are swapped: the teacher's probabilities are the weights of the sum."
                )
            if np.isclose(got, expected * 6):
                raise Wrong("take the mean over the clips, not the sum.")
            if np.isclose(got, expected / 4):
                raise Wrong("sum over the classes, and take the mean over the clips only.")
            if np.isclose(got, -expected):
                raise Wrong("the sign is turned: a divergence is never negative.")
            if T > 1 and np.isclose(got, expected / T):
                raise Wrong("the factor is T ** 2, not T.")
            if np.isclose(got, entropy(teacher, T) + expected):
                raise Wrong(
                    "that is the cross-entropy; subtract what it is when the student says the same as the teacher."
                )
            if T > 1 and np.isclose(got, T**2 * right(student, teacher, 1.0)):
                raise Wrong("the logits of both are divided by T before the softmax.")
            p = softmax(teacher / T, 1)
            if T > 1 and np.isclose(got, T**2 * (p * (np.log(p) - log_softmax(student, 1))).sum(1).mean()):
                raise Wrong("only the teacher is softened; the student's logits are divided by T as well.")
        same(got, expected, f"for six clips at T = {T:g}")
    same(function(teacher + 5, teacher, 2.0), 0.0, "for a student that says the same")


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "soften": (
        _soften,
        (
            "A temperature above 1 moves the logits closer together before the softmax.",
            "softmax(logits / T) along axis 1. exp of a large number overflows; the softmax does not mind a constant less.",
            "z = logits / T; z = z - z.max(axis=1, keepdims=True); then exp(z) over its sum.",
        ),
    ),
    "distil": (
        _distil,
        (
            "The divergence of a clip is the sum over classes of p * log(p / q), with p the teacher's softened probabilities.",
            "Take the logarithms from log_softmax, never from a softmax: log(p / q) is their difference.",
            "Mean over the clips, times T ** 2.",
        ),
    ),
}
