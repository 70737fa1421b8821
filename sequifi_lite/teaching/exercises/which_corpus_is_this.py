"""Exercises of the chapter on inferring the corpus of a clip."""

import numpy as np

from ._tools import Answer, Wrong, mistakes


def whom_to_ask(answer: Answer) -> None:
    """Ask for the corpus of each clip, or -1 where even the nearest mean is too far away.

    - Begin with the distance of every clip to every mean: a table with a row for each clip.
    - Two things of each row: the number of the least distance, and that distance. The limit is the one of
      that corpus.
    - Where the least distance is greater than the limit of its corpus the number is -1, else it stays.
    """
    means = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    limits = np.array([1.0, 6.0, 2.0])
    x = np.array(
        [[0.5, 0.0], [4.5, 0.0], [6.0, 0.0], [0.0, 7.5], [0.0, 8.0], [0.0, 9.0], [9.0, 1.0], [-9.0, -9.0]]
    )
    distance = np.linalg.norm(x[:, None] - means, axis=2)
    nearest, least = distance.argmin(1), distance.min(1)
    within = np.where(distance <= limits, distance, np.inf)
    reached = np.isfinite(within).any(1)
    known = {
        "no clip is refused: the limits play no part.": nearest,
        "the nearest comes first, then its limit; here a clip goes to a corpus further away whose limit is"
        " wider.": np.where(reached, within.argmin(1), -1),
        "a clip at exactly the limit is not further away than it.": np.where(
            least < limits[nearest], nearest, -1
        ),
        "the square of the distance is held against the limit.": np.where(
            least**2 > limits[nearest], -1, nearest
        ),
        "each clip is held against the widest limit; take that of its nearest corpus.": np.where(
            least > limits.max(), -1, nearest
        ),
        "each clip is held against the narrowest limit; take that of its nearest corpus.": np.where(
            least > limits.min(), -1, nearest
        ),
        "this is the furthest mean, not the nearest.": distance.argmax(1),
    }
    mistakes(answer(x, means, limits), np.where(least > limits[nearest], -1, nearest), "for 8 clips", known)


def to_blame(answer: Answer) -> None:
    """Ask which part of a router is to blame for its score.

    - Not every number that is given is needed: which of them says what the wrong addresses cost?
    - The gate costs `told - score`. The heads lack `reference - told`.
    - The gate comes first: if telling the corpus brings more than one point it is "gate". Then the heads.
    """
    cases = [
        ((55.0, 70.0, 82.0, 82.5), "gate"),
        ((47.0, 81.2, 81.6, 81.9), "nothing"),
        ((99.5, 72.0, 72.1, 80.0), "heads"),
        ((50.0, 74.0, 74.5, 80.0), "heads"),
        ((90.0, 77.0, 81.0, 84.0), "gate"),
        ((97.0, 79.0, 81.5, 81.0), "gate"),
        ((100.0, 83.0, 83.0, 83.7), "nothing"),
        ((80.0, 80.0, 81.0, 82.0), "nothing"),
    ]
    for (right, score, told, reference), wanted in cases:
        said = answer(right, score, told, reference)
        if said == wanted:
            continue
        reason = ""
        if wanted != "gate" and said == "gate" and right < 60:
            reason = "half of the addresses are wrong and nothing is lost by it: look at what telling brings."
        elif wanted == "gate" and right > 89 and said in ("nothing", "heads"):
            reason = "few addresses are wrong, and each costs much: look at what telling brings, and first."
        elif (score, told, reference) == (80.0, 81.0, 82.0):
            reason = "exactly one point is not more than one."
        raise Wrong(
            reason
            or f"with right {right:g}, score {score:g}, told {told:g} and reference {reference:g} it is"
            f" {wanted!r}, not {said!r}.",
            1,
        )
