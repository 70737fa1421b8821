"""Exhibits: three ways to count forgetting wrong. R (..., T, T) as in `sequifi_lite.evaluation.metrics`: row
i after corpus i.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...evaluation.metrics import forgetting


def never_negative_forgetting(R: np.ndarray) -> np.ndarray:
    """Forgetting with the last row among those that the maximum is taken over.

    Shelf: convention.
    Wrong: max over j <= i <= T includes R[T, j] itself, so the difference cannot fall below 0. A last corpus
    that helped an earlier one then shows as 0, and the mean over corpora is too large.
    Seen in: mammoth ``utils/metrics.py``; PyCIL.
    Told apart by:
    tests/evaluation/test_metric_bugs.py::test_what_got_better_at_the_end_is_negative_forgetting.
    """
    T = R.shape[-1]
    return np.mean([R[..., j:, j].max(-1) - R[..., -1, j] for j in range(T - 1)], axis=0)


def last_task_counted(R: np.ndarray) -> np.ndarray:
    """Forgetting with the corpus that was learnt last among those that are averaged.

    Shelf: bug.
    Wrong: nothing came after the last corpus, so its term is always 0, and the mean over T in place of T - 1
    corpora is too small by the factor (T - 1) / T: half with two corpora, and the less the longer the chain,
    so that long chains look worse.
    Seen in: the family of slips in ranges and denominators reported in continuum#281 (fixed), dytox#12 and
    RaptorMai/online-continual-learning#23.
    Told apart by:
    tests/evaluation/test_metric_bugs.py::test_the_last_corpus_has_nothing_to_forget.
    """
    T = R.shape[-1]
    return forgetting(R) * (T - 1) / T


def string_sorted_forgetting(R: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Forgetting of a table whose columns were put into the alphabetical order of their names.

    Shelf: bug.
    Wrong: rows stay in the order of learning and columns do not ('10' comes before '2'), so R[j, j] no longer
    is corpus j after it was learnt. No error is raised; every score in the table is right, only forgetting
    and transfer are not.
    Seen in: PyCIL ``trainer.py``, for more than 100 classes ('100-109' before '20-29').
    Told apart by:
    tests/evaluation/test_metric_bugs.py::test_columns_stay_in_the_order_of_learning.
    """
    return forgetting(R[..., np.argsort(names)])
