"""Exercises of the chapter on SI and MAS."""

import numpy as np
from scipy.special import softmax

from ._tools import Answer, any_of, mistakes


def path_credit(answer: Answer) -> None:
    """Ask for each weight's credit along a path: by how much its moves brought the loss down.

    - The change of the weights in each step is np.diff(weights, axis=0).
    - A step changes the loss by about gradient times change, weight by weight. Credit is what the loss has
      lost.
    - Multiply both tables element by element, sum over axis 0, and turn the sign.
    """
    generator = np.random.default_rng(0)
    gradients, weights = generator.normal(size=(4, 3)), generator.normal(size=(5, 3))
    changes = np.diff(weights, axis=0)
    earned, ends = -gradients * changes, -gradients.sum(0) * (weights[-1] - weights[0])
    with_weights = any_of(-(gradients * weights[1:]).sum(0), -(gradients * weights[:-1]).sum(0))
    gains, squares = np.maximum(earned, 0).sum(0), (gradients**2).sum(0)
    late = -(gradients[1:] * changes[:-1]).sum(0)
    known = {
        "the sign is turned: a weight that moves against its gradient brings the loss down, and earns "
        "credit.": -earned.sum(0),
        "multiply step by step and sum afterwards; the sums of gradients and of changes have forgotten the "
        "path.": ends,
        "a weight that moves up its gradient pays: no absolute value here.": np.abs(earned).sum(0),
        "a weight that moves up its gradient pays: negative products count, too.": gains,
        "the square of the gradient is the credit of plain SGD only; take the changes that were "
        "made.": squares,
        "a gradient is multiplied with the change of the weight, not with the weight.": with_weights,
        "it is off by one: each gradient belongs to the step that comes after it.": late,
        "sum over the steps; the mean is smaller by the number of steps.": earned.mean(0),
        "this is one number for each step; sum over the steps, axis 0, and one for each weight is "
        "left.": earned.sum(1),
        "these are the credits of single steps; sum them over axis 0.": earned,
        "this is the credit of all weights together; sum over axis 0 only.": earned.sum(),
    }
    mistakes(answer(gradients, weights), earned.sum(0), "for four steps of three weights", known)
    gradients, weights = np.array([[1.0, -2.0], [0.5, 1.0]]), np.array([[0.0, 0.0], [-1.0, 1.0], [-2.0, 3.0]])
    mistakes(answer(gradients, weights), [1.5, 0.0], "for two steps of two weights")
    # On a quadratic with small steps the credit of each weight is what its part of the loss has lost.
    h, path = np.array([0.5, 2.0, 7.0]), [np.array([1.0, -2.0, 0.5])]
    for _ in range(2_000):
        path.append(path[-1] - 1e-3 * h * path[-1])
    path = np.array(path)
    slopes = h * path[:-1]
    case = "on a quadratic loss, where it is the fall of each weight's part of the loss,"
    mistakes(answer(slopes, path), -(slopes * np.diff(path, axis=0)).sum(0), case)


def mas_of_biases(answer: Answer) -> None:
    """Ask for the importance of the last layer's biases by memory aware synapses.

    - The bias of class k is added to logit k: the squared length has the derivative of z_k ** 2 with respect
      to it.
    - That is 2 * z_k, for every clip.
    - Absolute value first, then the mean over the clips, axis 0.
    """
    z = np.array([[1.0, -3.0], [-1.0, -1.0]])
    batched, length = np.abs(2 * z.mean(0)), (z**2).mean(0)
    known = {
        "the mean is taken before the absolute value, so clips cancel: the bug of the batched form.": batched,
        "the derivative of a square has a factor of 2.": np.abs(z).mean(0),
        "an importance is never negative: the absolute value is missing.": 2 * z.mean(0),
        "that is the squared length itself; its derivative with respect to the bias is asked for.": length,
        "MAS takes the absolute value of the derivative; the square would be the way of the Fisher "
        "information.": (4 * z**2).mean(0),
        "take the mean over the clips, not the sum.": 2 * np.abs(z).sum(0),
        "there is one number for each clip; the mean is over the clips, axis 0.": 2 * np.abs(z).mean(1),
        "MAS asks for the logits as they are; there is no softmax in it.": 2 * softmax(z, 1).mean(0),
        "the mean over the clips is missing.": 2 * np.abs(z),
    }
    mistakes(answer(z), [2.0, 4.0], "for two clips and two classes", known)
    z = np.random.default_rng(0).normal(size=(30, 4))
    mistakes(answer(z), 2 * np.abs(z).mean(0), "for 30 clips and four classes")
