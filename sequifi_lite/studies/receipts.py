"""Whether shipped results are what this code would measure.

Older than the code they depend on, or the same when run again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from ..evaluation.metrics import uar
from .outcome import tables_of
from .training_run import Cell, groups, train_group


def planned(cells: Sequence[Cell]) -> list[Cell]:
    """The cells of a plan in the order in which results hold them."""
    return [cell for group in groups(cells) for cell in group]


def stale(cells: Sequence[Cell], shipped: pd.DataFrame) -> pd.DataFrame:
    """Shipped cells that this code, these packs and this plan would not ask for.

    One row for each variant that has some.

    Parameters
    ----------
    cells : the study's plan
    shipped : DataFrame
        Its ``cells.parquet``, with the hash of every cell.

    Returns
    -------
    DataFrame
        ``variant``, ``shipped``, ``stale`` (hash not among those of the plan) and ``missing`` (in the plan,
        not shipped).
    """
    now = pd.DataFrame([(cell.variant, cell.key) for cell in cells], columns=["variant", "cell"])
    rows = []
    for name in dict.fromkeys([*now["variant"], *shipped["variant"]]):
        held, asked = (set(table.loc[table["variant"] == name, "cell"]) for table in (shipped, now))
        if held != asked:
            rows.append(
                {
                    "variant": name,
                    "shipped": len(held),
                    "stale": len(held - asked),
                    "missing": len(asked - held),
                }
            )
    return pd.DataFrame(rows, columns=["variant", "shipped", "stale", "missing"])


def outside(told: dict, found: dict, unlike: Callable[[str], list[str]]) -> tuple[list[str], bool]:
    """Sound and encoder of a study against those at hand.

    A line for each, and whether one of them is another.

    Parameters
    ----------
    told : the study's provenance
    found : `sequifi_lite.studies.sound_and_weights.inputs` of its corpora
    unlike : f(corpus) -> list of str
        Clips whose sound is not that of the published ones, asked where the samples are others: then a copy
        at another sampling rate is still a good one.
    """
    lines, other = [], False
    if found["encoder"] is None or told["encoder_sha256"] is None:
        lines.append("encoder: not checked, its weights are not at hand")
    else:
        same = found["encoder"] == told["encoder_sha256"]
        lines.append(f"encoder: {'the same weights' if same else 'other weights'}")
        other |= not same
    for corpus, there in told["audio"].items():
        here = found["audio"].get(corpus)
        if here is None or there is None:
            lines.append(f"audio of {corpus}: not checked, it is not at hand")
        elif here["clips"] != there["clips"]:
            lines.append(f"audio of {corpus}: other clips, speakers or labels")
            other = True
        elif here["samples"] == there["samples"]:
            lines.append(f"audio of {corpus}: the same clips, sample for sample")
        elif wrong := unlike(corpus):
            lines.append(
                f"audio of {corpus}: {len(wrong)} clips sound otherwise than published, {wrong[0]} among them"
            )
            other = True
        else:
            lines.append(
                f"audio of {corpus}: the same clips, resampled or encoded anew; last digits may differ"
            )
    return lines, other


def again(
    cells: Sequence[Cell],
    shipped: pd.DataFrame,
    number: int = 3,
    seed: int | None = None,
    train: Callable = train_group,
) -> pd.DataFrame:
    """Train some shipped cells again, each by itself, and compare.

    Parameters
    ----------
    number : how many, drawn at random
    seed : of the draw; a new one every time unless given
    train : f(group) -> DataFrame, as the study was trained

    Returns
    -------
    DataFrame
        ``variant``, ``pair``, ``replicate``, UAR of the last corpus in % as ``shipped`` and ``now``, and
        whether all predictions agree (``same``). On the machine they come from they all do; elsewhere the
        last bits of sums may differ.
    """
    by_key = {cell.key: cell for cell in planned(cells)}
    known = shipped.loc[shipped["cell"].isin(by_key)]
    rows = []
    for row in known.sample(min(number, len(known)), random_state=seed).to_dict("records"):
        cell = by_key[row["cell"]]
        new = train([cell]).iloc[0]
        scores = [100 * uar(tables_of(found)[cell.corpora[-1]].sum(0)) for found in (row, new)]
        same = np.array_equal(row["confusions"], new["confusions"])
        where = {"variant": cell.variant, "pair": " > ".join(cell.corpora), "replicate": cell.replicate}
        rows.append(where | dict(zip(("shipped", "now"), scores)) | {"same": same})
    return pd.DataFrame(rows)
