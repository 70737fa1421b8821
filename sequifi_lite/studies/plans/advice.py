"""The study ``advice``: by which rule should a method be chosen for a corpus that is new?

`sequifi_lite.studies.adapting` has to name one. Here every corpus of the book is the new one in turn, and
what the rules know comes from pairs without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from .. import results
from ..adapting.candidates import ALWAYS, CLIPS, NOTHING, RECOMMENDED, STATISTICS, Keep
from ..training_run import Cell
from ..tuning import chosen
from .crossed import confirmatory, crossed
from .tuning import pooled

KEPT = (Keep("nothing"), Keep("statistics"), Keep("clips", 40))
POINT = 1.0


def cells() -> list[Cell]:
    """What the methods that `adapt` knows say on validation, at the settings of the study ``pairs``.

    Their test scores are that study's.
    """
    settings, names = chosen(), (*ALWAYS, *NOTHING, *STATISTICS, *CLIPS)
    return [
        cell for name in names for cell in crossed([name], confirmatory(), [settings[name]], part="valid")
    ]


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Make ``table``: for what may be kept and every rule, means over pairs in points of test UAR.

    ``over_vanilla``: what the chosen method gains over plain fine-tuning; ``lost``: what the best of all that
    are allowed, known afterwards, gains over it; ``lost_most``: that on the pair where it is most;
    ``within``: on how many of the ``pairs`` it is less than a point; ``plain``: on how many the rule says
    plain fine-tuning. ``choices`` has every pair.
    """
    by_fold = pooled(table.assign(pair=table["corpora"].map(tuple)), ["pair", "variant", "replicate"])
    scores: dict[tuple[str, str], dict[str, list[float]]] = {}
    for row in by_fold.to_dict("records"):
        scores.setdefault(row["pair"], {}).setdefault(row["variant"], []).append(row["both"])
    tested, _ = results.load("pairs")
    test = {
        (row["source_corpus"], row["target_corpus"], row["variant"]): row["both"]
        for row in tested.to_dict("records")
    }
    rows = []
    for pair, here in scores.items():
        known = known_gains(without=[pair[1]])
        for keep in KEPT:
            best = max(test[*pair, name] for name in (*ALWAYS, *keep.allowed))
            for rule, name in choices(here, known, keep).items():
                gain, lost = test[*pair, name] - test[*pair, "vanilla"], best - test[*pair, name]
                row = {"keep": keep.what, "rule": rule, "source": pair[0], "target": pair[1]}
                rows.append(row | {"method": name, "over_vanilla": gain, "lost": lost})
    every = pd.DataFrame(rows)
    grouped = every.groupby(["keep", "rule"], sort=False)
    means = grouped.agg(
        pairs=("lost", "size"),
        over_vanilla=("over_vanilla", "mean"),
        lost=("lost", "mean"),
        lost_most=("lost", "max"),
        within=("lost", lambda lost: int((lost < POINT).sum())),
        plain=("method", lambda method: int((method == "vanilla").sum())),
    ).reset_index()
    return {"table": means.round(2), "choices": every.round(2)}


def choices(
    scores: Mapping[str, Sequence[float]], known: Mapping[str, tuple[float, float]], keep: Keep
) -> dict[str, str]:
    """Name what each rule takes: the pairs' best, the best on validation, and the best of both weighed.

    The last two choose among the pairs' three best, plain fine-tuning and doing nothing.
    """
    first = sorted(keep.allowed, key=lambda name: -known[name][0])[:RECOMMENDED]
    candidates = (*ALWAYS, *first)
    mean = {name: sum(scores[name]) for name in candidates}
    both = weighed({name: scores[name] for name in candidates}, known)
    return {
        "plain fine-tuning": "vanilla",
        "the pairs": max((*first, "vanilla"), key=lambda name: known[name][0]),
        "validation": max(candidates, key=lambda name: mean[name]),
        "weighed": max(candidates, key=lambda name: both[name]),
    }


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
    >>> from sequifi_lite.studies.plans.advice import known_gains
    >>> known_gains()["vanilla"]
    (0.0, 0.0)
    """
    table, _ = results.load("pairs")
    ends = table[["source_corpus", "target_corpus"]]
    told = ~table["exploratory"] & ~ends.isin(list(without)).any(axis=1)
    gains: dict[str, list[float]] = {}
    for row in table.loc[told].to_dict("records"):
        gains.setdefault(row["variant"], []).append(row["vs_vanilla"])
    return {name: (float(np.mean(of)), float(np.std(of, ddof=1))) for name, of in gains.items()}


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
    >>> from sequifi_lite.studies.plans.advice import weighed
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
