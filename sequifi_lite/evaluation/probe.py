"""The linear probe: how well a class can be read off given vectors by logistic regression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


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
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=C, class_weight="balanced", max_iter=5_000))


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
