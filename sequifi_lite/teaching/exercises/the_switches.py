"""Exercises of the chapter on the switches."""

import numpy as np

from ._tools import Answer, any_of, mistakes


def clips_in_focus(answer: Answer) -> None:
    """Ask how many clips of a batch are of the stage's class, and of each other one.

    - Count the two halves of the batch one after the other.
    - The second half is cut into K equal parts, and one of them is the stage's class again.
    - Add what the class has in the first half to its part of the second; every other class has that part
      alone.
    """
    a_half, one_against_rest = (16, 4), (16, 16 / 3)
    known = {
        "the stage's class is among all classes too: it has its half and its part of the other half.": a_half,
        "this is one against the rest; here the second half shows all classes, the stage's own "
        "included.": one_against_rest,
        "the pair is turned: the stage's class comes first.": (4, 20),
    }
    mistakes(answer(32, 4), (20, 4), "for 32 clips and 4 classes", known)
    mistakes(answer(12, 3), (8, 2), "for 12 clips and 3 classes")


def share_of_switch(answer: Answer) -> None:
    """Ask for the share of the variance that one axis brings, in %.

    - First the mean of every level of the switch: average over all other axes.
    - x.mean(axis=...) takes a tuple of axes.
    - Then the variance of these means over the variance of x, times 100.
    """
    known = {
        "the share is right, but it should be in %.": 0.8,
        "this is the share of the other axis: average over all axes but the one that is asked for.": 20,
        "this is a ratio of standard deviations; variances add up to a whole, deviations do not.": 100
        * 0.8**0.5,
        "this is the variance of the level means; divide it by that of all cells.": any_of(4.0, 400.0),
        "the fraction is upside down: the variance of all cells is the whole.": 125.0,
        "it divides by n - 1 once and by n once: two level means stand for four cells, so use var() for "
        "both.": any_of(160.0, 60.0, 120.0),
        "these are the means of the levels: ask how much they vary.": lambda got: np.shape(got) == (2,),
    }
    mistakes(answer(np.array([[1.0, 3.0], [5.0, 7.0]]), 0), 80.0, "for [[1, 3], [5, 7]] and axis 0", known)
    x = np.random.default_rng(0).normal(size=(3, 2, 4))
    means = [x[:, i].mean() for i in range(2)]
    right = 100 * sum(12 * (mean - x.mean()) ** 2 for mean in means) / ((x - x.mean()) ** 2).sum()
    case, levels = "for an array of shape (3, 2, 4) and axis 1", 100 / x.var()
    known = {
        f"{case} it averages over that axis alone: average over all the others, so that one mean is left "
        "for each level.": levels * x.mean(axis=1).var(),
        f"{case} it averages over one of the other axes only; all but the one asked for have to go.": any_of(
            levels * x.mean(axis=0).var(), levels * x.mean(axis=2).var()
        ),
        f"{case} it is the share of the first or of the last axis; the one asked for is in the "
        "middle.": any_of(levels * x.mean(axis=(1, 2)).var(), levels * x.mean(axis=(0, 1)).var()),
        f"{case} the sum of squares counts each level once; each stands for as many cells.": any_of(
            100 * sum((m - x.mean()) ** 2 for m in means) / ((x - x.mean()) ** 2).sum()
        ),
    }
    mistakes(answer(x, 1), right, case, known)
