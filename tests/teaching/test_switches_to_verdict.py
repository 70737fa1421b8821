"""The checks of chapters 22 to 24 and 28 say yes to what is right and no, with the reason, to what is not."""

import numpy as np
from answers import both_tests

from sequifi_lite.teaching.exercises import check


def rotations(K):
    return (np.arange(K)[:, None] + np.arange(K)) % K


def variance(x):
    rest = x - x.mean(1, keepdims=True) - x.mean(0, keepdims=True) + x.mean()
    O, S = x.shape
    ms = S * ((x.mean(1) - x.mean()) ** 2).sum() / (O - 1) - (rest**2).sum() / ((O - 1) * (S - 1))
    return max(ms, 0) / S


def corrected(p):
    order, out = np.argsort(p), np.empty(len(p))
    out[order] = np.minimum(1, np.maximum.accumulate(np.asarray(p)[order] * np.arange(len(p), 0, -1)))
    return out


def decision(low, high, line):
    return "supported" if low > line else "refuted" if high < line else "undecided"


def read_at(far, score, d):
    i = int(np.argmax(far >= d))
    return score[i - 1] + (score[i] - score[i - 1]) * (d - far[i - 1]) / (far[i] - far[i - 1])


RIGHT = {
    "clips_in_focus": lambda batch, K: (batch / 2 * (1 + 1 / K), batch / 2 / K),
    "share_of_switch": lambda x, axis: (
        100 * x.mean(axis=tuple(i for i in range(x.ndim) if i != axis)).var() / x.var()
    ),
    "variance_of_orders": variance,
    "rotations": rotations,
    "middle_half": lambda v: np.sort(v)[len(v) // 4 : len(v) - len(v) // 4].mean(),
    "corrected": corrected,
    "decision": decision,
    "read_at": read_at,
}

WRONG = [
    ("clips_in_focus", lambda batch, K: (batch / 2, batch / 2 / K), "among all classes too"),
    ("clips_in_focus", lambda batch, K: (batch / 2, batch / 2 / (K - 1)), "one against the rest"),
    ("clips_in_focus", lambda batch, K: (batch / 2 / K, batch / 2 * (1 + 1 / K)), "turned"),
    ("share_of_switch", lambda x, axis: RIGHT["share_of_switch"](x, axis) / 100, "in %"),
    ("share_of_switch", lambda x, axis: RIGHT["share_of_switch"](x, 1 - axis), "other axis"),
    ("variance_of_orders", lambda x: variance(x.T), "orders are the rows"),
    ("variance_of_orders", lambda x: x.mean(1).var(ddof=1), "noise of the seeds"),
    ("variance_of_orders", lambda x: variance(x) ** 0.5, "its square"),
    ("rotations", lambda K: np.tile(np.arange(K), (K, 1)), "twice at the same place"),
    ("rotations", lambda K: np.zeros((K, K), dtype=int), "no order of all classes"),
    ("middle_half", np.median, "median"),
    ("middle_half", np.mean, "all values"),
    ("middle_half", lambda v: np.sort(v)[2:-2].mean(), "four at either end"),
    ("middle_half", lambda v: v[len(v) // 4 : -(len(v) // 4)].mean(), "sorted first"),
    ("corrected", lambda p: p * len(p), "Bonferroni"),
    ("corrected", lambda p: np.sort(corrected(p)), "order in which they came"),
    ("decision", lambda low, high, line: decision(low, high, 0), "not always at 0"),
    ("decision", lambda low, high, line: "supported" if low + high > 2 * line else "refuted", "undecided"),
    ("read_at", lambda far, score, d: score[np.argmax(far >= d)], "line that joins"),
    ("read_at", lambda far, score, d: 75.0, "first crossing"),
    ("read_at", lambda far, score, d: np.interp(d, far, score), "only grow"),
]


test_a_right_answer_passes, test_a_wrong_answer_is_told_what_is_wrong = both_tests(RIGHT, WRONG)


def test_unsorted_corrections_are_not_carried(capsys):
    def careless(p):
        order, out = np.argsort(p), np.empty(len(p))
        out[order] = np.asarray(p)[order] * np.arange(len(p), 0, -1)
        return out

    assert not check("corrected", careless) and "carry the maximum on" in capsys.readouterr().out
