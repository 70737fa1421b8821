"""What came of it: scores of predictions, and of an accuracy matrix.

Scores start from a confusion matrix C (..., K, K): C[i, j] clips of class i were called j. Leading axes
(runs, points in time) are kept. Classes without a clip in the test part have no recall and are left out of
the means.
"""

from __future__ import annotations

import numpy as np


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
    ValueError
        If a number is K or higher.

    Examples
    --------
    >>> import numpy as np
    >>> from sequifi_lite import confusion
    >>> confusion(np.array([0, 0, 1]), np.array([0, 1, 1]), classes=2)
    array([[1, 1],
           [0, 1]])
    """
    predicted = np.asarray(predicted)
    if max(np.max(truth, initial=0), np.max(predicted, initial=0)) >= classes:
        raise ValueError(
            f"There are {classes} classes, numbered from 0, and a higher number among truth or predictions."
        )
    pairs = np.asarray(truth, dtype=np.int64) * classes + predicted
    flat = pairs.reshape(-1, pairs.shape[-1]) if pairs.ndim > 1 else pairs[None]
    counts = np.stack([np.bincount(row, minlength=classes**2) for row in flat])
    return counts.reshape(*predicted.shape[:-1], classes, classes)


def recalls(c: np.ndarray) -> np.ndarray:
    """Recall of every class (..., K); NaN where a class has no clip."""
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
    return np.trace(c, axis1=-2, axis2=-1) / c.sum((-2, -1))


def macro_f1(c: np.ndarray) -> np.ndarray:
    """Mean over classes of 2 TP / (2 TP + FP + FN); classes neither present nor predicted are left out."""
    both = c.sum(-1) + c.sum(-2)
    f1 = np.divide(
        2 * np.diagonal(c, axis1=-2, axis2=-1), both, out=np.full(both.shape, np.nan), where=both > 0
    )
    return np.nanmean(f1, axis=-1)


def shares(c: np.ndarray) -> np.ndarray:
    """Share of the predictions that each class receives (..., K).

    At its last class: the collapse diagnostic of class orders.
    """
    return c.sum(-2) / c.sum((-2, -1))[..., None]


def last_class_share(c: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Share of predictions equal to the class trained last: (..., R) from confusions (..., R, K, K) and
    orders (R, K).
    """
    last = np.asarray(orders)[:, -1]
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
    return R[..., -1, :].mean(-1)


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
    return (np.diagonal(R, offset=1, axis1=-2, axis2=-1) - reference[..., 1:]).mean(-1)
