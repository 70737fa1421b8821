"""Exercises of chapter 06, vanilla fine-tuning: weigh rare classes, and choose a setting on validation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _rare_weights(function: Callable) -> None:
    for labels, classes in (([0, 0, 0, 1], 2), ([2, 2, 1, 0, 2, 2, 1, 0, 2], 3)):
        labels = np.array(labels)
        counts = np.bincount(labels)
        got = function(labels.copy(), classes)
        for odd, why in (
            (counts / len(labels), "these are the shares of the classes: a rare class would weigh less."),
            (
                len(labels) / counts,
                "divide by the number of classes too: the mean weight of a clip would be K, not 1.",
            ),
            (1 / counts, "times n / K is missing: the mean weight of a clip would not be 1."),
            (
                classes / counts / (1 / counts).sum(),
                "the mean over classes is 1 now; it is the mean over clips that has to be 1.",
            ),
        ):
            if np.shape(got) == np.shape(odd) and np.allclose(got, odd):
                raise Wrong(why)
        if np.shape(got) == np.shape(labels):
            raise Wrong("give back one weight for each class, not one for each clip.")
        same(
            function(labels.copy(), classes),
            len(labels) / (classes * np.bincount(labels)),
            f"for {labels.tolist()}",
        )


TABLES = (
    ([[0.4, 0.6, 0.5], [0.5, 0.7, 0.9]], (1, 2), "the best is in the last row"),
    ([[0.1, 0.2, 0.8], [0.3, 0.8, 0.1]], (1, 1), "two are equal, and the second row gets there earlier"),
    ([[0.2, 0.6], [0.3, 0.6]], (0, 1), "two are equal in one column"),
)


def _choose_setting(function: Callable) -> None:
    for table, right, why in TABLES:
        got = function(np.array(table))
        if np.shape(got) != (2,):
            raise Wrong("give back two numbers, the row and the column; np.unravel_index makes them of one.")
        if tuple(got) != right and tuple(got) == right[::-1]:
            raise Wrong(f"for {table} it returns the column first; the row comes first, {right}.")
        if tuple(got) != right:
            raise Wrong(f"for {table} it should return {right} ({why}), and returns {tuple(map(int, got))}.")


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "rare_weights": (
        _rare_weights,
        (
            "Count the clips of every class first.",
            "np.bincount(labels, minlength=classes) counts; a rare class weighs more.",
        ),
    ),
    "choose_setting": (
        _choose_setting,
        (
            "argmax returns the first of equals, row by row.",
            "Transpose the table, and rows and columns change places.",
        ),
    ),
}
