"""The checks of chapter 25 say yes to what is right and no, with the reason, to what is not."""

import numpy as np
import torch
from answers import both_tests

from sequifi_lite.learning.methods._gaussians import gaussians


def keep_class(x, rank, ddof=1):
    mu = x.mean(axis=0)
    axes, s = np.linalg.svd(x - mu, full_matrices=False)[2::-1][:2]
    F = axes[:rank] * (s[:rank] / (len(x) - ddof) ** 0.5)[:, None]
    left = x.var(axis=0, ddof=ddof) - (F**2).sum(axis=0)
    return mu, F, np.sqrt(np.maximum(left, 0))


def over(shown):
    return [set().union(*shown[:j]) - now for j, now in enumerate(shown)]


def axes_of(x, rank):
    return np.linalg.svd(x - x.mean(0), full_matrices=False)[2][:rank]


RIGHT = {"keep_class": keep_class, "over": over}


def changed(which, how):
    """The right answer with one of its three parts made wrong."""

    def function(x, rank):
        parts = list(keep_class(x, rank))
        parts[which] = how(x, rank, parts)
        return tuple(parts)

    return function


WRONG = [
    ("keep_class", lambda x, rank: keep_class(x, rank)[1], "three arrays"),
    ("keep_class", changed(0, lambda x, rank, parts: x.sum(0)), "mu"),
    ("keep_class", changed(1, lambda x, rank, parts: axes_of(x, rank)), "length 1"),
    ("keep_class", changed(1, lambda x, rank, parts: parts[1].T), "shape (5, 2)"),
    ("keep_class", changed(1, lambda x, rank, parts: parts[1] * (len(x) - 1) ** 0.5), "sum of squares"),
    ("keep_class", changed(1, lambda x, rank, parts: x[:rank] - x.mean(0)), "best approximation"),
    ("keep_class", lambda x, rank: keep_class(x, rank, ddof=0), "divide by n - 1"),
    ("keep_class", changed(2, lambda x, rank, parts: parts[2] ** 2), "variances"),
    ("keep_class", changed(2, lambda x, rank, parts: x.std(0, ddof=1)), "counted twice"),
    ("keep_class", changed(2, lambda x, rank, parts: parts[2] * 2), "sigma"),
    (
        "keep_class",
        changed(2, lambda x, rank, parts: np.sqrt(np.maximum(x.var(0) - (parts[1] ** 2).sum(0), 0))),
        "variances divided by n;",
    ),
    (
        "keep_class",
        changed(2, lambda x, rank, parts: parts[2] if len(x) == 30 else parts[2] + np.nan),
        "negative",
    ),
    ("over", lambda shown: over(shown)[:-1], "4 sets"),
    ("over", lambda shown: [set().union(*shown)] * len(shown), "looks ahead"),
    ("over", lambda shown: [set().union(*shown[: j + 1]) for j in range(len(shown))], "not over yet"),
    ("over", lambda shown: [set().union(*shown[:j]) for j in range(len(shown))], "being shown again"),
    (
        "over",
        lambda shown: [(shown[j - 1] if j else set()) - now for j, now in enumerate(shown)],
        "it should be",
    ),
]


test_a_right_answer_passes, test_a_wrong_answer_is_told_what_is_wrong = both_tests(RIGHT, WRONG)


def test_the_readers_gaussian_is_the_librarys():
    X = torch.randn(40, 7, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    (kept,) = gaussians(X, torch.zeros(40, dtype=torch.int64), rank=3)
    mu, F, sigma = keep_class(X.numpy(), 3)
    np.testing.assert_allclose(mu, kept.mu)
    np.testing.assert_allclose(F.T @ F, kept.F.T @ kept.F)
    np.testing.assert_allclose(sigma, kept.sigma)
    assert kept.floats == (3 + 2) * 7
