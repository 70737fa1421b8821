"""The tables of the chains study.

What each method knows of all corpora after the last one, and what it lost on the way.
"""

from __future__ import annotations

import zlib

import numpy as np
import pandas as pd

from ...evaluation.statistics import bootstrap_uar, holm, p_value, with_intervals
from ..outcome import tables_of
from ..variants import variant
from .pairwise import DRAWS

AGAINST = {"vs_twin": "vanilla-balanced", "vs_vanilla": "vanilla"}


def matrix(cells: pd.DataFrame, draws: int = DRAWS) -> np.ndarray:
    """Draws of R[i, j] in %, (draws + 1, stops, corpora).

    UAR on corpus j after learning corpus i + 1, means over class orders.

    Every corpus has one seed, so draw i resamples the same speakers in every entry and for every method.
    """
    rows = cells.to_dict("records")
    corpora = list(rows[0]["corpora"])
    out = np.empty((draws + 1, len(corpora) - 1, len(corpora)))
    orders = cells["order"].map(lambda order: () if order is None else tuple(order))
    for i in range(len(corpora) - 1):
        found: dict[str, list] = {name: [] for name in corpora}
        for _, replicate in cells.groupby("replicate"):
            runs = [
                rows[cells.index.get_loc(k)] for k in orders[replicate.index].sort_values(kind="stable").index
            ]
            tables = [tables_of(row, i) for row in runs]
            for name in corpora:
                found[name].append(np.stack([table[name] for table in tables], 1))
        for j, name in enumerate(corpora):
            out[:, i, j] = 100 * bootstrap_uar(
                [np.concatenate(found[name])], draws, zlib.crc32(name.encode())
            )
    return out


def scores(R: np.ndarray, zero: np.ndarray) -> dict[str, np.ndarray]:
    """Draws of the scores of a chain, from its matrix and that of the source model, which is what R[0] would
    be.

    ``both``: mean over all corpora in the end; ``first`` and ``last`` corpus; ``bwt``: mean over all but the
    last of what was lost since the corpus was learnt; ``anytime``: the mean over stops of the mean over the
    corpora learnt so far.
    """
    full = np.concatenate([zero[:, :1], R], axis=1)  # (draws, corpora, corpora)
    learnt = np.diagonal(full, axis1=1, axis2=2)
    return {
        "both": R[:, -1].mean(-1),
        "first": R[:, -1, 0],
        "last": R[:, -1, -1],
        "bwt": (R[:, -1, :-1] - learnt[:, :-1]).mean(-1),
        "anytime": np.mean([full[:, i, : i + 1].mean(-1) for i in range(1, full.shape[1])], axis=0),
    }


def report(cells: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Two tables.

    Returns
    -------
    dict of DataFrame
        ``table``: one row per chain and variant with the scores of `scores` in % of UAR and 95 % intervals
        over speakers, and
        ``vs_twin`` and ``vs_vanilla``, the differences in ``both``; ``after``: the mean UAR over all five
        corpora after each corpus, as text. ``means``: the same, means over chains, with Holm-corrected p of
        ``vs_vanilla``.
    """
    cells = cells.reset_index(drop=True).assign(
        chain=cells["corpora"].map(lambda names: " > ".join(names)).to_numpy()
    )
    matrices = {key: matrix(found) for key, found in cells.groupby(["chain", "variant"], sort=False)}
    kept = {(chain, name): scores(R, matrices[chain, "zero-shot"]) for (chain, name), R in matrices.items()}
    for (chain, _), draws in kept.items():
        for what, other in AGAINST.items():
            draws[what] = draws["both"] - kept[chain, other]["both"]
    rows = []
    for (chain, name), draws in kept.items():
        after = [matrices[chain, "zero-shot"][0, 0].mean(), *matrices[chain, name][0].mean(-1)]
        row = {"chain": chain, "variant": name, "ordered": variant(name).ordered, **with_intervals(draws)}
        rows.append(row | {"after": " ".join(f"{value:.2f}" for value in after)})
    chains, means = list(dict.fromkeys(chain for chain, _ in kept)), []
    for name in dict.fromkeys(name for _, name in kept):
        mine = [kept[chain, name] for chain in chains]
        draws = {key: np.mean([one[key] for one in mine], axis=0) for key in mine[0]}
        row = {
            "variant": name,
            "ordered": variant(name).ordered,
            "chains": len(mine),
            **with_intervals(draws),
        }
        row["sd_chains"] = float(np.std([one["both"][0] for one in mine], ddof=1))
        means.append(row | {"p_vanilla": np.nan if name == "vanilla" else p_value(draws["vs_vanilla"])})
    table = pd.DataFrame(means)
    table["holm"] = holm(table["p_vanilla"].to_numpy())
    columns = {name: 4 if name in ("p_vanilla", "holm") else 2 for name in table}
    return {"table": pd.DataFrame(rows).round(2), "means": table.round(columns)}
