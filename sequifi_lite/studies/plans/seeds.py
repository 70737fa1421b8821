"""The study ``seeds``: what other random seeds would bring, for rows that are near vanilla."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ...evaluation.statistics import interval
from ..grouped import grouped
from ..tables.pairwise import draws_of, stacked
from ..training_run import Cell
from ..tuning import chosen
from .crossed import confirmatory, crossed
from .rivals import best

#: Rows within about two points of vanilla that the pages make something of; all of them draw at random.
NEAR = ("vanilla", "vanilla-balanced", "er", "der", "gem", "a-gem", "gaussian-replay")
NEAR += ("sequifi-focus", "der++-balanced", "router")
SETS = 5  # of seeds; the replicates of the first are those of the study ``pairs``


def cells() -> list[Cell]:
    """Five sets of seeds for what is drawn while the target is learnt, on all but the exploratory pairs.

    A source model keeps its seed: it is the same in all sets.
    """
    settings, plan = best() | chosen(), []
    for name in NEAR:
        for cell in crossed([name], confirmatory(), [settings[name]]):
            plan += [
                replace(cell, seed=cell.replicate + 5 * number if number else None) for number in range(SETS)
            ]
    return plan


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Two tables.

    ``sets``: for every variant and set of seeds the difference to vanilla with the same seeds, in points of
    mean UAR, a mean over pairs. ``table``: for every variant the mean over sets, ``vs_vanilla``; its standard
    deviation over sets, ``sd_sets``; its 95 % interval over speakers, ``low`` and ``high``; and one over
    speakers and seeds, ``both_low`` and ``both_high``: every draw of the speakers takes five sets at random,
    with replacement, out of the five.
    """
    number = (table["seed"].fillna(table["replicate"]) - table["replicate"]).astype(int) // 5
    draws: dict[tuple, list] = {}
    for (name, one, _), runs in grouped(table, ["variant", number, table["corpora"].map(tuple)]):
        draws.setdefault((name, one), []).append(draws_of(stacked(runs)[0])["both"])
    means = {key: np.mean(pairs, 0) for key, pairs in draws.items()}
    rows, lines, generator = [], [], np.random.default_rng(0)
    for name in NEAR[1:]:
        gains = np.stack([means[name, one] - means["vanilla", one] for one in range(SETS)])  # (sets, draws)
        rows += [{"variant": name, "set": one, "vs_vanilla": gains[one, 0]} for one in range(SETS)]
        taken = generator.integers(SETS, size=gains.shape)
        mixed = np.take_along_axis(gains, taken, 0).mean(0)
        ends = dict(zip(("low", "high"), interval(gains.mean(0))))
        ends |= dict(zip(("both_low", "both_high"), interval(mixed)))
        middle = {"vs_vanilla": gains[:, 0].mean(), "sd_sets": gains[:, 0].std(ddof=1)}
        lines.append({"variant": name, "sets": SETS} | middle | ends)
    return {"table": pd.DataFrame(lines).round(2), "sets": pd.DataFrame(rows).round(2)}
