"""What came of it: scores of predictions, and of an accuracy matrix.

Scores start from a confusion matrix C (..., K, K): C[i, j] clips of class i were called j. Leading axes
(runs, points in time) are kept. Classes without a clip in the test part have no recall and are left out of
the means.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ArgumentError, check_whole


def _array(values: Any) -> np.ndarray:
    """Read an array; of rows of unlike lengths there is none."""
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ArgumentError("Rows of unlike lengths make no array; give each as many entries.") from error


def _labels(role: str, values: Any, classes: int) -> np.ndarray:
    """Read class numbers; what would be counted under another class is refused."""
    values = _array(values)
    if values.size and (values.dtype == bool or not np.issubdtype(values.dtype, np.integer)):
        raise ArgumentError(
            f"{role} holds {values.dtype} values; give classes as whole numbers, numbered from 0."
        )
    if values.size and not (0 <= values.min() and values.max() < classes):
        wrong = values.min() if values.min() < 0 else values.max()
        raise ArgumentError(
            f"{role} holds {wrong} and there are {classes} classes, numbered from 0 to {classes - 1}; leave"
            " out clips without a class, and number the others so."
        )
    return values.astype(np.int64)


def _counts(c: Any) -> np.ndarray:
    """Read confusion matrices (..., K, K); what is none would be averaged to a score all the same."""
    c = _array(c)
    if c.ndim < 2 or c.shape[-1] != c.shape[-2] or not c.shape[-1]:
        raise ArgumentError(
            f"A confusion matrix is square, (..., classes, classes), and an array of shape {c.shape} was"
            " given; make one with confusion(truth, predicted, classes)."
        )
    if not np.issubdtype(c.dtype, np.number) or np.iscomplexobj(c) or not np.all(np.isfinite(c) & (c >= 0)):
        raise ArgumentError(
            "A confusion matrix holds counts, and one with other entries was given (negative, not finite or"
            " no numbers); make one with confusion(truth, predicted, classes)."
        )
    return c


def _corpora(R: Any, least: int = 1) -> np.ndarray:
    """Read an accuracy matrix (..., T, T) of at least so many corpora."""
    R = _array(R)
    square = R.ndim >= 2 and R.shape[-1] == R.shape[-2] and np.issubdtype(R.dtype, np.number)
    if not square or R.shape[-1] < least:
        raise ArgumentError(
            f"An accuracy matrix has shape (..., T, T) for T corpora, here at least {least}, and an array of"
            f" shape {R.shape} was given; make one with accuracy_matrix(stops, problem)."
        )
    return R


def confusion(truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Count what each class was called.

    Parameters
    ----------
    truth : ndarray of int (n,)
        Classes, numbered from 0.
    predicted : ndarray of int (..., n)
        Leading axes, such as runs, are kept.
    classes : int
        K

    Returns
    -------
    ndarray of int64 (..., K, K)
        Entry [i, j] counts the clips of class i that were called j.

    Raises
    ------
    ArgumentError
        If truth or predictions are no whole numbers from 0 to K - 1, or not one prediction for each clip.

    Examples
    --------
    >>> import numpy as np
    >>> from sequifi_lite import confusion
    >>> confusion(np.array([0, 0, 1]), np.array([0, 1, 1]), classes=2)
    array([[1, 1],
           [0, 1]])
    """
    classes = check_whole("classes", classes)
    truth, predicted = _labels("truth", truth, classes), _labels("predicted", predicted, classes)
    if truth.ndim != 1 or predicted.shape[-1:] != truth.shape:
        raise ArgumentError(
            f"truth has shape {truth.shape} and predicted {predicted.shape}; give a class for each of n"
            " clips, (n,), and a prediction for each of the same clips, (..., n)."
        )
    pairs = truth * classes + predicted
    counts = np.zeros((*predicted.shape[:-1], classes**2), dtype=np.int64)
    for run in np.ndindex(predicted.shape[:-1]):
        counts[run] = np.bincount(pairs[run], minlength=classes**2)
    return counts.reshape(*predicted.shape[:-1], classes, classes)


def recalls(c: np.ndarray) -> np.ndarray:
    """Recall of every class (..., K); NaN where a class has no clip."""
    c = _counts(c)
    support = c.sum(-1)
    return np.divide(
        np.diagonal(c, axis1=-2, axis2=-1), support, out=np.full(support.shape, np.nan), where=support > 0
    )


def uar(c: np.ndarray) -> np.ndarray:
    """Average the recalls of all classes, each with the same weight: unweighted average recall.

    It is 1/K for a constant guess. Source: Schuller et al. 2009, Interspeech 2009 Emotion Challenge.

    Parameters
    ----------
    c : ndarray (..., K, K)
        Confusion matrices. A class without a clip is left out of the mean.

    Returns
    -------
    ndarray (...)
        A share: 1 where every clip is called right.

    Examples
    --------
    >>> import numpy as np
    >>> from sequifi_lite import uar
    >>> float(uar(np.array([[8, 2], [3, 3]])))  # the mean of 8/10 and 3/6
    0.65
    """
    return np.nanmean(recalls(c), axis=-1)


def accuracy(c: np.ndarray) -> np.ndarray:
    """Share of clips called right."""
    c = _counts(c)
    return np.trace(c, axis1=-2, axis2=-1) / c.sum((-2, -1))


def macro_f1(c: np.ndarray) -> np.ndarray:
    """Mean over classes of 2 TP / (2 TP + FP + FN); classes neither present nor predicted are left out."""
    c = _counts(c)
    both = c.sum(-1) + c.sum(-2)
    f1 = np.divide(
        2 * np.diagonal(c, axis1=-2, axis2=-1), both, out=np.full(both.shape, np.nan), where=both > 0
    )
    return np.nanmean(f1, axis=-1)


def shares(c: np.ndarray) -> np.ndarray:
    """Share of the predictions that each class receives (..., K).

    At its last class: the collapse diagnostic of class orders.
    """
    c = _counts(c)
    return c.sum(-2) / c.sum((-2, -1))[..., None]


def last_class_share(c: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Share of predictions equal to the class trained last: (..., R) from confusions (..., R, K, K) and
    orders (R, K).
    """
    c = _counts(c)
    orders = _labels("orders", orders, c.shape[-1])
    if orders.ndim != 2 or c.shape[-3:-2] != orders.shape[:1] or not orders.size:
        raise ArgumentError(
            f"orders has shape {orders.shape} and the confusion matrices {c.shape}; give an order of the"
            " classes for each run, (R, K)."
        )
    last = orders[:, -1]
    return np.take_along_axis(shares(c), np.broadcast_to(last[:, None], (*c.shape[:-2], 1)), axis=-1)[..., 0]


def average(R: np.ndarray) -> np.ndarray:
    """ACC = (1/T) sum_j R[T, j], the mean score after the last stage (Lopez-Paz & Ranzato 2017, arXiv
    1706.08840).

    Parameters
    ----------
    R : ndarray (..., T, T)
        Accuracy matrix: R[i, j] is the score on corpus j after training on corpus i. Also for the functions
        below.
    """
    return _corpora(R)[..., -1, :].mean(-1)


def backward_transfer(R: np.ndarray) -> np.ndarray:
    """Average what became of the earlier corpora: BWT = (1/(T-1)) sum_{j<T} (R[T, j] - R[j, j]).

    Negative where the past got worse. Source: Lopez-Paz & Ranzato 2017, arXiv 1706.08840.

    Parameters
    ----------
    R : ndarray (..., T, T)
        Accuracy matrix, from `accuracy_matrix`.

    Returns
    -------
    ndarray (...)
        In the units of R.

    Examples
    --------
    >>> import numpy as np
    >>> from sequifi_lite import backward_transfer
    >>> float(backward_transfer(np.array([[80.0, 40.0], [65.0, 70.0]])))
    -15.0
    """
    R = _corpora(R, 2)
    return (R[..., -1, :] - np.diagonal(R, axis1=-2, axis2=-1))[..., :-1].mean(-1)


def forgetting(R: np.ndarray) -> np.ndarray:
    """Average the loss since the best: F = (1/(T-1)) sum_{j<T} (max_{j<=i<T} R[i, j] - R[T, j]).

    The maximum runs over rows from learning j up to, not including, the last, so F is negative where the last
    stage helped. With two corpora F = -BWT. Source: Chaudhry et al. 2018, arXiv 1801.10112.

    Parameters
    ----------
    R : ndarray (..., T, T)
        Accuracy matrix, from `accuracy_matrix`.

    Returns
    -------
    ndarray (...)
        In the units of R.

    Examples
    --------
    >>> import numpy as np
    >>> from sequifi_lite import forgetting
    >>> float(forgetting(np.array([[80.0, 40.0], [65.0, 70.0]])))
    15.0
    """
    R = _corpora(R, 2)
    T = R.shape[-1]
    drops = [R[..., j:-1, j].max(-1) - R[..., -1, j] for j in range(T - 1)]
    return np.mean(drops, axis=0)


def forward_transfer(R: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """FWT = (1/(T-1)) sum_{j>=2} (R[j-1, j] - r_j): what the past gave a corpus before it was seen (arXiv
    1706.08840).

    Parameters
    ----------
    reference : ndarray (..., T)
        r_j, the score on corpus j of an untrained model.
    """
    R, reference = _corpora(R, 2), np.asarray(reference)
    if reference.shape[-1:] != R.shape[-1:]:
        raise ArgumentError(
            f"The reference has shape {reference.shape} and the accuracy matrix {R.shape}; give one score for"
            " each corpus."
        )
    return (np.diagonal(R, offset=1, axis1=-2, axis2=-1) - reference[..., 1:]).mean(-1)
