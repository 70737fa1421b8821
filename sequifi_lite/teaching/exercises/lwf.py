"""Exercises of the chapter on learning without forgetting."""

import numpy as np
from scipy.special import log_softmax, softmax

from ._tools import Answer, mistakes, shaped


def soften(answer: Answer) -> None:
    """Ask for probabilities at a temperature.

    - A temperature above 1 moves the logits closer together before the softmax.
    - softmax(logits / T) along axis 1. exp of a large number overflows; the softmax does not mind a constant
      less.
    - A constant taken off all logits of a clip changes nothing: choose it so that the largest becomes 0, for
      each clip by itself, after the division by T.
    """
    logits = np.array([[2.0, 0.0, -1.0, 0.5], [0.0, 0.0, 0.0, 8.0]])
    got = answer(logits, 2.0)
    no_sum = np.shape(got) == (2, 4) and not np.allclose(np.sum(got, 1), 1)
    known = {
        "the temperature divides: here it makes the probabilities sharper.": softmax(logits * 2, 1),
        "the rows do not sum to 1: the temperature belongs inside the softmax.": softmax(logits, 1) / 2,
        "the columns sum to 1, the rows should: classes are on axis 1.": softmax(logits / 2, 0),
        "the temperature plays no part: these are the probabilities at T = 1.": softmax(logits, 1),
        "these are logarithms; the probabilities themselves are asked for.": log_softmax(logits / 2, 1),
        "the rows do not sum to 1: divide by the sum over the classes, after everything else.": no_sum,
    }
    mistakes(got, softmax(logits / 2, 1), "for two clips at T = 2", known)
    mistakes(answer(logits, 1.0), softmax(logits, 1), "at T = 1")
    thousands = "for logits in the thousands it returns NaN:"
    overflow = f"{thousands} subtract the largest before exp, which overflows."
    first = f"{thousands} divide by T first, and subtract the largest before exp."
    own = "take each clip's own, or a row of small ones becomes 0 / 0."
    shared = f"it subtracts the largest logit of all clips; {own}"
    large, beside = [[2000.0, 1000.0, 0.0, 0.0]], [[2000.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    with np.errstate(all="ignore"):
        for rows, T, case, reason in (
            (large, 1000 / 3, "for logits of 2000, 1000, 0 and 0 at T = 333.3", first),
            (large, 1.0, "for the same logits at T = 1", overflow),
            (beside, 1.0, "for a clip with a logit of 2000 beside a clip without", shared),
        ):
            known = {reason: lambda got: not np.isfinite(got).all()}
            mistakes(answer(np.array(rows), T), softmax(np.divide(rows, T), 1), case, known)


def distil(answer: Answer) -> None:
    """Ask for the distillation term, the divergence of student from teacher at a temperature.

    - The divergence of a clip is the sum over classes of p * log(p / q), with p the teacher's softened
      probabilities.
    - Take the logarithms from log_softmax, never from a softmax: log(p / q) is their difference.
    - Mean over the clips, times T ** 2.
    """
    student, teacher = 2 * np.random.default_rng(0).normal(size=(2, 6, 4))

    def divergence(log_p, log_q, T):
        return T**2 * (np.exp(log_p) * (log_p - log_q)).sum(1).mean()

    for T in (1.0, 3.0):
        p, q = log_softmax(teacher / T, 1), log_softmax(student / T, 1)
        right, crossed = divergence(p, q, T), -(T**2) * (np.exp(p) * q).sum(1).mean()
        hard_p, hard_q = log_softmax(teacher, 1), log_softmax(student, 1)
        hard_student = divergence(p, hard_q, T)
        known = {
            "that is one number for each clip; the mean over the clips is missing.": shaped(6),
            "the factor T ** 2 is missing: at T = 3 the term has a ninth of its strength.": right / T**2,
            "teacher and student are swapped: the teacher's probabilities are the weights of the "
            "sum.": divergence(q, p, T),
            "take the mean over the clips, not the sum.": right * 6,
            "sum over the classes, and take the mean over the clips only.": right / 4,
            "the sign is turned: a divergence is never negative.": -right,
            "the factor is T ** 2, not T.": right / T,
            "that is the cross-entropy; subtract what it is when the student says the same as the "
            "teacher.": crossed,
            "the logits of both are divided by T before the softmax.": divergence(hard_p, hard_q, T),
            "only the teacher is softened; the student's logits are divided by T as well.": hard_student,
        }
        mistakes(answer(student, teacher, T), right, f"for six clips at T = {T:g}", known)
    mistakes(answer(teacher + 5, teacher, 2.0), 0.0, "for a student that says the same")
