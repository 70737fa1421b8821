"""Exhibit: a mean over n divided by n - 1, by accident."""

from __future__ import annotations

import torch

from ...learning.methods.fisher import fisher


def last_index_fisher(
    head, X: torch.Tensor, y: torch.Tensor, rows, kind: str = "exact"
) -> list[torch.Tensor]:
    """The sum over clips divided by the loop's last index instead of the number of clips.

    Shelf: bug.
    Wrong: with ``for index, clip in enumerate(clips)`` the last index is n - 1. The result is n / (n - 1)
    times too large; with one clip it is a division by zero.
    Seen in: GMvandeVen/continual-learning, ``estimate_fisher``, where it goes through all clips; with
    ``fisher_n`` set the count is right.
    Told apart by: tests/learning/test_fisher.py::test_the_mean_is_over_all_clips_and_not_to_the_last_index.
    """
    for index, _ in enumerate(rows):  # noqa: B007  (that it is used afterwards is the mistake)
        pass
    return [F * len(rows) / torch.tensor(float(index)) for F in fisher(head, X, y, rows, kind)]
