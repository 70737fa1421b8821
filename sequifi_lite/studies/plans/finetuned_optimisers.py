"""The study ``moving-optimisers``: what the optimiser remembers, and whether gradients are clipped, where the
encoder moves.

A clipped gradient of a batch of one emotion is a gradient of that emotion alone. The rows with the optimiser
of the other studies are runs of ``moving-time-scale``, but for the largest rate.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from ...evaluation.statistics import with_intervals
from ..finetuning_run import Run
from ..tables.pairwise import draws_of, settings, stacked
from .finetuned_time_scale import ORDER, STEPS
from .tuning import best_of, pooled

PAIR, REPLICATES = ("emodb", "mesd"), range(3)
PARTS = ("valid", "test")
#: What each optimiser differs in from AdamW with clipped gradients, which the other studies have.
OPTIMISERS: dict[str, dict[str, Any]] = {
    "as-elsewhere": {},
    "unclipped": {"clip": None},
    "no-first-moments": {"betas": (0.0, 0.999)},
    "short-second-moments": {"betas": (0.9, 0.98)},
}
#: Of the encoder. Balanced vanilla had chosen the largest on offer there, 4e-5, so there is one more.
RATES: dict[str, tuple[float, ...]] = {
    "vanilla-balanced": (2e-5, 4e-5, 8e-5),
    "sequifi-cyclic-20-carried": (2e-5, 4e-5, 8e-5),
    "sequifi-canonical": (5e-6,),
}
BY = ("variant", "optimiser", "lr")


def cells() -> list[Run]:
    """Balanced vanilla, stages of one step, one long pass: gradients unclipped or moments of other lengths,
    Emo-DB, then MESD.
    """
    out = [Run("zero-shot", PAIR, r, 5e-6, STEPS) for r in REPLICATES]
    for r, (name, rates) in product(REPLICATES, RATES.items()):
        order = ORDER if name.startswith("sequifi") else None
        out += [
            Run(name, PAIR, r, lr, STEPS, order, part=part, **changed)
            for changed in OPTIMISERS.values()
            for lr in rates
            for part in PARTS
        ]
    return out


def optimiser_of(clip: float | None, betas: tuple[float, float]) -> str:
    """Name what an optimiser differs in from that of the other studies.

    Examples
    --------
    >>> optimiser_of(1.0, (0.0, 0.999))
    'no-first-moments'
    """
    names = {
        (other.get("clip", Run.clip), other.get("betas", Run.betas)): name
        for name, other in OPTIMISERS.items()
    }
    return names[None if clip is None or np.isnan(clip) else clip, (float(betas[0]), float(betas[1]))]


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Two tables.

    ``table``: every setting on test: ``both``, ``target`` and ``source`` in % of UAR with 95 % intervals over
    speakers and words, the ``distance`` from the source model and ``runs``; ``valid``, the mean of both
    corpora on validation; and ``chosen``, whether that is the best of its variant and optimiser.

    ``means``: every variant and optimiser at the rate chosen for it: the same scores, and their differences
    in ``both``, with intervals, to balanced vanilla with the same optimiser (``vs_balanced``) and to the same
    variant with the optimiser of the other studies (``vs_elsewhere``).
    """
    named = [optimiser_of(clip, betas) for clip, betas in zip(table["clip"], table["betas"])]
    table = table.assign(optimiser=named)
    chooses = (table["part"] == "valid").to_numpy()
    valid = pooled(table.loc[chooses], BY).drop(columns=["source", "target"])
    valid = valid.rename(columns={"both": "valid"})
    valid["chosen"] = best_of(valid, ["variant", "optimiser"], "valid")
    rows, draws = [], {}
    for _, setting, runs in settings(table.loc[~chooses], BY):
        draws[setting] = draws_of(stacked(runs)[0])
        row = dict(zip(BY, setting)) | with_intervals(draws[setting])
        distance = sum(distance[-1] for distance in runs["distance"]) / len(runs)
        rows.append(row | {"distance": float(distance), "runs": len(runs)})
    tested = pd.DataFrame(rows).merge(valid, "left", list(BY))
    best = tested.loc[tested["chosen"].eq(True)].to_dict("records")
    at = {(row["variant"], row["optimiser"]): draws[tuple(row[name] for name in BY)]["both"] for row in best}
    means = []
    for row in best:
        own = at[row["variant"], row["optimiser"]]
        differences = {
            "vs_balanced": own - at["vanilla-balanced", row["optimiser"]],
            "vs_elsewhere": own - at[row["variant"], "as-elsewhere"],
        }
        means.append(row | with_intervals(differences))
    return {"table": _rounded(tested), "means": _rounded(pd.DataFrame(means).drop(columns="chosen"))}


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    return table.round({name: 2 for name in table if name not in BY})
