"""Exercises of the chapter on how long one at a time is."""

import numpy as np

from ._tools import Answer, mistakes


def shown_at(answer: Answer) -> None:
    """Ask which emotion each step of a number of passes shows.

    - Count the stages first: one for each emotion of each pass. Then say how long each of them is.
    - The steps that are left over when all stages have the same length go to the first stages, one each.
    - Number the stages from 0; the emotion of a stage is that number modulo the number of emotions.
    """
    right = np.array([0, 0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2])
    known = {
        "the steps that are left over stand at the end; the first stages are the longer ones.": np.array(
            [0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 2]
        ),
        "stages are numbered on and on; in the second pass the first emotion comes again.": np.array(
            [0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
        ),
        "the emotion changes at every step; it changes at the end of a stage.": np.arange(13) % 3,
        "this is one pass with stages twice as long.": np.array([0] * 5 + [1] * 4 + [2] * 4),
    }
    mistakes(answer(13, 3, 2), right, "for 13 steps, 3 emotions and 2 passes", known)
    mistakes(answer(8, 4, 2), np.array([0, 1, 2, 3, 0, 1, 2, 3]), "for 8 steps, 4 emotions and 2 passes")


def second_order(answer: Answer) -> None:
    """Ask for the term of the second order that stages of one step leave.

    - Write down the second stage alone: its gradient is taken where the first one has led.
    - Every emotion sees the steps of all emotions before it, and not its own.
    - Sum H_k times the sum of g_j over all j < k.
    """
    generator = np.random.default_rng(0)
    g, H = generator.normal(size=(3, 2)), generator.normal(size=(3, 2, 2))
    H = H + H.transpose(0, 2, 1)

    def over(which):
        pairs = [(k, j) for k in range(3) for j in range(3) if which(k, j)]
        return sum(H[k] @ g[j] for k, j in pairs)

    known = {
        "an emotion sees the steps of those before it; here it sees those after it.": over(
            lambda k, j: j > k
        ),
        "an emotion's gradient is taken before its own step: leave its own step out.": over(
            lambda k, j: j <= k
        ),
        "all emotions see all steps here; the first one sees none.": over(lambda k, j: True),
        "this is the Hessian of each emotion times its own step.": over(lambda k, j: j == k),
        "the sign is turned: with two minus signs the term is added.": -over(lambda k, j: j < k),
    }
    mistakes(answer(H, g), over(lambda k, j: j < k), "for three emotions and two weights", known)
