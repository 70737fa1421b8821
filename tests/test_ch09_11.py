"""The checks of chapters 09 to 11 say no, with the reason, to the mistakes that suggest themselves."""

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from sequifi_lite.exercises import check


def kl(p, q):
    return (np.exp(p) * (p - q)).sum(1)


WRONG = [
    ("proximal_step", lambda t, s, o, k: t - k * o * (t - s), "along the penalty's gradient"),
    ("proximal_step", lambda t, s, o, k: (t + k * o * s) / (1 + k), "where omega is 0"),
    ("proximal_step", lambda t, s, o, k: t, "it should return"),
    ("fisher_of_biases", lambda z: (softmax(z, 1) ** 2).mean(0), "it should return"),
    ("fisher_of_biases", lambda z: softmax(z, 1).mean(0) * (1 - softmax(z, 1).mean(0)), "it should return"),
    ("path_credit", lambda g, w: (g * np.diff(w, axis=0)).sum(0), "sign is turned"),
    ("path_credit", lambda g, w: -g.sum(0) * (w[-1] - w[0]), "forgotten the path"),
    ("path_credit", lambda g, w: (g**2).sum(0), "it should return"),
    ("mas_of_biases", lambda z: np.abs(2 * z.mean(0)), "clips cancel"),
    ("mas_of_biases", lambda z: np.abs(z).mean(0), "factor of 2"),
    ("mas_of_biases", lambda z: 2 * z.mean(0), "never negative"),
    ("soften", lambda z, T: softmax(z * T, 1), "sharper"),
    ("soften", lambda z, T: softmax(z, 1) / T, "do not sum to 1"),
    ("soften", lambda z, T: softmax(z / T, 0), "classes are on axis 1"),
    ("soften", lambda z, T: np.exp(z / T) / np.exp(z / T).sum(1, keepdims=True), "it should return"),
    ("soften", lambda z, T: np.exp(z) ** (1 / T) / (np.exp(z) ** (1 / T)).sum(1, keepdims=True), "returns NaN"),
    ("distil", lambda s, t, T: kl(log_softmax(t / T, 1), log_softmax(s / T, 1)).mean(), "T ** 2 is missing"),
    ("distil", lambda s, t, T: T**2 * kl(log_softmax(s / T, 1), log_softmax(t / T, 1)).mean(), "swapped"),
    ("distil", lambda s, t, T: T**2 * kl(log_softmax(t / T, 1), log_softmax(s / T, 1)).sum(), "not the sum"),
]


@pytest.mark.parametrize("name, function, said", WRONG)
def test_a_wrong_answer_is_told_why(name, function, said, capsys):
    assert check(name, function) is False
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("name", sorted({name for name, *_ in WRONG}))
def test_nothing_is_nothing_so_far(name, capsys):
    assert check(name, lambda *args: None) is False
    assert "it returns nothing so far" in capsys.readouterr().out
