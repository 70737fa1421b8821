"""The linear probe: how well a class can be read off given vectors by logistic regression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..errors import ArgumentError, check_number


def linear_probe(C: float = 0.01):
    """Make the linear probe of the book: standardise, then balanced logistic regression.

    Parameters
    ----------
    C : float
        Inverse strength of its L2 penalty: the smaller, the stronger.

    Returns
    -------
    sklearn.pipeline.Pipeline
        With ``fit(X, y)`` and ``predict(X)``, for X of shape (clips, features).
    """
    check_number("C", C, open_=True)
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=C, class_weight="balanced", max_iter=5_000))


def _check(X: np.ndarray, y: np.ndarray, others: Sequence[np.ndarray]) -> None:
    """Refuse what logistic regression would take without a word, or refuse in words of its own."""
    if X.ndim != 2 or y.shape != X.shape[:1] or any(other.shape[1:] != X.shape[1:] for other in others):
        shapes = ", ".join(str(other.shape) for other in others)
        raise ArgumentError(
            f"X has shape {X.shape}, y {y.shape} and the other rows {shapes}; give clips as rows of the same"
            " features, and a class for each clip of X."
        )
    if not np.issubdtype(y.dtype, np.integer) or (y < 0).any() or len(np.unique(y)) < 2:
        raise ArgumentError("y holds no two classes, numbered from 0; give whole numbers, one for each clip.")
    if not all(np.isfinite(rows).all() for rows in (X, *others)):
        raise ArgumentError("The features are not all finite numbers; leave out the clips that are not.")


def probe_at(
    penalties: Sequence[float], X: np.ndarray, y: np.ndarray, others: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """Train the probe on X, y at several penalties, and let it predict on other rows.

    The columns are first turned into the space that the training rows span, which leaves fewer of them and is
    done once for all penalties. The solution is that of `linear_probe`: the penalty sees lengths only, and
    weights outside that space would be of no use to the loss.

    Parameters
    ----------
    penalties : sequence of float
        Values of C.
    X : ndarray (n, features)
    y : ndarray of int (n,)
    others : sequence of ndarray (m, features)

    Returns
    -------
    list of ndarray (penalties, m)
        Predicted classes, for each of `others`; m may be 0.
    """
    X, y, others = np.asarray(X), np.asarray(y), [np.asarray(other) for other in others]
    _check(X, y, others)
    mean, std = X.mean(0, dtype=np.float64), X.std(0, dtype=np.float64)
    std[std == 0] = 1.0
    A = (X - mean) / std
    squares, U = np.linalg.eigh(A @ A.T)
    some = squares > 1e-10 * squares[-1]
    U, s = U[:, some], np.sqrt(squares[some])
    turned = [((B - mean) / std) @ (A.T @ (U / s)) for B in others]
    # Standardised already, so of the pipeline the last step alone.
    models = [linear_probe(C)[-1].fit(U * s, y) for C in penalties]
    return [
        np.stack([model.predict(Z) for model in models]) if len(Z) else np.empty((len(models), 0), int)
        for Z in turned
    ]
