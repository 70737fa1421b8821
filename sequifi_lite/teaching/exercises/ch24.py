"""Exercises of chapter 24, what it costs: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...studies.plans.budget import compare
from ._tools import Wrong, same


def _flops_per_step(function: Callable) -> None:
    # The first case has widths at which no two of the answers below are the same number.
    for batch, inputs, hidden, classes in (
        (32, 1024, 128, 4),
        (1, 1, 1, 1),
        (64, 256, 128, 4),
        (32, 512, 7, 6),
    ):
        got = function(batch, inputs, hidden, classes)
        first, second = 2 * batch * inputs * hidden, 2 * batch * hidden * classes
        right = 2 * first + 3 * second
        if np.shape(got) == ():
            for value, reason in (
                (first + second, "this is the forward pass alone; the gradients are matrix products too."),
                (
                    (first + second) / 2,
                    "this is the forward pass alone, and in it an addition goes with every multiplication.",
                ),
                (
                    right / 2,
                    "a multiplication and an addition are two operations, so it is half of what it should be.",
                ),
                (
                    3 * (first + second),
                    "nobody asks for the gradient with respect to the inputs of the network: the encoder is frozen.",
                ),
                (
                    3 * first + 2 * second,
                    "two layers are mixed up: the error goes back through the weights of the second layer, not of the first.",
                ),
                (
                    2 * (first + second),
                    "to reach the first layer, the gradient has to go back through the weights of the second.",
                ),
                (first + 2 * second, "the gradient of the first layer's weights is a matrix product too."),
                (right / batch, "this is for one row; a step has a batch of them."),
            ):
                if got == value and value != right:
                    raise Wrong(reason)
            if right < got < 1.1 * right and batch == 32 and inputs == 1024:
                raise Wrong(
                    "it is a little too much: leave out biases, ReLU, loss and optimiser; count matrix products only."
                )
        same(got, right, f"for a batch of {batch} and widths {inputs}, {hidden}, {classes}")


def _not_inferior(function: Callable) -> None:
    generator = np.random.default_rng(0)

    def runs(n, spread, mean):
        noise = generator.normal(0, 1, n)
        return (noise - noise.mean()) / noise.std(ddof=1) * spread + mean

    cases = (
        (
            "runs that gain 2 points each",
            runs(25, 0.1, 2),
            True,
            "a gain is no loss, however significant it is",
        ),
        ("runs that lose 3 points each", runs(25, 0.1, -3), False, "a loss beyond the margin is not allowed"),
        (
            "a mean loss of 0.5 points that is known exactly",
            runs(25, 0.1, -0.5),
            True,
            "a loss is allowed if it is smaller than the margin",
        ),
        (
            "a mean loss of 0.5 points with a spread of 5",
            runs(25, 5, -0.5),
            False,
            "the mean alone does not rule a loss out",
        ),
        (
            "no mean difference at all with a spread of 6",
            runs(25, 6, 0),
            False,
            "where nothing is significant a loss of the margin is still possible",
        ),
        (
            "a mean gain of 0.4 points, not significant, with a spread of 3",
            runs(25, 3, 0.4),
            True,
            "a mean of n runs spreads less than one run, by the root of n",
        ),
    )
    four = runs(4, 1, 0)
    few = (
        (
            1.1,
            False,
            "for so few runs the normal quantile, 1.96, is too small: take Student's t with n - 1 degrees of freedom",
        ),
        (1.3, False, "a two-sided interval of 95 % leaves 2.5 % below it: take the quantile at 0.975"),
        (1.5, False, "the standard deviation of a sample divides by n - 1: ddof=1"),
        (1.7, True, "the margin is an argument"),
    )
    cases = [(case, values, 1.0, *rest) for case, values, *rest in cases]
    cases += [("four runs without a mean difference and with a spread of 1", four, *rest) for rest in few]
    for case, differences, margin, expected, reason in cases:
        got = function(differences, margin)
        if np.shape(got) != () or got not in (True, False):
            raise Wrong(f"it returns {got!r}, and should return True or False.")
        if bool(got) != expected:
            low = compare(differences, np.zeros(len(differences)))["vs_full_low"]
            raise Wrong(
                f"for {case} the interval begins at {low:.1f}, so with a margin of {margin} it should return {expected}, and "
                f"returns {bool(got)}; {reason}."
            )


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
