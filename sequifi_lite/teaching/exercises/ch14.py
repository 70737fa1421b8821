"""Exercises of chapter 14, dark experience replay: a test of each of the reader's functions, and hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _draws():
    generator = np.random.default_rng(0)
    for m, K in ((3, 4), (1, 4), (5, 2)):
        yield generator.normal(size=(m, K)), generator.normal(size=(m, K))


def _dark_term(function: Callable) -> None:
    for z, stored in _draws():
        case = f"for {z.shape[0]} clips and {z.shape[1]} classes"
        expected = ((z - stored) ** 2).sum(1).mean()
        got = function(z.copy(), stored.copy())
        if np.shape(got) == () and not np.isclose(got, expected):
            if np.isclose(got, expected / z.shape[1]):
                raise Wrong(
                    f"{case} this is the mean over classes: the same alpha would be {z.shape[1]} times as weak."
                )
            if np.isclose(got, expected * z.shape[0]):
                raise Wrong(
                    f"{case} this is the sum over clips: the term would grow with the number that is drawn."
                )
            d = z - stored
            for reason, wrong in {
                "the sum is over clips and the mean over classes; it should be the other way round.": (d**2)
                .sum(0)
                .mean(),
                "this is the mean distance; the distance has to be squared.": np.sqrt((d**2).sum(1)).mean(),
                "there are absolute values in place of squares.": np.abs(d).sum(1).mean(),
                "there are no squares: differences of both signs cancel.": d.sum(1).mean(),
                "there is a half too many: this term has none.": expected / 2,
            }.items():
                if np.isclose(got, wrong):
                    raise Wrong(f"{case} {reason}")
        same(got, expected, case)


def _dark_gradient(function: Callable) -> None:
    for z, stored in _draws():
        case = f"for {z.shape[0]} clips and {z.shape[1]} classes"
        slope = np.zeros_like(z)
        for place in np.ndindex(*z.shape):
            moved = z.copy()
            moved[place] += 1e-6
            slope[place] = (((moved - stored) ** 2).sum() - ((z - stored) ** 2).sum()) / 1e-6 / len(z)
        got = function(z.copy(), stored.copy())
        if np.shape(got) == z.shape:
            for reason, wrong in {
                "the sign is the other way round.": -slope,
                "a factor 2 is missing: it comes from the square.": slope / 2,
                "the mean over clips is missing.": slope * len(z),
                "it divides by the number of classes; the mean is over clips.": slope * len(z) / z.shape[1],
                "it divides by the number of classes as well; over them the term is a sum.": slope
                / z.shape[1],
            }.items():
                if np.allclose(got, wrong, atol=1e-4) and not np.allclose(got, slope, atol=1e-4):
                    raise Wrong(f"{case} {reason}")
        if np.shape(got) != z.shape or not np.allclose(np.asarray(got, dtype=float), slope, atol=1e-4):
            same(got, slope, case)


EXERCISES = {
    "dark_term": (
        _dark_term,
        [
            "It is the mean, over the clips drawn, of a squared distance.",
            "A squared distance sums over the classes.",
            "Sum the squares along the last axis, then take the mean.",
        ],
    ),
    "dark_gradient": (
        _dark_gradient,
        [
            "Differentiate one square first.",
            "The derivative of (z - a)^2 is 2 (z - a); what does the mean over clips add?",
            "2 * (z - stored) / number of clips.",
        ],
    ),
}
