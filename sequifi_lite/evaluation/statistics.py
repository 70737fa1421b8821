"""How sure: intervals by resampling speakers, because clips of one speaker are not independent."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import ArgumentError, check_whole
from .metrics import _counts, confusion


def by_group(truth: np.ndarray, predicted: np.ndarray, groups: np.ndarray, classes: int) -> np.ndarray:
    """Confusion matrices of every group (speaker or word) apart, (G, ..., K, K), groups sorted.

    Parameters
    ----------
    truth, groups : ndarray (n,)
    predicted : ndarray (..., n)
    """
    truth, predicted, groups = np.asarray(truth), np.asarray(predicted), np.asarray(groups)
    if groups.ndim != 1 or not len(groups) or not groups.shape == truth.shape == predicted.shape[-1:]:
        raise ArgumentError(
            f"truth has shape {truth.shape}, predicted {predicted.shape} and groups {groups.shape}; give each"
            " for the same clips, at least one."
        )
    codes, names = pd.factorize(groups, sort=True)
    if (codes < 0).any():
        raise ArgumentError(
            f"{(codes < 0).sum()} clips belong to no group; leave them out or give each a name."
        )
    return np.stack(
        [confusion(truth[codes == g], predicted[..., codes == g], classes) for g in range(len(names))]
    )


def bootstrap_uar(tables: list[np.ndarray], draws: int = 2000, seed: int = 0) -> np.ndarray:
    """UAR on predictions pooled over groups, averaged over trailing axes and over corpora, on resampled
    groups.

    Parameters
    ----------
    tables : list of ndarray (G, ..., K, K)
        One per corpus, from `by_group`; corpora are resampled apart (stratified) and their UARs averaged.

    Returns
    -------
    ndarray (draws + 1,)
        First the estimate itself, then one value per draw. A class that a draw leaves without a clip is left
        out of that draw's mean.
    """
    draws, tables = check_whole("draws", draws), [_counts(table) for table in tables]
    if not tables or any(table.ndim < 3 or not len(table) for table in tables):
        raise ArgumentError(
            "There is nothing to resample; give a list with an array (groups, ..., classes, classes) of"
            " by_group for each corpus."
        )
    generator = np.random.default_rng(seed)
    total = np.zeros(draws + 1)
    for table in tables:
        groups = len(table)
        weights = np.vstack(
            [np.ones(groups), generator.multinomial(groups, np.full(groups, 1 / groups), size=draws)]
        )
        # A UAR reads the diagonal of a pooled matrix and the sums of its rows, so only these are pooled.
        right, clips = (
            (weights @ part.reshape(groups, -1)).reshape(draws + 1, *part.shape[1:])
            for part in (np.diagonal(table, axis1=-2, axis2=-1), table.sum(-1))
        )
        recall = np.divide(right, clips, out=np.full(clips.shape, np.nan), where=clips > 0)
        scores = np.nanmean(recall, axis=-1)
        total += scores.reshape(draws + 1, -1).mean(1)
    return total / len(tables)


def interval(values: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval of bootstrap draws; the first value, the estimate, is not a draw."""
    values = np.asarray(values)
    if values.ndim != 1 or len(values) < 2 or not 0 < level < 1:
        raise ArgumentError(
            f"An interval of level {level} cannot be read off an array of shape {values.shape}; give the"
            " estimate and at least one draw behind it, and a level between 0 and 1."
        )
    low, high = np.quantile(values[1:], [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def with_intervals(draws: dict[str, np.ndarray]) -> dict[str, float]:
    """Every score as three columns: its estimate under its name, and ``_low`` and ``_high``, 95 %.

    Parameters
    ----------
    draws : dict of ndarray (draws + 1,)
        As `bootstrap_uar` gives them: the estimate first.
    """
    out = {}
    for name, values in draws.items():
        out |= dict(zip((name, f"{name}_low", f"{name}_high"), (float(values[0]), *interval(values))))
    return out


def interquartile_mean(values: np.ndarray) -> np.ndarray:
    """Mean of the middle half along the first axis; the values at its edges count in part (Agarwal et al.

    2021, 2108.13264).
    """
    n = len(values)
    weights = np.clip(np.minimum(np.arange(1, n + 1), 0.75 * n) - np.maximum(np.arange(n), 0.25 * n), 0, None)
    return (np.sort(values, axis=0) * (weights / weights.sum())[:, None]).sum(0)


def p_value(values: np.ndarray) -> float:
    """Two-sided bootstrap p that a difference is nought, from its draws (the first value is the estimate).

    NaN where a draw is: it lies on neither side of nought.
    """
    draws = np.asarray(values)[1:]
    if np.isnan(draws).any() or not len(draws):
        return float("nan")
    return min(1.0, 2 * (1 + min((draws <= 0).sum(), (draws >= 0).sum())) / (1 + len(draws)))


def holm(p: np.ndarray) -> np.ndarray:
    """Holm's step-down correction of p values (Holm 1979); NaN stay NaN and do not count."""
    p = np.asarray(p, dtype=float)
    out, order = np.full(len(p), np.nan), np.argsort(p)[: np.isfinite(p).sum()]
    out[order] = np.minimum(1, np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1)))
    return out
