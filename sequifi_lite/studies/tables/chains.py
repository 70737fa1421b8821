"""The tables of the chains study.

What each method knows of all corpora after the last one, and what it lost on the way.
"""

from __future__ import annotations

import zlib

import numpy as np
import pandas as pd

from ...evaluation.statistics import bootstrap_uar, holm, p_value, with_intervals
from ..grouped import grouped
from ..outcome import tables_of
from ..variants import variant
from .pairwise import DRAWS

AGAINST = {"vs_twin": "vanilla-balanced", "vs_vanilla": "vanilla"}


def matrix(cells: pd.DataFrame, draws: int = DRAWS) -> np.ndarray:
    """Draws of R[i, j] in %, (draws + 1, stops, corpora).

    UAR on corpus j after learning corpus i + 1, means over class orders.

    Every corpus has one seed, so draw i resamples the same speakers in every entry and for every method.
    """
    replicates = [_in_order(rows.to_dict("records")) for _, rows in cells.groupby("replicate")]
    corpora = list(replicates[0][0]["corpora"])
    out = np.empty((draws + 1, len(corpora) - 1, len(corpora)))
    for i in range(len(corpora) - 1):
        by_corpus: dict[str, list] = {name: [] for name in corpora}
        for runs in replicates:
            tables = [tables_of(run, i) for run in runs]
            for name in corpora:
                by_corpus[name].append(np.stack([table[name] for table in tables], 1))
        for j, name in enumerate(corpora):
            out[:, i, j] = 100 * bootstrap_uar(
                [np.concatenate(by_corpus[name])], draws, zlib.crc32(name.encode())
            )
    return out


def _in_order(runs: list[dict]) -> list[dict]:
    """Sort runs by their class orders; those without one stay as they are."""
    return sorted(runs, key=lambda run: () if run["order"] is None else tuple(run["order"]))


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
    chain_names = [" > ".join(names) for names in cells["corpora"]]
    cells = cells.reset_index(drop=True).assign(chain=chain_names)
    matrices = {key: matrix(runs) for key, runs in grouped(cells, ["chain", "variant"])}
    every = {(chain, name): scores(R, matrices[chain, "zero-shot"]) for (chain, name), R in matrices.items()}
    for (chain, _), draws in every.items():
        for difference, other in AGAINST.items():
            draws[difference] = draws["both"] - every[chain, other]["both"]
    rows = []
    for (chain, name), draws in every.items():
        after = [matrices[chain, "zero-shot"][0, 0].mean(), *matrices[chain, name][0].mean(-1)]
        row = {"chain": chain, "variant": name, "ordered": variant(name).ordered, **with_intervals(draws)}
        rows.append(row | {"after": " ".join(f"{value:.2f}" for value in after)})
    chains, means = list(dict.fromkeys(chain for chain, _ in every)), []
    for name in dict.fromkeys(name for _, name in every):
        by_chain = [every[chain, name] for chain in chains]
        draws = {key: np.mean([one[key] for one in by_chain], axis=0) for key in by_chain[0]}
        row = {
            "variant": name,
            "ordered": variant(name).ordered,
            "chains": len(by_chain),
            **with_intervals(draws),
        }
        row["sd_chains"] = float(np.std([one["both"][0] for one in by_chain], ddof=1))
        means.append(row | {"p_vanilla": np.nan if name == "vanilla" else p_value(draws["vs_vanilla"])})
    table = pd.DataFrame(means)
    table["holm"] = holm(table["p_vanilla"].to_numpy())
    columns = {name: 4 if name in ("p_vanilla", "holm") else 2 for name in table}
    return {"table": pd.DataFrame(rows).round(2), "means": table.round(columns)}
