"""Exercises of the chapter on forgetting."""

import numpy as np

from ...evaluation import metrics
from ._tools import Answer, mistakes


def backward_transfer(answer: Answer) -> None:
    """Ask for the mean change of all corpora but the last since they were learnt.

    - Two lists of numbers are compared: the last row, and the diagonal.
    - R[-1] - np.diag(R) has one entry per corpus; that of the last corpus does not count.
    - The mean is over what is left without the last corpus; its own difference is zero and would pull the
      mean towards zero.
    """
    R = np.array([[80.0, 30.0, 40.0], [70.0, 90.0, 50.0], [75.0, 60.0, 85.0]])
    got = answer(R.copy())
    several = np.shape(got) in ((2,), (3,))
    known = {
        "it returns one number for each corpus; BWT is their mean, over all but the last.": several,
        "the sign is turned: a loss is negative.": 17.5,
        "the last corpus is counted, too; nothing came after it that could have changed it.": -35 / 3,
        "it compares with the first row; a corpus is forgotten from the row on in which it was learnt.": 12.5,
        "it adds up the losses; BWT is their mean over the corpora before the last.": -35.0,
        "rows and columns have changed places: rows are time, so the last row, R[-1], is the final "
        "model.": -40.0,
        "it compares with the row before the last; each corpus counts from the row in which it was "
        "learnt.": -12.5,
    }
    mistakes(got, -17.5, "for the matrix of the page", known)
    R[1, 0] = 84.0
    known = {
        "it compares with the best score so far, as forgetting does; BWT compares with the "
        "diagonal.": -metrics.forgetting(R)
    }
    mistakes(answer(R.copy()), -17.5, "for that matrix with 84 for A after B", known)
    generator = np.random.default_rng(0)
    for size in (2, 5):
        R = 100 * generator.random((size, size))
        mistakes(answer(R.copy()), metrics.backward_transfer(R), f"for {size} corpora")


def stability_gap(answer: Answer) -> None:
    """Ask for what a curve wins back from its lowest point to its end.

    - Where is the curve lowest, and where does it end?
    - The gap is what is won back: the last value minus the smallest one.
    """
    known = {
        "that is the whole fall from the start; the gap is the part of it that comes back by the end.": 25.0,
        "the sign is turned: what comes back is the end minus the lowest.": -19.0,
        "that is the lasting loss, from the start to the end; the gap is what lies between the lowest and "
        "the end.": 6.0,
        "that is the last step alone; the lowest point may lie anywhere on the curve.": 4.0,
    }
    mistakes(
        answer(np.array([80.0, 62.0, 55.0, 70.0, 74.0])), 19.0, "for the curve 80, 62, 55, 70, 74", known
    )
    mistakes(answer(np.array([80.0, 75.0, 71.0])), 0.0, "for a curve that only falls")
    known = {
        "for a curve that ends above its start it stops counting at the start; what is gained beyond it "
        "counts, too.": 10.0
    }
    mistakes(answer(np.array([70.0, 60.0, 85.0])), 25.0, "for the curve 70, 60, 85", known)
    rises = "for a curve that only rises, where the lowest point is the first,"
    mistakes(answer(np.array([70.0, 75.0, 80.0])), 10.0, rises)
    curve = 100 * np.random.default_rng(1).random(41)
    mistakes(answer(curve.copy()), curve[-1] - curve.min(), "for a curve of 41 points")
