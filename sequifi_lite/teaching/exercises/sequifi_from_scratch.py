"""Exercises of the chapter on SeQuiFi from scratch."""

import numpy as np

from ._tools import Answer, mistakes


def shown_class(answer: Answer) -> None:
    """Ask for the class that is shown at every step.

    - First write down the class of every stage: the order, `cycles` times over.
    - Then repeat each of them for as many steps as a stage has: steps // number of stages.
    - np.tile repeats a whole sequence, np.repeat each of its elements.
    """
    known = {
        "the class changes at every step; a stage stays with its class.": [2, 0, 1, 2, 0, 1],
        "the classes come by their numbers: look up in the order which class each stage shows.": [
            *(0, 0, 1, 1, 2, 2),
        ],
        "the order is turned round: its first class comes first.": [1, 1, 0, 0, 2, 2],
        "this is one entry for a stage; one for every step is asked for.": [2, 0, 1],
        "only the last stage is shown; each class has its stage.": [1] * 6,
    }
    mistakes(answer((2, 0, 1), 6, 1), [2, 2, 0, 0, 1, 1], "for the order (2, 0, 1) in 6 steps", known)
    order, right = [3, 0, 2, 1], [3, 3, 0, 0, 2, 2, 1, 1] * 2
    known = {
        "`cycles` plays no part: the order is passed through once.": np.repeat(order, 4),
        "each cycle has all steps; the steps are shared among the cycles.": np.tile(np.repeat(order, 4), 2),
        "the stages of one class follow each other; a cycle passes through the whole order.": np.repeat(
            order, 4
        ),
        "the class changes at every step; a stage stays with its class.": np.tile(order, 4),
        "this is one cycle of it: the order comes round `cycles` times.": right[:8],
        "this is one entry for a stage; one for every step is asked for.": np.tile(order, 2),
    }
    mistakes(answer((3, 0, 2, 1), 16, 2), right, "for two cycles of (3, 0, 2, 1) in 16 steps", known)
    mistakes(answer((1, 0), 12, 3), [1, 1, 0, 0] * 3, "for three cycles of (1, 0) in 12 steps")


def leak_of_a_step(answer: Answer) -> None:
    """Ask by how much a step on one clip moves the logits of another.

    - The gradient with respect to the logits is p - e_c, where e_c is 1 at the clip's class.
    - The weights change by -eta times the outer product of h with it, the bias by -eta times it.
    - A logit of the other clip changes by what the changed weights make of its activations, and by the
      changed bias: one inner product, and one more for the bias.
    """
    h, other, p = np.array([1.0, 2.0]), np.array([3.0, -0.5]), np.array([0.2, 0.5, 0.3])
    right = np.array([0.24, -0.15, -0.09])
    known = {
        "the sign is turned: a step goes against the gradient, so the logit of the clip's own class "
        "rises.": -right,
        "the weights are there, the bias is missing: it counts as if every clip had one more activation, of "
        "1.": right * 2 / 3,
    }
    case = "for h = (1, 2), other = (3, -0.5), p = (0.2, 0.5, 0.3), c = 0, eta = 0.1"
    mistakes(answer(h, p, 0, other, 0.1), right, case, known)
    generator = np.random.default_rng(0)
    h, other, p = generator.normal(size=8), generator.normal(size=8), generator.dirichlet(np.ones(5))
    W, b = generator.normal(size=(8, 5)), generator.normal(size=5)
    gradient = p - np.eye(5)[3]
    moved = (W - 0.3 * np.outer(h, gradient)).T @ other + b - 0.3 * gradient
    right, case = moved - (W.T @ other + b), "for a layer of 8 activations and 5 classes, moved by hand"
    mistakes(answer(h, p, 3, other, 0.3), right, case)
