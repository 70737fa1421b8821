"""How far probabilities are to be believed: a temperature, and the error that is left."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

from ..errors import ArgumentError
from .metrics import _labels

RANGE = 1e-2, 1e4  # of temperatures; linear rules on a thousand inputs have scores in the thousands


def temperature(scores: np.ndarray, truth: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Find the T > 0 for which softmax(scores / T) gives the truth the largest likelihood.

    No prediction changes. The likelihood is concave in 1/T. Source: Guo et al. 2017, On calibration of modern
    neural networks (arXiv 1706.04599), section 4.2.

    Parameters
    ----------
    scores : ndarray (..., n, K)
        Of clips that were not trained on; runs along leading axes count alike.
    truth : ndarray of int (n,)
    weights : ndarray (n,), optional

    Returns
    -------
    float
        Between 0.01 and 10,000; at the lower end where every clip is called right.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.log([[0.9, 0.1]] * 4)  # says 0.9, and is right three times of four
    >>> T = temperature(scores, np.array([0, 0, 0, 1]))
    >>> round(float(0.9 ** (1 / T) / (0.9 ** (1 / T) + 0.1 ** (1 / T))), 3)
    0.75
    """
    scores = np.asarray(scores, dtype=np.float64)
    truth = _labels("truth", truth, scores.shape[-1])
    if scores.ndim < 2 or scores.shape[-2:-1] != truth.shape or not len(truth):
        raise ArgumentError(
            f"scores has shape {scores.shape} and truth {truth.shape}; give (..., n, classes) and (n,),"
            " with at"
            " least one clip."
        )
    scores = scores - scores.max(-1, keepdims=True)
    own = np.take_along_axis(scores, np.broadcast_to(truth[:, None], (*scores.shape[:-1], 1)), -1)[..., 0]

    def loss(log_inverse: float) -> float:
        beta = np.exp(log_inverse)
        with np.errstate(invalid="ignore"):
            each = logsumexp(beta * scores, axis=-1) - beta * own
        return float(np.average(np.clip(each, 0, 1e6), axis=-1, weights=weights).mean())

    low, high = -np.log(RANGE[1]), -np.log(RANGE[0])
    grid = np.linspace(low, high, 60)
    losses = [loss(value) for value in grid]
    best = int(np.argmin(losses))
    around = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found = minimize_scalar(loss, bounds=around, method="bounded", options={"xatol": 1e-6})
    return float(np.exp(-found.x if found.fun <= losses[best] else -grid[best]))


def calibration_error(probabilities: np.ndarray, truth: np.ndarray, bins: int = 10) -> float:
    """Average how far the share of right answers lies from what was said, over bins of what was said.

    Each bin counts by its clips. Source: Guo et al. 2017 (arXiv 1706.04599), equation 3.

    Parameters
    ----------
    probabilities : ndarray (n, K)
    truth : ndarray of int (n,)

    Examples
    --------
    >>> import numpy as np
    >>> calibration_error(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([0, 1]))  # right half the time
    0.5
    """
    probabilities = np.asarray(probabilities, dtype=np.float64)
    truth = _labels("truth", truth, probabilities.shape[-1])
    if probabilities.ndim != 2 or len(probabilities) != len(truth) or not len(truth):
        raise ArgumentError(
            f"probabilities has shape {probabilities.shape} and truth {truth.shape}; give (n, classes)"
            " and (n,),"
            " with at least one clip."
        )
    said, right = probabilities.max(1), probabilities.argmax(1) == truth
    place = np.minimum((said * bins).astype(int), bins - 1)
    gaps = [abs(float(np.sum(said[place == b] - right[place == b]))) for b in np.unique(place)]
    return sum(gaps) / len(truth)
