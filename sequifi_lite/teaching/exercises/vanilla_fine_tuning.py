"""Exercises of the chapter on vanilla fine-tuning."""

import numpy as np

from ._tools import Answer, mistakes, refuse, shaped


def rare_weights(answer: Answer) -> None:
    """Ask for weights of the classes with which the mean weight of a clip is 1.

    - Count the clips of every class first.
    - np.bincount(labels, minlength=classes) counts; a rare class weighs more.
    """
    for labels, classes in (([0, 0, 0, 1], 2), ([2, 2, 1, 0, 2, 2, 1, 0, 2], 3)):
        counts, n = np.bincount(labels), len(labels)
        by_class = classes / counts / (1 / counts).sum()
        known = {
            "these are the shares of the classes: a rare class would weigh less.": counts / n,
            "divide by the number of classes too: the mean weight of a clip would be K, not 1.": n / counts,
            "times n / K is missing: the mean weight of a clip would not be 1.": 1 / counts,
            "the mean over classes is 1 now; it is the mean over clips that has to be 1.": by_class,
            "give back one weight for each class, not one for each clip.": shaped(n),
        }
        mistakes(answer(np.array(labels), classes), n / (classes * counts), f"for {labels}", known)


def choose_setting(answer: Answer) -> None:
    """Ask for row and column of the best score, the first column that reaches it.

    - argmax returns the first of equals, row by row.
    - Transpose the table, and rows and columns change places.
    """
    for table, right, why in (
        ([[0.4, 0.6, 0.5], [0.5, 0.7, 0.9]], (1, 2), "the best is in the last row"),
        ([[0.1, 0.2, 0.8], [0.3, 0.8, 0.1]], (1, 1), "two are equal, and the second row gets there earlier"),
        ([[0.2, 0.6], [0.3, 0.6]], (0, 1), "two are equal in one column"),
    ):
        got = answer(np.array(table))
        two = "give back two numbers, the row and the column; np.unravel_index makes them of one."
        refuse(np.shape(got) != (2,), two)
        known = {
            f"for {table} it returns the column first; the row comes first, {right}.": right[::-1],
            f"for {table} it should return {right} ({why}), and returns {tuple(map(int, got))}.": True,
        }
        mistakes(got, right, "", known)
