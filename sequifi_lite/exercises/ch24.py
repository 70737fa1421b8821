"""Exercises of chapter 24, what it costs: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..less_work import compare
from ._tools import Wrong, same


def _flops_per_step(function: Callable) -> None:
    for batch, inputs, hidden, classes in ((1, 1, 1, 1), (32, 1024, 128, 4), (64, 256, 128, 4), (32, 512, 7, 6)):
        got = function(batch, inputs, hidden, classes)
        first, second = 2 * batch * inputs * hidden, 2 * batch * hidden * classes
        if got is not None and np.shape(got) == ():
            if got == first + second:
                raise Wrong("this is the forward pass alone; the gradients are matrix products too.")
            if 2 * got == 2 * first + 3 * second:
                raise Wrong("a multiplication and an addition are two operations, so it is half of what it should be.")
            if got == 3 * (first + second):
                raise Wrong("nobody asks for the gradient with respect to the inputs of the network: the encoder is frozen.")
            if got == 2 * (first + second):
                raise Wrong("to reach the first layer, the gradient has to go back through the weights of the second.")
        same(got, 2 * first + 3 * second, f"for a batch of {batch} and widths {inputs}, {hidden}, {classes}")


def _not_inferior(function: Callable) -> None:
    generator = np.random.default_rng(0)
    noise = generator.normal(0, 1, 25)
    noise = (noise - noise.mean()) / noise.std(ddof=1)
    cases = (
        ("runs that gain 2 points each", noise * 0.1 + 2, True),
        ("runs that lose 3 points each", noise * 0.1 - 3, False),
        ("a mean loss of 0.5 points that is known exactly", noise * 0.1 - 0.5, True),
        ("a mean loss of 0.5 points with a spread of 5", noise * 5 - 0.5, False),
        ("no mean difference at all with a spread of 6", noise * 6, False),
        ("a mean gain of 0.4 points, not significant, with a spread of 3", noise * 3 + 0.4, True),
    )
    for case, differences, expected in cases:
        got = function(differences, 1.0)
        if got is None or got is Ellipsis:
            raise Wrong("it returns nothing so far.")
        if bool(got) != expected:
            low = compare(differences, np.zeros(25))["vs_full_low"]
            raise Wrong(f"for {case} the interval begins at {low:.1f}, so it should return {expected}, and returns {bool(got)}.")


EXERCISES = {
    "flops_per_step": (
        _flops_per_step,
        (
            "Count the matrix products: those that give the logits, and those that give the gradients of both weight matrices.",
            "A product of (a, b) and (b, c) takes 2abc operations. Forward: two products. Backward: one for each weight matrix, "
            "and one that takes the gradient from the logits back to the hidden layer.",
            "With f = 2 * batch * inputs * hidden and s = 2 * batch * hidden * classes it is 2 * f + 3 * s.",
        ),
    ),
    "not_inferior": (
        _not_inferior,
        (
            "A mean that looks good is not enough, and a difference that is not significant is no proof that there is none.",
            "Ask how bad the truth could be: the lower end of a confidence interval of the mean difference.",
            "Return whether differences.mean() - t * differences.std(ddof=1) / sqrt(n) is above -margin, with t the 97.5 % "
            "quantile of Student's t with n - 1 degrees of freedom: scipy.stats.t.ppf(0.975, n - 1).",
        ),
    ),
}
