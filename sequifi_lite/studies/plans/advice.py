"""The study ``advice``: by which rule should a method be chosen for a corpus that is new?

`sequifi_lite.studies.adapting` has to name one. Here every corpus of the book is the new one in turn, and
what the rules know comes from pairs without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from .. import results
from ..adapting.candidates import ALWAYS, CLIPS, NOTHING, RECOMMENDED, STATISTICS, Keep
from ..adapting.weighing import known_gains, weighed
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
    tested, _ = results.load("pairs")
    tested = tested.set_index(["source_corpus", "target_corpus", "variant"])["both"]
    rows = []
    for pair, here in by_fold.groupby("pair", sort=False):
        scores = {str(name): list(of["both"]) for name, of in here.groupby("variant", sort=False)}
        test = {name: float(tested[(*pair, name)]) for name in scores}
        known = known_gains(without=[pair[1]])
        for keep in KEPT:
            allowed = (*ALWAYS, *keep.allowed)
            best = max(test[name] for name in allowed)
            for rule, name in choices(scores, known, keep).items():
                gain = test[name] - test["vanilla"]
                row = {"keep": keep.what, "rule": rule, "source": pair[0], "target": pair[1]}
                rows.append(row | {"method": name, "over_vanilla": gain, "lost": best - test[name]})
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
