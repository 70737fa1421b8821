"""Exercises of the chapter on Gaussians of seen classes."""

import numpy as np

from ._tools import Answer, mistakes, refuse


def keep_class(answer: Answer) -> None:
    """Ask for a class as its mean, a few axes, and what is left of the spread.

    - np.linalg.svd of the centred clips gives the axes, and how far the clips spread along them.
    - With u, s, axes from it: a row of F is an axis times s / sqrt(n - 1), the largest s first.
    - sigma takes what F leaves of each input's variance: a difference, with n - 1 in both, that rounding may
      make negative.
    """
    generator = np.random.default_rng(0)
    x = generator.normal(size=(30, 5)) @ generator.normal(size=(5, 5)) + 3
    got = answer(x.copy(), 2)
    three = isinstance(got, tuple | list) and len(got) == 3
    refuse(not three, "it should return three arrays: mu, F and sigma.")
    mu, F, sigma = (np.asarray(part, dtype=float) for part in got)
    mistakes(mu, x.mean(0), "mu: for 30 clips with 5 inputs")
    refuse(F.shape != (2, 5), f"F has shape {F.shape}; for rank 2 and 5 inputs it is (2, 5), one axis a row.")
    covariance = np.cov(x.T)
    values, vectors = np.linalg.eigh(covariance)
    best = (vectors[:, -2:] * values[-2:]) @ vectors[:, -2:].T
    known = {
        "the rows of F have length 1; each has to be as long as the standard deviation along "
        "it.": np.allclose(F @ F.T, np.eye(2)),
        "F is that of a covariance divided by n; divide by n - 1.": best * 29 / 30,
        "F is that of the sum of squares; divide by n - 1 under a root.": best * 29,
        "F' F is not the best approximation of rank 2 to the covariance.": True,
    }
    mistakes(F.T @ F, best, "F:", known)
    left = np.diag(covariance) - (F**2).sum(0)
    everything, by_n = np.sqrt(np.diag(covariance)), np.sqrt(np.maximum(x.var(0) - (F**2).sum(0), 0))
    known = {
        "sigma holds variances; draws are made with standard deviations.": left,
        "sigma holds all of the spread: what F has already would be counted twice.": everything,
        "sigma is what is missing to variances divided by n; divide by n - 1, as for F.": by_n,
    }
    mistakes(sigma, np.sqrt(left), "sigma: for 30 clips with 5 inputs", known)
    narrow = generator.normal(
        size=(4, 9)
    )  # three axes say it all; the rest must not become the root of a negative number
    rest = np.asarray(answer(narrow.copy(), 3)[2], dtype=float)
    nothing = "for 4 clips and rank 3 nothing is left for sigma; cut what rounding makes negative at 0."
    refuse(not np.allclose(rest, 0, atol=1e-6), nothing)


def over(answer: Answer) -> None:
    """Ask for the classes that are over in each stage: shown before, and not shown now.

    - For each stage, collect what all stages before it have shown.
    - Then take out what the stage itself shows.
    - A union of all stages before, and a difference with the stage itself; the first stage has nothing
      before it.
    """
    passes = ([{2}, {0}, {3}, {1}], [{1}, {0}, {1}, {0}], [{0}, {0, 1}, {2, 3}], [{0, 1, 2, 3}])
    for shown in passes:
        got, n = [set(classes) for classes in answer([set(classes) for classes in shown])], len(shown)
        refuse(len(got) != n, f"there are {n} stages, so {n} sets are asked for, and {len(got)} came.")
        case, before = f"for the stages {shown}", [set().union(*shown[:j]) for j in range(n)]
        right = [old - now for old, now in zip(before, shown)]
        stages = list(zip(got, before, shown))
        ahead = any(mine - old - now for mine, old, now in stages)
        refuse(ahead, f"{case} it names a class before it has been shown: that looks ahead.")
        own = any(mine - old for mine, old, _ in stages)
        refuse(own, f"{case} it names a class in its own first stage, which is not over yet.")
        again = any(mine & now for mine, _, now in stages)
        refuse(again, f"{case} it names a class whose clips are being shown again: they are here themselves.")
        refuse(got != right, f"{case} it should be {right}, and is {got}.")
