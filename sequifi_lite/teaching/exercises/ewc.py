"""Exercises of the chapter on elastic weight consolidation."""

import numpy as np
from scipy.special import softmax

from ._tools import Answer, mistakes, unchanged


def proximal_step(answer: Answer) -> None:
    """Ask for the exact minimum of the springs and the way back to where the optimiser arrived.

    - At the minimum the pull of the spring equals the pull back to where the optimiser arrived.
    - Set the derivative of strength * omega * (t - star)**2 / 2 + (t - theta)**2 / 2 with respect to t to
      zero.
    - The derivative is a sum of two terms; collect what multiplies t on one side.
    """
    given = np.array([1.0, 1.0, -2.0, 3.0]), np.array([0.0, 0.0, 2.0, 3.0]), np.array([0.0, 1.0, 3.0, 5.0])
    theta, star, omega = given
    got = answer(theta, star, omega, 1.0)
    unchanged(answer, *given)
    swapped = (star + omega * theta) / (1 + omega)
    twice, half = (theta + 2 * omega * star) / (1 + 2 * omega), (theta + omega * star / 2) / (1 + omega / 2)
    known = {
        "that is a step along the penalty's gradient. At a strength of 100 it would land far behind the "
        "anchor.": theta - omega * (theta - star),
        "where omega is 0 a weight should stay where it is.": (theta + omega * star) / 2,
        "theta and star are swapped: a stiff spring should bring a weight near star.": swapped,
        "it is not divided by 1 + strength * omega, so a weight that is at its anchor already moves "
        "away.": theta + omega * star,
        "the springs are twice too stiff: the derivative of the square cancels the 1/2 in front.": twice,
        "the springs are half as stiff as they should be: both terms have the 1/2, so it drops out.": half,
    }
    mistakes(got, [1.0, 0.5, 1.0, 3.0], "for omega = [0, 1, 3, 5] and strength 1", known)
    known = {"the strength plays no part: at strength 0 no weight should move.": got}
    mistakes(answer(theta, star, omega, 0.0), theta, "at strength 0", known)
    mistakes(answer(theta, star, omega, 1e12), [1.0, 0.0, 2.0, 3.0], "at an enormous strength")
    theta, star, omega = np.random.default_rng(0).random((3, 50))
    right = (theta + 0.3 * omega * star) / (1 + 0.3 * omega)
    mistakes(answer(theta, star, omega, 0.3), right, "for 50 weights and strength 0.3")


def fisher_of_biases(answer: Answer) -> None:
    """Ask for the exact Fisher information of the last layer's biases.

    - The bias of class k is added to logit k, so its derivative is that of the logit: p_k, less 1 if k is
      asked for.
    - With probability p_k the squared derivative is (1 - p_k)**2, with probability 1 - p_k it is p_k**2.
    - Add up both cases, each with its probability, and simplify before you code; the mean over the clips
      comes last. exp of a large logit overflows, and the softmax does not mind a constant less.
    """
    logits = np.random.default_rng(0).normal(size=(40, 5))
    p, turned = softmax(logits, 1), np.exp(logits) / np.exp(logits).sum(0)
    each = p * (1 - p)
    of_p, of_rest, of_asked = (p**2).mean(0), ((1 - p) ** 2).mean(0), (p * (1 - p) ** 2).mean(0)
    of_mean, of_turned = p.mean(0) * (1 - p.mean(0)), (turned * (1 - turned)).mean(0)
    known = {
        "take the mean over the clips, not the sum.": each.sum(0),
        "there is one number for each clip; the mean is over the clips, axis 0, and leaves one for each "
        "class.": each.mean(1),
        "the mean over the clips is missing.": each,
        "with probability p_k class k itself is asked for, and the derivative is then p_k - 1, not "
        "p_k.": of_p,
        "(1 - p_k)**2 is the square for class k; the other classes are missing, and the "
        "probabilities.": of_rest,
        "the bias of class k also has a gradient when another class is asked for: p_k, with 1 - "
        "p_k.": of_asked,
        "the mean is taken before the square: first every clip's own p (1 - p), then the mean.": of_mean,
        "the softmax is along axis 0: the probabilities of a clip, a row, should sum to 1.": of_turned,
        "logits are not probabilities: the softmax is missing.": (logits * (1 - logits)).mean(0),
    }
    mistakes(answer(logits), each.mean(0), "for 40 clips and 5 classes", known)
    equal = "for a model that finds all four classes equally likely"
    mistakes(answer(np.zeros((3, 4))), np.full(4, 0.1875), equal)
    mistakes(answer(50 * np.eye(2, 4)), np.zeros(4), "for a model that is sure of everything")
    with np.errstate(all="ignore"):
        for large in ([[1000.0, 1001.0, 0.0]], [[1000.0, 1001.0, 0.0], [0.0, 1.0, -1000.0]]):
            each, case = softmax(np.array(large), 1), f"for logits of {large}"
            known = {
                f"{case} it returns NaN: take each clip's own largest logit off before exp, which overflows;"
                " the softmax does not mind.": lambda got: not np.isfinite(got).all(),
            }
            mistakes(answer(np.array(large)), (each * (1 - each)).mean(0), case, known)
