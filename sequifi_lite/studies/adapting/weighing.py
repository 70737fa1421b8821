"""Which method to use: what the studies know of it and what a corpus's own validation clips say, weighed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from .. import results


def known_gains(without: Sequence[str] = ()) -> dict[str, tuple[float, float]]:
    """Give what each method gained over plain fine-tuning on the pairs of the study ``pairs``.

    Parameters
    ----------
    without : sequence of str
        Corpora whose pairs are left out.

    Returns
    -------
    dict of str to (mean, standard deviation)
        Over pairs, in points of mean UAR.

    Examples
    --------
    >>> from sequifi_lite.studies.adapting.weighing import known_gains
    >>> known_gains()["vanilla"]
    (0.0, 0.0)
    """
    table, _ = results.load("pairs")
    ends = table[["source_corpus", "target_corpus"]]
    told = ~table["exploratory"] & ~ends.isin(list(without)).any(axis=1)
    gains: pd.DataFrame = table.loc[told].groupby("variant")["vs_vanilla"].agg(["mean", "std"])
    return {str(name): (float(row["mean"]), float(row["std"])) for name, row in gains.iterrows()}


def weighed(
    scores: Mapping[str, Sequence[float]], known: Mapping[str, tuple[float, float]]
) -> dict[str, float]:
    r"""Weigh what is known of a method's gain with what the validation clips of every fold say of it.

    Each method m is taken to gain a constant over plain fine-tuning on this corpus. Over corpora it is normal
    with mean `\mu_m` and standard deviation `\tau_m`; a fold shows it with noise of variance `s^2`, and `d_m`
    is the mean of F folds. What is expected then is

    .. math:: \frac{\mu_m / \tau_m^2 + d_m F / s^2}{1 / \tau_m^2 + F / s^2}

    (Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, eq. 2.12). The noise is estimated once, as a mean
    over the methods: five folds alone tell too little of one.

    Parameters
    ----------
    scores : dict of str to sequence of F floats
        Of every method, "vanilla" among them, the score on the validation part of each fold.
    known : dict of str to (float, float)
        Mean and standard deviation of its gain, as `known_gains` gives them, in the unit of the scores.

    Returns
    -------
    dict of str to float
        The gain over vanilla that is expected of each method; nought for vanilla.

    Examples
    --------
    >>> from sequifi_lite.studies.adapting.weighing import weighed
    >>> weighed({"vanilla": [70, 70], "er": [72, 74], "gem": [70, 70]}, {"er": (1, 1), "gem": (1, 1)})
    {'vanilla': 0.0, 'er': 2.333..., 'gem': 0.333...}
    """
    gains = {name: np.subtract(values, scores["vanilla"]) for name, values in scores.items()}
    others = [gain for name, gain in gains.items() if name != "vanilla"]
    folds = len(scores["vanilla"])
    noise = np.mean([gain.var(ddof=1) for gain in others]) / folds if folds > 1 else np.inf
    out = {"vanilla": 0.0}
    for name, gain in gains.items():
        if name != "vanilla":
            mean, spread = known[name]
            share = spread**2 / (spread**2 + noise) if spread or noise else 1.0
            out[name] = float(mean if np.isinf(noise) else (1 - share) * mean + share * gain.mean())
    return out
