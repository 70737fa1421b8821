"""Exercises of the chapter on the quick tour."""

import numpy as np

from ...evaluation import metrics
from ._tools import Answer, any_of, mistakes, refuse, shaped


def last_class_share(answer: Answer) -> None:
    """Ask for the share of predictions that are the class learnt last.

    - orders[:, -1] is the class that each run saw last.
    - Compare every row of predictions with the last class of that row: predictions == orders[:, -1:].
    - The share is the mean of that comparison along axis 1.
    """
    predictions = np.array([[0, 0, 1, 3], [2, 2, 2, 2], [1, 3, 3, 3]])
    orders = np.array([[3, 2, 1, 0], [0, 1, 3, 2], [1, 3, 0, 2]])
    got, right = answer(predictions.copy(), orders.copy()), [0.5, 1.0, 0.0]
    of_first, of_last_run = (predictions == orders[:, :1]).mean(1), (predictions == orders[-1, -1]).mean(1)
    counts, per_cent = np.multiply(4, right), np.multiply(100, right)
    known = {
        "it returns a single number: give the mean axis=1, so that every run keeps a share of its "
        "own.": shaped(),
        "it returns one number for each clip: the mean runs over the wrong axis, and axis=1 are the "
        "clips.": shaped(4),
        "this is the share of the first class of each order: the last has index -1.": of_first,
        "this is the share of the class with the highest number.": (predictions == 3).mean(1),
        "this takes the last class of the last run for all: each run has its own.": of_last_run,
        "this counts the predictions: a share is the count divided by the number of clips.": counts,
        "this is in %, and a share between 0 and 1 was asked for.": per_cent,
        "this is the share of all other classes: == instead of !=.": np.subtract(1, right),
    }
    mistakes(got, right, "for three runs of four predictions", known)
    generator = np.random.default_rng(0)
    predictions = generator.integers(4, size=(24, 60))
    orders = np.stack([generator.permutation(4) for _ in range(24)])
    right = metrics.last_class_share(metrics.confusion(np.zeros(60, int), predictions, 4), orders)
    mistakes(answer(predictions, orders), right, "for 24 runs of 60 predictions")


def stability_and_plasticity(answer: Answer) -> None:
    """Ask for the changes of both scores, dS and dP.

    - Both are differences: a score after training minus the score before it.
    - Index 0 is the source, index 1 the target; return dS first, then dP.
    """
    before, after = np.array([80.0, 55.0]), np.array([71.5, 90.0])
    got, across = answer(before, after), (after[1] - after[0], before[1] - before[0])
    refuse(np.shape(got) != (2,), "it should return two numbers, dS and dP.")
    relative, between, other = after / before - 1, any_of(across, across[::-1]), after - before[::-1]
    known = {
        "the two numbers are there, in the other order: dS belongs to the source.": [35.0, -8.5],
        "the signs are turned: a loss is negative.": [8.5, -35.0],
        "the sign of dS is lost: the source got worse, so dS is negative.": [8.5, 35.0],
        "these are ratios: take the score after less the score before.": after / before,
        "these are relative changes: differences in points were asked for, so divide by nothing.": relative,
        "these are the scores after training: take off those before.": after,
        "this compares target with source: compare each corpus with itself, before.": between,
        "each score is compared with the other corpus's: source with source, target with target.": other,
    }
    mistakes(got, [-8.5, 35.0], "for source 80 to 71.5 and target 55 to 90", known)


def uar(answer: Answer) -> None:
    """Ask for the mean of the recalls in a confusion matrix.

    - c[i, j] counts clips of class i that were called j, so a row holds all clips of one class.
    - The recall of class i is c[i, i] divided by the sum of row i; np.diag(c) gives the diagonal.
    - np.diag(c) is what was right in each class, c.sum(axis=1) how many clips the class has; the mean comes
      after the division.
    """
    c = np.array([[3, 1, 0, 0], [0, 4, 0, 0], [1, 0, 1, 0], [2, 0, 0, 3]])
    hits = np.diag(c)
    recalls, everything = hits / c.sum(1), (np.mean(c / c.sum(1, keepdims=True)), np.mean(c / c.sum(1)))
    of_all = np.mean(hits / c.sum())
    known = {
        "these are the recalls of the four classes: return their mean.": recalls,
        "this is the accuracy: it counts clips, not classes.": metrics.accuracy(c),
        "this is the mean precision: the sum runs over the wrong axis.": np.mean(hits / c.sum(0)),
        "this is the median of the recalls: the average in UAR is the mean.": np.median(recalls),
        "this is the sum of the recalls: divide it by the number of classes.": recalls.sum(),
        "this is in %, and a share between 0 and 1 was asked for.": 100 * recalls.mean(),
        "this is the mean number of right clips: divide each by the clips of its class first.": hits.mean(),
        "every count is divided by all clips: divide each by the clips of its own class, its row.": of_all,
        "this is the mean over the whole matrix: recalls are on its diagonal alone.": any_of(*everything),
    }
    mistakes(answer(c.copy()), metrics.uar(c), "for a matrix with recalls 3/4, 1, 1/2 and 3/5", known)
