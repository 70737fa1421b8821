"""Exercises of chapter 16, class statistics and head corrections: a test of the reader's function, and hints."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _update_means(function: Callable) -> None:
    generator = np.random.default_rng(0)
    K, d = 3, 4
    means, counts = np.zeros((K, d)), np.zeros(K, dtype=int)
    seen_x, seen_y = np.zeros((0, d)), np.zeros(0, dtype=int)
    for n, classes in ((6, 2), (1, 3), (9, 3), (5, 1)):
        x, y = generator.normal(size=(n, d)), generator.integers(0, classes, n)
        seen_x, seen_y = np.concatenate([seen_x, x]), np.concatenate([seen_y, y])
        wanted_n = np.bincount(seen_y, minlength=K)
        wanted = np.stack([seen_x[seen_y == k].mean(0) if wanted_n[k] else np.zeros(d) for k in range(K)])
        got = function(means.copy(), counts.copy(), x, y)
        if not isinstance(got, tuple) or len(got) != 2:
            raise Wrong("it should return two things: the means, then the counts.")
        case = f"after {len(seen_x)} clips, {n} of them new,"
        halves = [(means[k] + x[y == k].mean(0)) / 2 if (y == k).any() else means[k] for k in range(K)]
        if np.shape(got[0]) == (K, d):
            if np.isnan(np.asarray(got[0], dtype=float)).any():
                raise Wrong(f"{case} there is a NaN: a class without a new clip keeps its mean.")
            if np.allclose(got[0], halves) and not np.allclose(halves, wanted):
                raise Wrong(
                    "this is the mean of the old mean and the new one: a mean of 2 clips weighs as much as one of 2,000."
                )
        same(got[1], wanted_n, case + " as counts")
        same(got[0], wanted, case + " as means")
        means, counts = wanted, wanted_n


def _adjust(function: Callable) -> None:
    generator = np.random.default_rng(0)
    for n, tau in ((5, 1.0), (40, 0.5), (7, 0.0)):
        train, test = generator.normal(size=(n, 4)) + [0, 0, 2, 0], generator.normal(size=(3, 4))
        p = np.exp(train) / np.exp(train).sum(1, keepdims=True)
        wanted = test - tau * np.log(p.mean(0))
        got = function(train, test, tau)
        case = f"for {n} training rows and tau = {tau}"
        if np.shape(got) == wanted.shape and tau:
            if np.allclose(got, test + tau * np.log(p.mean(0))):
                raise Wrong("the sign is turned: the class that is said too often gains.")
            if np.allclose(got, test - tau * np.log(p).mean(0)):
                raise Wrong("this is the mean of the logarithms; take the logarithm of the mean.")
            q = np.exp(test) / np.exp(test).sum(1, keepdims=True)
            if np.allclose(got, test - tau * np.log(q.mean(0))):
                raise Wrong(
                    "the mean prediction is to be taken over training rows, not over the rows that are tested."
                )
        same(got, wanted, case)


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "update_means": (
        _update_means,
        (
            "A mean is a sum divided by a count: go back to sums, add, divide again.",
            "For class k: new = features[labels == k]; the total is counts[k] + len(new); skip a class without new clips.",
            "means[k] = (counts[k] * means[k] + new.sum(0)) / (counts[k] + len(new)), and only then counts[k] += len(new).",
        ),
    ),
    "adjust": (
        _adjust,
        (
            "First what the model says of the training rows on average: one number per class.",
            "Probabilities are np.exp(train) divided by its sum over axis 1; their mean over axis 0 is pi.",
            "test - tau * np.log(pi)",
        ),
    ),
}
