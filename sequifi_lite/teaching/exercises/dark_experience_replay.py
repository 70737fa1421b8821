"""Exercises of the chapter on dark experience replay."""

from collections.abc import Iterator

import numpy as np

from ._tools import Answer, mistakes


def _draws() -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Draw logits of a model and stored ones, for three sizes."""
    generator = np.random.default_rng(0)
    for m, K in ((3, 4), (1, 4), (5, 2)):
        yield f"for {m} clips and {K} classes", generator.normal(size=(m, K)), generator.normal(size=(m, K))


def dark_term(answer: Answer) -> None:
    """Ask for the mean squared distance of logits to the stored ones.

    - It is the mean, over the clips drawn, of a squared distance.
    - A squared distance sums over the classes.
    - Sum the squares along the last axis, then take the mean.
    """
    for case, z, stored in _draws():
        (m, K), d = z.shape, z - stored
        right = (d**2).sum(1).mean()
        over_clips, turned, distance = right * m, (d**2).sum(0).mean(), np.sqrt((d**2).sum(1)).mean()
        known = {
            f"{case} this is the mean over classes: the same alpha would be {K} times as weak.": right / K,
            f"{case} this is the sum over clips: the term would grow with the number that is "
            "drawn.": over_clips,
            f"{case} the sum is over clips and the mean over classes; it should be the other way "
            "round.": turned,
            f"{case} this is the mean distance; the distance has to be squared.": distance,
            f"{case} there are absolute values in place of squares.": np.abs(d).sum(1).mean(),
            f"{case} there are no squares: differences of both signs cancel.": d.sum(1).mean(),
            f"{case} there is a half too many: this term has none.": right / 2,
        }
        mistakes(answer(z.copy(), stored.copy()), right, case, known)


def dark_gradient(answer: Answer) -> None:
    """Ask for the gradient of that term with respect to the logits.

    - Differentiate one square first.
    - The derivative of (z - a)^2 is 2 (z - a); what does the mean over clips add?
    - Only the number of clips divides: the classes were summed.
    """
    for case, z, stored in _draws():
        (m, K), slope = z.shape, np.zeros_like(z)
        for place in np.ndindex(
            *z.shape
        ):  # by moving one logit at a time: no formula that could be wrong as well
            moved = z.copy()
            moved[place] += 1e-6
            slope[place] = (((moved - stored) ** 2).sum() - ((z - stored) ** 2).sum()) / 1e-6 / m
        known = {
            f"{case} the sign is the other way round.": -slope,
            f"{case} a factor 2 is missing: it comes from the square.": slope / 2,
            f"{case} the mean over clips is missing.": slope * m,
            f"{case} it divides by the number of classes; the mean is over clips.": slope * m / K,
            f"{case} it divides by the number of classes as well; over them the term is a sum.": slope / K,
        }
        mistakes(answer(z.copy(), stored.copy()), slope, case, known, atol=1e-4)
