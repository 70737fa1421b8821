"""How sure: intervals by resampling speakers, because clips of one speaker are not independent."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .metrics import confusion, uar


def by_group(truth: np.ndarray, predicted: np.ndarray, groups: np.ndarray, classes: int) -> np.ndarray:
    """Confusion matrices of every group (speaker or word) apart, (G, ..., K, K), groups sorted.

    Parameters
    ----------
    truth, groups : ndarray (n,)
    predicted : ndarray (..., n)
    """
    codes, names = pd.factorize(np.asarray(groups), sort=True)
    if (codes < 0).any():
        raise ValueError(f"{(codes < 0).sum()} clips belong to no group; leave them out or give each a name.")
    return np.stack(
        [confusion(truth[codes == g], predicted[..., codes == g], classes) for g in range(len(names))]
    )


def bootstrap_uar(tables: list[np.ndarray], draws: int = 2000, seed: int = 0) -> np.ndarray:
    """UAR on predictions pooled over groups, averaged over trailing axes and over corpora, on resampled groups.

    Parameters
    ----------
    tables : list of ndarray (G, ..., K, K)
        One per corpus, from `by_group`; corpora are resampled apart (stratified) and their UARs averaged.

    Returns
    -------
    ndarray (draws + 1,)
        First the estimate itself, then one value per draw. A class that a draw leaves without a clip is left out of that draw's
        mean.
    """
    generator = np.random.default_rng(seed)
    total = np.zeros(draws + 1)
    for table in tables:
        groups = len(table)
        weights = np.vstack(
            [np.ones(groups), generator.multinomial(groups, np.full(groups, 1 / groups), size=draws)]
        )
        flat = table.reshape(groups, -1)
        pooled = (weights @ flat).reshape(draws + 1, *table.shape[1:])
        total += uar(pooled).reshape(draws + 1, -1).mean(1)
    return total / len(tables)


def interval(values: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval of bootstrap draws; the first value, the estimate, is not a draw."""
    low, high = np.quantile(values[1:], [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
