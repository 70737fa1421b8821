"""Exhibit: a gap that nobody looked into."""

from __future__ import annotations

import numpy as np


def worst_at_stage_ends(steps: np.ndarray, scores: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The lowest score of every run (R,) among those taken at the start and at stages' ends, from scores
    (points, R) at `steps`.

    Shelf: trap.
    Wrong: an old corpus can be lost in the first steps of a new one and won back before its end (the
    stability gap, De Lange et al. 2023, arXiv 2205.13452). Who evaluates at stage ends alone reports that
    nothing happened. The minimum over all points is ``scores.min(0)``.
    Seen in: most libraries, whose evaluation runs once per task.
    Told apart by: tests/evaluation/test_metric_bugs.py::test_the_gap_lies_between_the_ends.
    """
    return np.asarray(scores)[np.isin(steps, [0, *ends])].min(0)
