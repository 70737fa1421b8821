"""The studies ``moving-time-scale`` and ``moving-time-scale-confirmed``: how long is one at a time where the
encoder moves?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from ...evaluation.statistics import with_intervals
from ..finetuning_run import Run
from ..results import load
from ..tables.finetuning import table_of
from ..tables.pairwise import SCORES
from .tuning import best_of, pooled

#: Pairs, and how many replicates each has: as many as two processors have time for.
PAIRS = {("emodb", "mesd"): 3, ("ravdess", "emodb"): 1}
#: Pairs that chose nothing: every variant at the rate that the others' validation chose for it.
CONFIRMED = {("cremad", "mesd"): 5, ("cremad", "emodb"): 5}
LRS = (5e-6, 1e-5, 2e-5, 4e-5)  # of the encoder
ORDER = (0, 1, 2, 3)
STEPS = 80
#: 20, 5 and 1 passes: 1, 4 and 20 steps a stage; the optimiser carried, or made anew at every stage.
STAGES = (
    "sequifi-cyclic-20-carried",
    "sequifi-cyclic-20",
    "sequifi-cyclic-5-carried",
    "sequifi-canonical",
)


def cells() -> list[Run]:
    """Every stage length and memory at every learning rate, by validation and on test."""
    return [
        Run(name, pair, r, lr, STEPS, ORDER if name in STAGES else None, part=part)
        for pair, replicates in PAIRS.items()
        for r in range(replicates)
        for name in ("vanilla", "vanilla-balanced", *STAGES, "zero-shot")
        for lr in LRS
        for part in ("valid", "test")
    ]


def confirming_cells() -> list[Run]:
    """Every variant at its rate, on test, in the replicates of `CONFIRMED`."""
    table, _ = load("moving-time-scale")
    rates = table.loc[table["chosen"]].drop_duplicates("variant").set_index("variant")["lr"]
    return [
        Run(str(name), pair, r, float(lr), STEPS, ORDER if name in STAGES else None, part="test")
        for pair, replicates in CONFIRMED.items()
        for r in range(replicates)
        for name, lr in rates.items()
    ]


def confirming_report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Make ``table``, as in the other studies in which the encoder moves, and ``means`` as `report` does."""
    tested, draws = table_of(table)
    rate: dict[str, float] = dict(zip(table["variant"], table["lr"]))
    scores = {
        (corpora, name): draws[corpora, (name, None, "all", lr, STEPS)]
        for corpora in CONFIRMED
        for name, lr in rate.items()
    }
    return {"table": tested, "means": _by_pair(CONFIRMED, scores, rate)}


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Two tables.

    ``table``: every setting on test, as in the other studies in which the encoder moves, with ``valid``, its
    mean over the pairs on validation in %, and ``chosen``, whether that is its variant's best.
    ``means``: every variant at the rate chosen for it, on each of the ``pairs`` and, ``all``, as a mean over
    them: ``both``, ``target`` and ``source`` in % of UAR, and ``vs_vanilla`` and ``vs_balanced``, each of
    which has its own rate, with 95 % intervals over speakers and words.
    """
    trial = ["variant", "lr"]
    pair = table["corpora"].map("-".join)
    chooses = (table["part"] == "valid").to_numpy()
    valid = pooled(table.assign(pair=pair).loc[chooses], [*trial, "pair"])
    valid = valid.groupby(trial, sort=False)[["both"]].agg("mean").reset_index()
    valid = valid.rename(columns={"both": "valid"})
    valid["chosen"] = best_of(valid, ["variant"], "valid")
    tested, draws = table_of(table.loc[~chooses])
    rate = {row["variant"]: row["lr"] for row in valid.to_dict("records") if row["chosen"]}
    scores = {
        (corpora, name): draws[corpora, (name, None, "all", lr, STEPS)]
        for corpora in PAIRS
        for name, lr in rate.items()
    }
    valid["valid"] = valid["valid"].round(2)
    return {"table": tested.merge(valid, "left", trial), "means": _by_pair(PAIRS, scores, rate)}


def _by_pair(pairs: Iterable[tuple], scores: Mapping, rate: Mapping[str, float]) -> pd.DataFrame:
    """Make the means over all pairs, and those of each."""
    parts = {"all": list(pairs)} | {"-".join(corpora): [corpora] for corpora in pairs}
    return pd.concat([_means(label, of, scores, rate) for label, of in parts.items()], ignore_index=True)


def _means(
    label: str,
    pairs: Sequence[tuple],
    scores: Mapping[tuple, dict[str, np.ndarray]],
    rate: Mapping[str, float],
) -> pd.DataFrame:
    at = {
        name: {role: np.mean([scores[pair, name][role] for pair in pairs], 0) for role in SCORES}
        for name in rate
    }
    rows = []
    for name, lr in rate.items():
        differences = {
            "vs_vanilla": at[name]["both"] - at["vanilla"]["both"],
            "vs_balanced": at[name]["both"] - at["vanilla-balanced"]["both"],
        }
        rows.append({"pairs": label, "variant": name, "lr": lr} | with_intervals(at[name] | differences))
    means = pd.DataFrame(rows)
    return means.round({name: 2 for name in means if name != "lr"})
