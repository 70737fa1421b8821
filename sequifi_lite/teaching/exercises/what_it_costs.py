"""Exercises of the chapter on what it costs."""

import numpy as np

from ...studies.plans.budget import compare
from ._tools import Answer, mistakes, refuse


def flops_per_step(answer: Answer) -> None:
    """Ask for the operations of a training step, counted in matrix products.

    - Count the matrix products: those that give the logits, and those that give the gradients of both weight
      matrices.
    - A product of (a, b) and (b, c) takes 2abc operations. Forward: two products. Backward: one for each
      weight matrix, and one that takes the gradient from the logits back to the hidden layer.
    - Count the products of each layer apart: nobody asks for the gradient of the inputs, but the error has
      to come back to the hidden layer.
    """
    # The first case has widths at which no two of the answers below are the same number.
    for widths in ((32, 1024, 128, 4), (1, 1, 1, 1), (64, 256, 128, 4), (32, 512, 7, 6)):
        batch, inputs, hidden, classes = widths
        got, f, s = answer(*widths), 2 * batch * inputs * hidden, 2 * batch * hidden * classes
        right = 2 * f + 3 * s
        much = (
            "it is a little too much: leave out biases, ReLU, loss and optimiser; count matrix products only."
        )
        refuse(inputs == 1024 and np.shape(got) == () and right < got < 1.1 * right, much)
        forward, half, no_way_back = (f + s) / 2, right / 2, 2 * (f + s)
        known = {
            "this is the forward pass alone; the gradients are matrix products too.": f + s,
            "this is the forward pass alone, and in it an addition goes with every multiplication.": forward,
            "a multiplication and an addition are two operations, so it is half of what it should be.": half,
            "nobody asks for the gradient with respect to the inputs of the network: the encoder is "
            "frozen.": 3 * (f + s),
            "two layers are mixed up: the error goes back through the weights of the second layer, not of "
            "the first.": 3 * f + 2 * s,
            "to reach the first layer, the gradient has to go back through the weights of the "
            "second.": no_way_back,
            "the gradient of the first layer's weights is a matrix product too.": f + 2 * s,
            "this is for one row; a step has a batch of them.": right / batch,
        }
        mistakes(got, right, f"for a batch of {batch} and widths {inputs}, {hidden}, {classes}", known)


def not_inferior(answer: Answer) -> None:
    """Ask whether a method is certain to lose less than a margin.

    - A mean that looks good is not enough, and a difference that is not significant is no proof that there
      is none.
    - Ask how bad the truth could be: the lower end of a confidence interval of the mean difference.
    - The lower end is the mean less a multiple of its standard error; with n runs the multiple is a quantile
      of Student's t with n - 1 degrees of freedom (scipy.stats.t.ppf). It has to lie above minus the margin.
    """
    generator = np.random.default_rng(0)
    four, drawn = "four runs without a mean difference and with a spread of 1", {}
    cases = (  # runs, their spread and mean, the margin, the right answer
        ("runs that gain 2 points each", 25, 0.1, 2, 1.0, True),
        ("runs that lose 3 points each", 25, 0.1, -3, 1.0, False),
        ("a mean loss of 0.5 points that is known exactly", 25, 0.1, -0.5, 1.0, True),
        ("a mean loss of 0.5 points with a spread of 5", 25, 5, -0.5, 1.0, False),
        ("no mean difference at all with a spread of 6", 25, 6, 0, 1.0, False),
        ("a mean gain of 0.4 points, not significant, with a spread of 3", 25, 3, 0.4, 1.0, True),
        *((four, 4, 1, 0, margin, margin == 1.7) for margin in (1.1, 1.3, 1.5, 1.7)),
    )
    overlooked = (  # by an answer that fails in each of the cases
        "a gain is no loss, however significant it is",
        "a loss beyond the margin is not allowed",
        "a loss is allowed if it is smaller than the margin",
        "the mean alone does not rule a loss out",
        "where nothing is significant a loss of the margin is still possible",
        "a mean of n runs spreads less than one run, by the root of n",
        "for so few runs the normal quantile, 1.96, is too small: take Student's t with n - 1 degrees of "
        "freedom",
        "a two-sided interval of 95 % leaves 2.5 % below it: take the quantile at 0.975",
        "the standard deviation of a sample divides by n - 1: ddof=1",
        "the margin is an argument",
    )
    for (case, n, spread, mean, margin, right), reason in zip(cases, overlooked, strict=True):
        noise = drawn.setdefault(case, generator.normal(0, 1, n))
        runs = (noise - noise.mean()) / noise.std(ddof=1) * spread + mean
        got = answer(runs, margin)
        verdict = np.shape(got) == () and got in (True, False)
        refuse(not verdict, f"it returns {got!r}, and should return True or False.")
        low = compare(runs, np.zeros(n))["vs_full_low"]
        told = f"for {case} the interval begins at {low:.1f}, so with a margin of {margin}"
        refuse(bool(got) != right, f"{told} it should return {right}, and returns {bool(got)}; {reason}.")
