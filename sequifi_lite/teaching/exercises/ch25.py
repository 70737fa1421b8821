"""Exercises of chapter 25, Gaussians of seen classes: keep a class in a few vectors, and say which classes are over."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _keep_class(function: Callable) -> None:
    generator = np.random.default_rng(0)
    x = generator.normal(size=(30, 5)) @ generator.normal(size=(5, 5)) + 3
    got = function(x.copy(), 2)
    if not isinstance(got, tuple | list) or len(got) != 3:
        raise Wrong("it should return three arrays: mu, F and sigma.")
    mu, F, sigma = (np.asarray(part, dtype=float) for part in got)
    same(mu, x.mean(0), "mu: for 30 clips with 5 inputs")
    if F.shape != (2, 5):
        raise Wrong(f"F has shape {F.shape}; for rank 2 and 5 inputs it is (2, 5), one axis a row.")
    covariance = np.cov(x.T)
    values, vectors = np.linalg.eigh(covariance)
    best = (vectors[:, -2:] * values[-2:]) @ vectors[:, -2:].T
    if np.allclose(F @ F.T, np.eye(2)):
        raise Wrong("the rows of F have length 1; each has to be as long as the standard deviation along it.")
    if np.allclose(F.T @ F, best * 29 / 30):
        raise Wrong("F is that of a covariance divided by n; divide by n - 1.")
    if np.allclose(F.T @ F, best * 29):
        raise Wrong("F is that of the sum of squares; divide by n - 1 under a root.")
    if not np.allclose(F.T @ F, best):
        raise Wrong("F' F is not the best approximation of rank 2 to the covariance.")
    left = np.diag(covariance) - (F**2).sum(0)
    if sigma.shape == (5,) and np.allclose(sigma, left) and not np.allclose(left, np.sqrt(left)):
        raise Wrong("sigma holds variances; draws are made with standard deviations.")
    if sigma.shape == (5,) and np.allclose(sigma**2, np.diag(covariance)):
        raise Wrong("sigma holds all of the spread: what F has already would be counted twice.")
    by_n = np.sqrt(np.maximum(x.var(0) - (F**2).sum(0), 0))
    if sigma.shape == (5,) and np.allclose(sigma, by_n):
        raise Wrong("sigma is what is missing to variances divided by n; divide by n - 1, as for F.")
    same(sigma, np.sqrt(left), "sigma: for 30 clips with 5 inputs")
    narrow = generator.normal(
        size=(4, 9)
    )  # three axes say it all; the rest must not become the root of a negative number
    got = function(narrow.copy(), 3)
    if not np.isfinite(np.asarray(got[2], dtype=float)).all() or not np.allclose(got[2], 0, atol=1e-6):
        raise Wrong(
            "for 4 clips and rank 3 nothing is left for sigma; cut what rounding makes negative at 0."
        )


PASSES = ([{2}, {0}, {3}, {1}], [{1}, {0}, {1}, {0}], [{0}, {0, 1}, {2, 3}], [{0, 1, 2, 3}])


def _over(function: Callable) -> None:
    for shown in PASSES:
        got = function([set(classes) for classes in shown])
        got = [set(classes) for classes in got]
        before = [set().union(*shown[:j]) for j in range(len(shown))]
        if len(got) != len(shown):
            raise Wrong(
                f"there are {len(shown)} stages, so {len(shown)} sets are asked for, and {len(got)} came."
            )
        if any(mine - old - now for mine, old, now in zip(got, before, shown)):
            raise Wrong(
                f"for the stages {shown} it names a class before it has been shown: that looks ahead."
            )
        if any(mine - old for mine, old in zip(got, before)):
            raise Wrong(
                f"for the stages {shown} it names a class in its own first stage, which is not over yet."
            )
        if any(mine & now for mine, now in zip(got, shown)):
            raise Wrong(
                f"for the stages {shown} it names a class whose clips are being shown again: they are here themselves."
            )
        if got != [old - now for old, now in zip(before, shown)]:
            raise Wrong(
                f"for the stages {shown} it should be {[old - now for old, now in zip(before, shown)]}, and is {got}."
            )


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "keep_class": (
        _keep_class,
        (
            "np.linalg.svd of the centred clips gives the axes, and how far the clips spread along them.",
            "With u, s, axes from it: a row of F is an axis times s / sqrt(n - 1), the largest s first.",
            "sigma is the root of what is missing to the variances: x.var(0, ddof=1) - (F**2).sum(0), cut at 0.",
        ),
    ),
    "over": (
        _over,
        (
            "For each stage, collect what all stages before it have shown.",
            "Then take out what the stage itself shows.",
            "set().union(*shown[:j]) - shown[j]",
        ),
    ),
}
