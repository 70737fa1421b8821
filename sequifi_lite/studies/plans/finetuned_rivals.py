"""The study ``moving-rivals``: what others have where the encoder moves, and SeQuiFi with it.

The rows that ``moving-time-scale`` has too are the same runs.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from ...evaluation.statistics import with_intervals
from ..finetuning_rivals import RivalRun
from ..finetuning_run import Run
from ..tables.pairwise import draws_of, settings, stacked
from .finetuned_time_scale import LRS, ORDER, STEPS
from .tuning import best_of, pooled

PAIR, REPLICATES = ("emodb", "mesd"), range(3)
PARTS = ("valid", "test")
SHORT, LONG = "sequifi-cyclic-20-carried", "sequifi-canonical"
#: What is compared with: all weights trained, the head's rate ten times the encoder's.
REFERENCES = ("vanilla", "vanilla-balanced", SHORT)
#: Read off trainings of all weights, vanilla's; the share of the way that interpolation keeps.
READ_RATES, SHARES = (1e-5, 2e-5, 4e-5), (0.4, 0.6, 0.8)
#: The head's rate a hundred times the encoder's; and with Gaussians of the source's classes for the head.
SLOW, SLOW_RATES = 100.0, (1e-6, 3e-6, 1e-5)
ALIGNED = "vanilla-balanced+gaussian-both-shifted"
#: By schedule; one rate for adapters and head.
ADAPTER_RATES: dict[str, tuple[float, ...]] = {
    "": (2.5e-4, 5e-4, 1e-3, 2e-3),
    "+vanilla-balanced": (2.5e-4, 5e-4, 1e-3, 2e-3),
    f"+{SHORT}": (2.5e-4, 5e-4, 1e-3, 2e-3),
    f"+{LONG}": (5e-5, 1e-4, 2e-4),
}
BY = ("variant", "value", "head", "lr")


def cells() -> list[Run]:
    """Adapters of low rank, a router, interpolation and a slow encoder beside stages of one step, Emo-DB,
    then MESD: every rate by validation and on test.
    """
    out: list[Run] = []
    for r in REPLICATES:
        for name, lr, part in product(REFERENCES, LRS, PARTS):
            out.append(Run(name, PAIR, r, lr, STEPS, _order(name), part=part))
        out += [Run("zero-shot", PAIR, r, LRS[0], STEPS, part=part) for part in PARTS]
        for name, lr, part in product(("vanilla", ALIGNED), SLOW_RATES, PARTS):
            out.append(Run(name, PAIR, r, lr, STEPS, head=SLOW, part=part))
        for lr, part in product(READ_RATES, PARTS):
            out.append(RivalRun("router", PAIR, r, lr, STEPS, part=part))
            for share in SHARES:
                out.append(RivalRun("interpolation", PAIR, r, lr, STEPS, value=share, part=part))
        for schedule, rates in ADAPTER_RATES.items():
            for name, lr, part in product(("lora", "lora-router"), rates, PARTS):
                order = _order(schedule[1:])
                out.append(RivalRun(name + schedule, PAIR, r, lr, STEPS, order, head=1.0, part=part))
    return out


def _order(schedule: str) -> tuple[int, ...] | None:
    return ORDER if schedule in (SHORT, LONG) else None


def named(variant: str, head: float) -> str:
    """Name a row: what a head that is so much faster than its encoder makes of a variant is in the name."""
    if head != SLOW:
        return variant
    return "slow-encoder-aligned" if variant == ALIGNED else "slow-encoder"


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Two tables.

    ``table``: every setting on test: ``both``, ``target`` and ``source`` in % of UAR with 95 % intervals over
    speakers and words, its ``distance`` from the source model, ``valid``, the mean of both corpora on
    validation, and ``chosen``, whether that is its row's best.

    ``means``: every row at the setting chosen for it: the same scores, their differences in ``both`` to
    vanilla, to balanced vanilla and to stages of one step, each at its own rate, and to the source model
    (``vs_zero``), and what the source lost (``dS``), with intervals; ``edge``, whether the rate is the
    smallest or the largest on offer.

    In both, ``asked_source`` and ``asked_target``: the share of a corpus's clips in % that the router knew;
    and ``stored``: how many numbers are kept beside the one model.
    """
    table = table.assign(name=[named(*pair) for pair in zip(table["variant"], table["head"])])
    chooses = (table["part"] == "valid").to_numpy()
    valid = pooled(table.loc[chooses], ["name", *BY]).drop(columns=["source", "target"])
    valid = valid.rename(columns={"both": "valid"})
    valid["chosen"] = best_of(valid, ["name"], "valid")
    rows, draws = [], {}
    for _, setting, runs in settings(table.loc[~chooses], ("name", *BY)):
        draws[setting] = draws_of(stacked(runs)[0])
        row = dict(zip(("name", *BY), setting)) | with_intervals(draws[setting])
        asked = [share for share in runs["asked"] if np.size(share) > 1]
        known = dict(zip(("asked_source", "asked_target"), np.mean(asked, axis=0))) if asked else {}
        stored = runs["stored"].iloc[0]
        row |= {"distance": np.mean([distance[-1] for distance in runs["distance"]]), **known}
        rows.append(row | {"stored": 0 if pd.isna(stored) else int(stored), "runs": len(runs)})
    tested = pd.DataFrame(rows).merge(valid, "left", ["name", *BY])
    means = _means(tested, draws)
    return {"table": _rounded(tested), "means": _rounded(means)}


def _means(tested: pd.DataFrame, draws: dict[tuple, dict[str, np.ndarray]]) -> pd.DataFrame:
    best = tested.loc[tested["chosen"]]
    at = {
        row["name"]: draws[tuple(None if pd.isna(row[key]) else row[key] for key in ("name", *BY))]
        for row in best.to_dict("records")
    }
    compared = {"vs_vanilla": "vanilla", "vs_balanced": "vanilla-balanced", "vs_short": SHORT}
    rows = []
    for row in best.to_dict("records"):
        own = at[row["name"]]
        differences = {key: own["both"] - at[other]["both"] for key, other in compared.items()}
        differences |= {"vs_zero": own["both"] - at["zero-shot"]["both"]}
        differences |= {"dS": own["source"] - at["zero-shot"]["source"]}
        rates = tested.loc[tested["name"] == row["name"], "lr"]
        edge = row["name"] != "zero-shot" and row["lr"] in (rates.min(), rates.max())
        rows.append(row | with_intervals(differences) | {"edge": edge})
    return pd.DataFrame(rows).drop(columns="chosen")


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    return table.round({name: 2 for name in table if name not in BY})
