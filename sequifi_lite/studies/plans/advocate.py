"""The study ``advocate``: short stages and a kept optimiser, along chains of five corpora."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...evaluation.statistics import with_intervals
from ..grouped import grouped
from ..tables import chains as chain_tables
from ..training_run import Cell
from ..tuning import chosen as tuned
from .crossed import CHAINS, crossed
from .time_scale import chosen
from .time_scale_tuning import STEPS

#: The best that one emotion per batch was found to be on pairs, and one stage that sees earlier emotions.
SHORT = ("sequifi-cyclic-25-carried", "sequifi-cyclic-50-carried", "sequifi-cumulative-cyclic-5-carried")
#: The same with clips of earlier corpora, beside shuffling with them, and beside equally many clips of each
#: emotion, shuffled, with them.
REPLAYED = ("sequifi-cyclic-50-carried+er", "er", "vanilla-balanced+er")


def rates() -> dict[str, float]:
    """Take the learning rate that validation chose for each schedule with Adam, on pairs."""
    return {row["variant"]: row["lr"] for row in chosen() if row["optimiser"] == "adam"}


def cells() -> list[Cell]:
    """Six orders of all five corpora, as in the study ``chains``; nothing is tuned on them.

    Replay has the strength that it was tuned to with shuffling.
    """
    lr, replay = rates(), tuned()["er"]
    plan = crossed(["zero-shot"], CHAINS, [{"lr": lr["vanilla"]}], T=STEPS)
    for name in ("vanilla", "vanilla-balanced", "sequifi-canonical", *SHORT):
        plan += crossed([name], CHAINS, [{"lr": lr[name]}], T=STEPS)
    for name in REPLAYED:
        plan += crossed([name], CHAINS, [replay | {"lr": lr.get(name.removesuffix("+er"), replay["lr"])}])
    return plan


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Make the tables of chains, and ``replayed``: short stages with replay against shuffling with replay.

    ``vs_er`` is the difference of the mean over all corpora in the end, in points of UAR, a mean over chains,
    with a 95 % interval over speakers; ``least`` and ``most`` are its range over chains. ``vs_balanced`` is
    that to balanced batches with replay.
    """
    ours, er, balanced = REPLAYED
    chains = table["corpora"].map(" > ".join)
    kept = table["variant"].isin(REPLAYED)
    ends = {
        key: chain_tables.matrix(runs)[:, -1].mean(-1)
        for key, runs in grouped(table.loc[kept.to_numpy()], [chains[kept], "variant"])
    }
    gains = np.stack([ends[name, ours] - ends[name, er] for name in dict.fromkeys(chains)])
    to_balanced = np.mean([ends[name, ours] - ends[name, balanced] for name in dict.fromkeys(chains)], 0)
    differences = with_intervals({"vs_er": gains.mean(0), "vs_balanced": to_balanced})
    row = {"variant": ours, "chains": len(gains), **differences}
    row |= {"least": float(gains[:, 0].min()), "most": float(gains[:, 0].max())}
    return chain_tables.report(table) | {"replayed": pd.DataFrame([row]).round(2)}
