"""Exercises of chapter 18, the switches."""

import numpy as np

from ._tools import Answer, mistakes


def clips_in_focus(answer: Answer) -> None:
    """Ask how many clips of a batch are of the stage's class, and of each other one.

    - Count the two halves of the batch one after the other.
    - The second half is cut into K equal parts, and one of them is the stage's class again.
    - The stage's class has batch / 2 + batch / 2 / K clips.
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
    }
    mistakes(answer(np.array([[1.0, 3.0], [5.0, 7.0]]), 0), 80.0, "for [[1, 3], [5, 7]] and axis 0", known)
    x = np.random.default_rng(0).normal(size=(3, 2, 4))
    means = [x[:, i].mean() for i in range(2)]
    right = 100 * sum(12 * (mean - x.mean()) ** 2 for mean in means) / ((x - x.mean()) ** 2).sum()
    mistakes(answer(x, 1), right, "for an array of shape (3, 2, 4) and axis 1")
