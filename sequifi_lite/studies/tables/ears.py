"""Which sentences of the verdict hold for which ear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...evaluation.over_corpora import jackknife
from ...evaluation.statistics import interval
from .verdict import Draws

POINT = 1.0  # what counts as level: within a point of mean UAR


class Sentence(NamedTuple):
    """A claim about the mean UAR of one variant less another's: ``above``, ``below`` or ``level``."""

    name: str
    text: str
    variant: str
    other: str
    claim: str


SENTENCES = (
    Sentence("learns", "Vanilla is above doing nothing", "vanilla", "zero-shot", "above"),
    Sentence("one pass", "One long pass is below vanilla", "sequifi-canonical", "vanilla", "below"),
    Sentence("some", "One long pass is above doing nothing", "sequifi-canonical", "zero-shot", "above"),
    Sentence("balance", "Balanced vanilla is level with vanilla", "vanilla-balanced", "vanilla", "level"),
    Sentence(
        "fifty", "Fifty passes, optimiser kept, are level with vanilla",
        "sequifi-cyclic-50-carried", "vanilla", "level",
    ),
    Sentence(
        "cumulative", "Five cumulative passes are level with vanilla",
        "sequifi-cumulative-cyclic-5", "vanilla", "level",
    ),
    Sentence(
        "cumulative kept", "Five cumulative passes, optimiser kept, are level with vanilla",
        "sequifi-cumulative-cyclic-5-carried", "vanilla", "level",
    ),
    Sentence(
        "focus", "Half of each batch from all emotions is level with vanilla",
        "sequifi-focus", "vanilla", "level",
    ),
    Sentence("replay", "Replay is above vanilla", "er", "vanilla", "above"),
    Sentence("gem", "GEM is above vanilla", "gem", "vanilla", "above"),
    Sentence("router", "A head a corpus, and a router, is above vanilla", "router", "vanilla", "above"),
    Sentence("slda", "SLDA is level with vanilla", "slda", "vanilla", "level"),
    Sentence("ranpac", "RanPAC (1,000 features) is below vanilla", "ranpac", "vanilla", "below"),
)  # fmt: skip


def judged(low: float, high: float, claim: str) -> str:
    """Say what an interval of a difference makes of a claim: ``holds``, ``does not`` or ``open``.

    A claim holds where all of the interval agrees with it, and does not where none of it does.

    Examples
    --------
    >>> from sequifi_lite.studies.tables.ears import judged
    >>> judged(-0.4, 0.6, "level"), judged(-0.4, 0.6, "above"), judged(-3, -2, "level")
    ('holds', 'open', 'does not')
    """
    least, most = {"above": (0, np.inf), "below": (-np.inf, 0), "level": (-POINT, POINT)}[claim]
    if least < low and high < most:
        return "holds"
    return "does not" if high <= least or low >= most else "open"


def report(cells: pd.DataFrame) -> pd.DataFrame:
    """Judge every sentence for every ear, over the pairs that were not used for tuning.

    Parameters
    ----------
    cells : DataFrame
        Cells of the study ``ears``.

    Returns
    -------
    DataFrame
        One row for each sentence and ear: ``difference`` in points of mean UAR; ``low`` and ``high``, its
        95 % interval over speakers, and ``corpora_low`` and ``corpora_high``, over corpora; what either makes
        of the claim, ``over_speakers`` and ``over_corpora``. A claim of being level is judged by intervals of
        90 %, as tests of equivalence are. ``worst`` and ``best`` are the ends of the range over pairs.
    """
    draws = Draws(cells, ("variant", "ear"))
    rows = []
    for sentence in SENTENCES:
        for ear in dict.fromkeys(cells["ear"]):
            both = ((sentence.variant, ear), (sentence.other, ear))
            pair_draws = {
                pair: draws[pair, both[0]]["both"] - draws[pair, both[1]]["both"] for pair in draws.pairs
            }
            values = np.mean(list(pair_draws.values()), 0)
            by_pair: dict[Sequence[str], float] = {
                pair: float(found[0]) for pair, found in pair_draws.items()
            }
            level = 0.9 if sentence.claim == "level" else 0.95
            row = {"sentence": sentence.name, "text": sentence.text, "ear": ear, "claim": sentence.claim}
            row |= {"difference": values[0], "pairs": len(by_pair)}
            row |= dict(zip(("low", "high"), interval(values)))
            row |= dict(zip(("corpora_low", "corpora_high"), jackknife(by_pair)))
            row |= {"worst": min(by_pair.values()), "best": max(by_pair.values())}
            row["over_speakers"] = judged(*interval(values, level), sentence.claim)
            row["over_corpora"] = judged(*jackknife(by_pair, level), sentence.claim)
            rows.append(row)
    return pd.DataFrame(rows).round(2)
