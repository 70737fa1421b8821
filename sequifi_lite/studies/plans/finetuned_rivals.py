"""The study ``moving-rivals``: what others have where the encoder moves, and one emotion at a time with it.

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
SHORT = "sequifi-cyclic-20-carried"
#: What is compared with: all weights trained, the head's rate ten times the encoder's.
REFERENCES = ("vanilla", "vanilla-balanced", SHORT)
#: Of adapters and head alike, in the first replicate.
ADAPTER_RATES = (5e-4, 1e-3, 2e-3)
#: By schedule, the rate that the first replicate's validation chose: the others have it alone.
ADAPTED = {"": 1e-3, f"+{SHORT}": 1e-3}
#: The head's rate a hundred times the encoder's; the encoder's rates in the first replicate, and the chosen.
SLOW, SLOW_RATES, SLOWLY = 100.0, (1e-6, 3e-6, 1e-5), 1e-5
#: Read off vanilla's trainings at the rate that validation chose for it: shares of the way.
VANILLA_RATE, SHARES = 2e-5, (0.4, 0.6, 0.8)
BY = ("variant", "value", "head", "lr")


def cells() -> list[Run]:
    """Adapters of low rank, routers, interpolation and a slow encoder beside stages of one step, Emo-DB, then
    MESD.
    """
    out: list[Run] = []
    for r in REPLICATES:
        for name, lr, part in product(REFERENCES, LRS, PARTS):
            out.append(Run(name, PAIR, r, lr, STEPS, ORDER if name == SHORT else None, part=part))
        out += [Run("zero-shot", PAIR, r, LRS[0], STEPS, part=part) for part in PARTS]
        first = r == REPLICATES[0]
        for lr, part in product(SLOW_RATES if first else (SLOWLY,), PARTS):
            out.append(Run("vanilla", PAIR, r, lr, STEPS, head=SLOW, part=part))
        for part in PARTS:
            out.append(RivalRun("router", PAIR, r, VANILLA_RATE, STEPS, part=part))
            for share in SHARES:
                out.append(RivalRun("interpolation", PAIR, r, VANILLA_RATE, STEPS, value=share, part=part))
        for schedule, chosen in ADAPTED.items():
            order = ORDER if schedule else None
            rates = ADAPTER_RATES if first else (chosen,)
            for name, lr, part in product(("lora", "lora-router"), rates, PARTS):
                out.append(RivalRun(name + schedule, PAIR, r, lr, STEPS, order, head=1.0, part=part))
    return out


def named(variant: str, head: float) -> str:
    """Name a row: that the encoder is slow is in the name."""
    return "slow-encoder" if head == SLOW else variant


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Two tables.

    ``table``: every setting on test: ``both``, ``target`` and ``source`` in % of UAR with 95 % intervals over
    speakers and words, its ``distance`` from the source model and its ``runs``; ``valid``, the mean of both
    corpora on validation, in the replicates in which all rates of its row were run; and ``chosen``, whether
    that is its row's best.

    ``means``: every row at the setting chosen for it: the same scores, their differences in ``both`` to
    vanilla, to balanced vanilla and to stages of one step, each at its own rate, and to the source model
    (``vs_zero``), and what the source gained (``dS``), with intervals.

    In both, ``asked_source`` and ``asked_target``: the share of a corpus's clips in % that the router knew;
    and ``stored``: how many numbers are kept beside the one model.
    """
    table = table.assign(name=[named(*pair) for pair in zip(table["variant"], table["head"])])
    chooses, by = (table["part"] == "valid").to_numpy(), ("name", *BY)
    valid = pooled(_in_all_rates(table.loc[chooses]), by).drop(columns=["source", "target"])
    valid = valid.rename(columns={"both": "valid"})
    valid["chosen"] = best_of(valid, ["name"], "valid")
    rows, draws = [], {}
    for _, setting, runs in settings(table.loc[~chooses], by):
        draws[setting[0], setting[2], setting[4]] = draws_of(stacked(runs)[0])
        asked = [share for share in runs["asked"] if np.size(share) > 1]
        known = dict(zip(("asked_source", "asked_target"), np.mean(asked, axis=0))) if asked else {}
        stored = runs["stored"].iloc[0]
        row = dict(zip(by, setting)) | with_intervals(draws[setting[0], setting[2], setting[4]])
        row |= {"distance": np.mean([distance[-1] for distance in runs["distance"]]), **known}
        rows.append(row | {"stored": 0 if pd.isna(stored) else int(stored), "runs": len(runs)})
    tested = pd.DataFrame(rows).merge(valid, "left", list(by))
    return {"table": _rounded(tested), "means": _rounded(_means(tested, draws))}


def _in_all_rates(cells: pd.DataFrame) -> pd.DataFrame:
    """Keep the replicates in which a row was run at as many rates as anywhere."""
    rates = cells.groupby(["name", "replicate"])["lr"].transform("nunique")
    return cells.loc[rates == rates.groupby(cells["name"]).transform("max")]


def _means(tested: pd.DataFrame, draws: dict[tuple, dict[str, np.ndarray]]) -> pd.DataFrame:
    best = tested.loc[tested["chosen"]].to_dict("records")
    at = {
        row["name"]: draws[row["name"], None if pd.isna(row["value"]) else row["value"], row["lr"]]
        for row in best
    }
    compared = {"vs_vanilla": "vanilla", "vs_balanced": "vanilla-balanced", "vs_short": SHORT}
    compared |= {"vs_zero": "zero-shot"}
    rows = []
    for row in best:
        own = at[row["name"]]
        differences = {key: own["both"] - at[other]["both"] for key, other in compared.items()}
        differences |= {"dS": own["source"] - at["zero-shot"]["source"]}
        rows.append(row | with_intervals(differences))
    return pd.DataFrame(rows).drop(columns="chosen")


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    return table.round({name: 2 for name in table if name not in BY})
