"""The checks of chapters 4 and 9 say yes to what is right and no, with the reason, to what is not."""

import numpy as np
from answers import both_tests


def bwt(R):
    return (R[-1] - np.diag(R))[:-1].mean()


def gap(method, vanilla, joint):
    return (method - vanilla) / (joint - vanilla) if joint - vanilla >= 1 else float("nan")


def steps(T, sizes):
    return round(T * (len(sizes) - 1) * sum(sizes) / sum(sizes[1:]))


def nan_or(share):
    """A wrong share that is NaN where it should be."""
    return lambda m, v, j: share(m, v, j) if j - v >= 1 else float("nan")


RIGHT = {
    "backward_transfer": bwt,
    "stability_gap": lambda curve: curve[-1] - curve.min(),
    "gap_closed": gap,
    "joint_steps": steps,
}

WRONG = [
    ("backward_transfer", lambda R: -bwt(R), "sign is turned"),
    ("backward_transfer", lambda R: (R[-1] - np.diag(R)).mean(), "last corpus is counted"),
    ("backward_transfer", lambda R: (R[-1] - R[0])[:-1].mean(), "first row"),
    ("backward_transfer", lambda R: (R[-1] - R[-2])[:-1].mean(), "row before the last"),
    ("backward_transfer", lambda R: (R[-1] - np.diag(R))[:-1].sum(), "adds up"),
    ("backward_transfer", lambda R: (R[-1] - np.diag(R))[:-1], "one number for each corpus"),
    ("backward_transfer", lambda R: bwt(R.T), "changed places"),
    (
        "backward_transfer",
        lambda R: np.mean([R[-1, j] - R[j:-1, j].max() for j in range(len(R) - 1)]),
        "best score so far",
    ),
    ("stability_gap", lambda c: c[0] - c.min(), "whole fall"),
    ("stability_gap", lambda c: c.max() - c.min(), "whole fall"),
    ("stability_gap", lambda c: c.min() - c[-1], "sign is turned"),
    ("stability_gap", lambda c: c[0] - c[-1], "lasting loss"),
    ("stability_gap", lambda c: c[-1] - c[-2], "last step alone"),
    ("stability_gap", lambda c: min(c[0], c[-1]) - c.min(), "beyond it counts"),
    ("stability_gap", lambda c: c[-1] - c[1:].min(), "only rises"),
    ("gap_closed", lambda m, v, j: (m - v) / (j - v), "divides by zero"),
    ("gap_closed", nan_or(lambda m, v, j: (j - m) / (j - v)), "left open"),
    ("gap_closed", nan_or(lambda m, v, j: 100 * (m - v) / (j - v)), "percentage"),
    ("gap_closed", nan_or(lambda m, v, j: (m - v) / j), "joint's score"),
    ("gap_closed", nan_or(lambda m, v, j: m / j), "share of joint's score"),
    ("gap_closed", nan_or(lambda m, v, j: (j - v) / (m - v)), "upside down"),
    ("gap_closed", nan_or(lambda m, v, j: m - v), "returns points"),
    ("gap_closed", nan_or(lambda m, v, j: (m - v) / v), "vanilla's score"),
    ("gap_closed", nan_or(lambda m, v, j: (v - m) / (j - v)), "sign is turned"),
    ("gap_closed", nan_or(lambda m, v, j: min(max((m - v) / (j - v), 0), 1)), "cut off"),
    (
        "gap_closed",
        lambda m, v, j: (m - v) / (j - v) if abs(j - v) >= 1 else float("nan"),
        "joint at 80.0 there is no gap",
    ),
    ("gap_closed", lambda m, v, j: (m - v) / (j - v) if j - v > 1 else float("nan"), "exactly one point"),
    ("joint_steps", lambda T, sizes: T * (len(sizes) - 1), "vanilla's steps"),
    (
        "joint_steps",
        lambda T, sizes: T * (len(sizes) - 1) * sum(sizes) / sum(sizes[1:]),
        "rounded to a whole",
    ),
    (
        "joint_steps",
        lambda T, sizes: T * (len(sizes) - 1) * sum(sizes) // sum(sizes[1:]),
        "cuts the fraction",
    ),
    (
        "joint_steps",
        lambda T, sizes: round(T * len(sizes) * sum(sizes) / sum(sizes[1:])),
        "for the source, too",
    ),
    (
        "joint_steps",
        lambda T, sizes: round(T * (len(sizes) - 1) * sum(sizes[1:]) / sum(sizes)),
        "upside down",
    ),
    ("joint_steps", lambda T, sizes: round(T * (len(sizes) - 1) * sum(sizes) / sizes[0]), "source's rows"),
    (
        "joint_steps",
        lambda T, sizes: round(T * (len(sizes) - 1) * sizes[0] / sum(sizes[1:])),
        "draws from both",
    ),
    ("joint_steps", lambda T, sizes: round(T * sum(sizes) / sum(sizes[1:])), "T steps once"),
    (
        "joint_steps",
        lambda T, sizes: round(T * (len(sizes) - 1) * sum(sizes) / sizes[-1]),
        "last corpus alone",
    ),
    (
        "joint_steps",
        lambda T, sizes: round(T * (len(sizes) - 1) * sum(sizes) / sizes[1]),
        "second corpus alone",
    ),
    ("joint_steps", lambda T, sizes: sum(round(T * sum(sizes) / n) for n in sizes[1:]), "there is one"),
]


test_a_right_answer_passes, test_a_wrong_answer_is_told_what_is_wrong = both_tests(RIGHT, WRONG)
