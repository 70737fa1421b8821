"""What the verdicts read from cells: draws of scores, equal distances, frontiers, and the row of a part."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import numpy as np
import pandas as pd

from ...errors import SequifiError
from ...evaluation.metrics import last_class_share
from ...evaluation.statistics import interval
from ..digests import read_checked
from ..outcome import tables_of
from ..results import FOLDERS
from ..tuning import EXPLORATORY_PAIRS
from .pairwise import DRAWS, draws_of, settings, stacked


def cells_of(name: str) -> pd.DataFrame:
    """Read the cells of a study, as shipped in a checkout; a wheel has the tables alone.

    Raises
    ------
    SequifiError
        If they are not there, or not what was written.
    """
    for folder in FOLDERS:
        path = folder / name / "cells.parquet"
        if path.is_file():
            return pd.read_parquet(BytesIO(read_checked(path)))
    raise SequifiError(
        f"The cells of {name} are not here, because an installed package has the tables alone; work in a"
        f" checkout of the repository, and if this is one, make them with `sequifi-lite study run {name}`."
    )


class Draws(dict):
    """Draws in % by (pair, setting): ``both``, ``target``, ``source`` and, in class order, ``last_share``."""

    def __init__(self, cells: pd.DataFrame, by: Sequence[str] = ("variant",)):
        for pair, setting, runs in settings(cells, by):
            if pair in EXPLORATORY_PAIRS:
                continue
            tables, orders = stacked(runs)
            self[pair, setting] = draws_of(tables)
            if orders is not None:
                self[pair, setting]["last_share"] = share_draws(tables[pair[-1]], orders)

    @property
    def pairs(self) -> list[tuple]:
        """List the pairs of corpora, the exploratory ones left out."""
        return list(dict.fromkeys(pair for pair, _ in self))

    def mean(self, setting: tuple, score: str = "both") -> np.ndarray:
        """Average the draws of a setting over pairs."""
        return np.mean([self[pair, setting][score] for pair in self.pairs], axis=0)


def share_draws(table: np.ndarray, orders: np.ndarray, draws: int = DRAWS) -> np.ndarray:
    """Draw the share in % of predictions that are the last class, mean over orders; first the estimate.

    Parameters
    ----------
    table : ndarray (G, orders, K, K)
        Confusion matrices by group.
    orders : ndarray (orders, K)
    draws : int

    Returns
    -------
    ndarray (1 + draws,)
        The estimate, then one value for each resampling of groups.
    """
    generator = np.random.default_rng(0)
    groups = len(table)
    weights = np.vstack(
        [np.ones(groups), generator.multinomial(groups, np.full(groups, 1 / groups), size=draws)]
    )
    pooled = (weights @ table.reshape(groups, -1)).reshape(draws + 1, *table.shape[1:])
    return 100 * last_class_share(pooled, orders).mean(1)


def matched(
    ordered: pd.DataFrame, vanilla: pd.DataFrame, zero: pd.DataFrame
) -> tuple[dict[str, np.ndarray], float]:
    """Read vanilla where it is as far from the source model as each class-ordered run in the end.

    Parameters
    ----------
    ordered : cells of one pair, all orders and replicates
    vanilla : cells of the same pair at many T, with the same learning rate and optimiser
    zero : cells of the source model itself, where vanilla begins

    Returns
    -------
    tables : dict of ndarray (G, orders, K, K)
        As `sequifi_lite.studies.tables.pairwise.stacked` gives: confusion matrices at the first crossing of
        the distance, interpolated between the neighbouring numbers of steps.
    unreachable : float
        Share in % of the runs whose distance vanilla does not reach; these are read at vanilla's last step.
    """
    tables: dict[str, list] = {}
    missed = []
    for replicate, runs in ordered.assign(_order=ordered["order"].map(tuple)).groupby("replicate"):
        path = [*zero.loc[zero["replicate"] == replicate].to_dict("records")]
        path += vanilla.loc[vanilla["replicate"] == replicate].sort_values("T").to_dict("records")
        distance = np.array([0.0, *(row["distance"][-1] for row in path[1:])])
        tables_at = [tables_of(row) for row in path]
        picked = []
        for row in runs.sort_values("_order").to_dict("records"):
            far = row["distance"][-1]
            beyond = np.flatnonzero(distance >= far)
            missed.append(len(beyond) == 0)
            i = beyond[0] if len(beyond) else len(distance) - 1
            share = 1.0 if missed[-1] or i == 0 else (far - distance[i - 1]) / (distance[i] - distance[i - 1])
            before = tables_at[max(i - 1, 0)]
            picked.append({name: (1 - share) * before[name] + share * tables_at[i][name] for name in before})
        for name in picked[0]:
            tables.setdefault(name, []).append(np.stack([table[name] for table in picked], 1))
    return {name: np.concatenate(parts) for name, parts in tables.items()}, 100 * float(np.mean(missed))


def frontier_at(points: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Find the greatest target score on a method's frontier where its source score is at least `source`.

    For every draw.

    Parameters
    ----------
    points : ndarray (P, 2, draws)
        Source and target scores at P strengths.
    source : ndarray (draws,)

    Returns
    -------
    ndarray (draws,)
        Between two strengths the frontier is the line that joins them; -inf where no strength keeps that much
        of the source.
    """
    out = np.full(len(source), -np.inf)
    for i, (s, t) in enumerate(points):
        out = np.where(s >= source, np.maximum(out, t), out)
        for s2, t2 in points[i + 1 :]:
            with np.errstate(divide="ignore", invalid="ignore"):
                share = (source - s) / (s2 - s)
            between = (share >= 0) & (share <= 1)
            out = np.where(between, np.maximum(out, t + np.nan_to_num(share) * (t2 - t)), out)
    return out


def row(
    hypothesis: str, part: str, values: np.ndarray, line: float, above: bool, n: int, note: str = ""
) -> dict:
    """Make the row of a part of a hypothesis: its number, its interval, and the verdict."""
    low, high = interval(values)
    right = low > line if above else high < line
    wrong = high < line if above else low > line
    verdict = "supported" if right else "refuted" if wrong else "undecided"
    return {
        "hypothesis": hypothesis, "part": part, "effect": float(values[0]), "low": low, "high": high,
        "line": ("above " if above else "below ") + f"{line:g}", "verdict": verdict, "pairs": n, "note": note,
    }  # fmt: skip
