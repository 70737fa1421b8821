"""The checks of chapters 10 to 12 say no, with the reason, to the mistakes that suggest themselves."""

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from sequifi_lite.teaching.exercises import check


def kl(p, q):
    return (np.exp(p) * (p - q)).sum(1)


WRONG = [
    ("proximal_step", lambda t, s, o, k: t - k * o * (t - s), "along the penalty's gradient"),
    ("proximal_step", lambda t, s, o, k: (t + k * o * s) / (1 + k), "where omega is 0"),
    ("proximal_step", lambda t, s, o, k: t, "it should return"),
    ("proximal_step", lambda t, s, o, k: (s + k * o * t) / (1 + k * o), "swapped"),
    ("proximal_step", lambda t, s, o, k: t + k * o * s, "not divided"),
    ("proximal_step", lambda t, s, o, k: (t + 2 * k * o * s) / (1 + 2 * k * o), "twice too stiff"),
    ("proximal_step", lambda t, s, o, k: (t + k * o * s / 2) / (1 + k * o / 2), "half as stiff"),
    ("proximal_step", lambda t, s, o, k: (t + o * s) / (1 + o), "strength plays no part"),
    ("proximal_step", lambda t, s, o, k: t.__iadd__(k * o * s).__itruediv__(1 + k * o), "changes the arrays"),
    ("fisher_of_biases", lambda z: (softmax(z, 1) ** 2).mean(0), "p_k - 1, not p_k"),
    ("fisher_of_biases", lambda z: softmax(z, 1).mean(0) * (1 - softmax(z, 1).mean(0)), "before the square"),
    ("fisher_of_biases", lambda z: ((1 - softmax(z, 1)) ** 2).mean(0), "other classes are missing"),
    (
        "fisher_of_biases",
        lambda z: (softmax(z, 1) * (1 - softmax(z, 1)) ** 2).mean(0),
        "another class is asked for",
    ),
    ("fisher_of_biases", lambda z: (softmax(z, 1) * (1 - softmax(z, 1))).sum(0), "not the sum"),
    (
        "fisher_of_biases",
        lambda z: (softmax(z, 1) * (1 - softmax(z, 1))).mean(1),
        "leaves one for each class",
    ),
    ("fisher_of_biases", lambda z: softmax(z, 1) * (1 - softmax(z, 1)), "mean over the clips is missing"),
    ("fisher_of_biases", lambda z: (softmax(z, 0) * (1 - softmax(z, 0))).mean(0), "along axis 0"),
    ("fisher_of_biases", lambda z: (z * (1 - z)).mean(0), "the softmax is missing"),
    ("path_credit", lambda g, w: (g * np.diff(w, axis=0)).sum(0), "sign is turned"),
    ("path_credit", lambda g, w: -g.sum(0) * (w[-1] - w[0]), "forgotten the path"),
    ("path_credit", lambda g, w: (g**2).sum(0), "plain SGD only"),
    ("path_credit", lambda g, w: np.abs(g * np.diff(w, axis=0)).sum(0), "no absolute value"),
    ("path_credit", lambda g, w: np.maximum(-g * np.diff(w, axis=0), 0).sum(0), "negative products count"),
    ("path_credit", lambda g, w: -(g * w[1:]).sum(0), "not with the weight"),
    ("path_credit", lambda g, w: -(g * w[:-1]).sum(0), "not with the weight"),
    ("path_credit", lambda g, w: -(g[1:] * np.diff(w, axis=0)[:-1]).sum(0), "off by one"),
    ("path_credit", lambda g, w: -(g * np.diff(w, axis=0)).mean(0), "sum over the steps"),
    ("path_credit", lambda g, w: -(g * np.diff(w, axis=0)).sum(1), "one number for each step"),
    ("path_credit", lambda g, w: -g * np.diff(w, axis=0), "single steps"),
    ("path_credit", lambda g, w: -(g * np.diff(w, axis=0)).sum(), "all weights together"),
    ("mas_of_biases", lambda z: np.abs(2 * z.mean(0)), "clips cancel"),
    ("mas_of_biases", lambda z: np.abs(z).mean(0), "factor of 2"),
    ("mas_of_biases", lambda z: 2 * z.mean(0), "never negative"),
    ("mas_of_biases", lambda z: (z**2).mean(0), "its derivative"),
    ("mas_of_biases", lambda z: ((2 * z) ** 2).mean(0), "absolute value of the derivative"),
    ("mas_of_biases", lambda z: np.abs(2 * z).sum(0), "not the sum"),
    ("mas_of_biases", lambda z: np.abs(2 * z).mean(1), "one number for each clip"),
    ("mas_of_biases", lambda z: 2 * softmax(z, 1).mean(0), "no softmax"),
    ("mas_of_biases", lambda z: np.abs(2 * z), "mean over the clips is missing"),
    ("soften", lambda z, T: softmax(z * T, 1), "sharper"),
    ("soften", lambda z, T: softmax(z, 1) / T, "do not sum to 1"),
    ("soften", lambda z, T: softmax(z, 1) ** (1 / T), "do not sum to 1"),
    ("soften", lambda z, T: softmax(z / T, 0), "classes are on axis 1"),
    ("soften", lambda z, T: softmax(z, 1), "plays no part"),
    ("soften", lambda z, T: log_softmax(z / T, 1), "these are logarithms"),
    ("soften", lambda z, T: np.exp(z / T) / np.exp(z / T).sum(1, keepdims=True), "which overflows"),
    (
        "soften",
        lambda z, T: np.exp(z) ** (1 / T) / (np.exp(z) ** (1 / T)).sum(1, keepdims=True),
        "returns NaN",
    ),
    (
        "soften",
        lambda z, T: np.exp((z - z.max()) / T) / np.exp((z - z.max()) / T).sum(1, keepdims=True),
        "each clip's own",
    ),
    ("distil", lambda s, t, T: kl(log_softmax(t / T, 1), log_softmax(s / T, 1)).mean(), "T ** 2 is missing"),
    ("distil", lambda s, t, T: T * kl(log_softmax(t / T, 1), log_softmax(s / T, 1)).mean(), "T ** 2, not T"),
    ("distil", lambda s, t, T: T**2 * kl(log_softmax(s / T, 1), log_softmax(t / T, 1)).mean(), "swapped"),
    ("distil", lambda s, t, T: T**2 * kl(log_softmax(t / T, 1), log_softmax(s / T, 1)).sum(), "not the sum"),
    (
        "distil",
        lambda s, t, T: T**2 * kl(log_softmax(t / T, 1), log_softmax(s / T, 1)),
        "mean over the clips is missing",
    ),
    (
        "distil",
        lambda s, t, T: T**2 * kl(log_softmax(t / T, 1), log_softmax(s / T, 1)).mean() / 4,
        "sum over the classes",
    ),
    (
        "distil",
        lambda s, t, T: -(T**2) * kl(log_softmax(t / T, 1), log_softmax(s / T, 1)).mean(),
        "never negative",
    ),
    (
        "distil",
        lambda s, t, T: -(T**2) * (softmax(t / T, 1) * log_softmax(s / T, 1)).sum(1).mean(),
        "cross-entropy",
    ),
    ("distil", lambda s, t, T: T**2 * kl(log_softmax(t, 1), log_softmax(s, 1)).mean(), "logits of both"),
    (
        "distil",
        lambda s, t, T: T**2 * kl(log_softmax(t / T, 1), log_softmax(s, 1)).mean(),
        "only the teacher is softened",
    ),
]


@pytest.mark.parametrize("name, function, said", WRONG)
def test_a_wrong_answer_is_told_why(name, function, said, capsys):
    assert check(name, function) is False
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("name", sorted({name for name, *_ in WRONG}))
def test_nothing_is_nothing_so_far(name, capsys):
    assert check(name, lambda *args: None) is False
    assert "it returns nothing so far" in capsys.readouterr().out
