"""The frame inside which every method has to lie, measured.

What can be had without a method, and what with all data.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ...learning.methods import GDumb
from ..scenarios import PAIR
from .forgetting_map import REPLICATES, Case, row, run

# On raw embeddings a fresh head is far from its plateau after 200 steps; it gets more, and the table says so.
LONGER = 3_000
CHAIN_CASES = [
    Case(method=name) for name in ("zero-shot", "majority", "target-only", "vanilla", "cumulative", "joint")
]
CHAIN_CASES += [Case(method="gdumb", options=(("size", size),)) for size in GDumb.grid]
PAIR_CASES = [
    replace(case, corpora=PAIR.corpora, scaling="raw, rewritten")
    for case in CHAIN_CASES
    if case.method not in ("target-only", "gdumb")
]
PAIR_CASES += [
    Case(PAIR.corpora, "raw, rewritten", method="target-only", options=(("steps", LONGER),)),
    Case(PAIR.corpora, "raw, rewritten", method="gdumb", options=(("size", 320), ("steps", LONGER))),
]


def line(setting: str, case: Case) -> dict:
    """One row of the table.

    The scores of `sequifi_lite.studies.plans.forgetting_map.row`, and what they took.
    """
    replicates = [run(case, r) for r in REPLICATES]
    scores, (problem, stops) = row(case, replicates), replicates[0]
    options = dict(case.options)
    kept = {
        "cumulative": sum(len(part.train) for part in problem.parts.values()),
        "gdumb": options.get("size", 0),
    }
    kept["joint"] = kept["cumulative"]
    taken = {
        "size": options.get("size"),
        "steps": sum(stop.record.steps[-1] for stop in stops if stop.record),
    }
    keys = (
        "acc",
        "acc_low",
        "acc_high",
        "bwt",
        "bwt_low",
        "bwt_high",
        "newest",
        "source_before",
        "source_after",
        "matrix",
    )
    return {"setting": setting, "method": case.method, **taken, "rows_kept": kept.get(case.method, 0)} | {
        key: scores.get(key) for key in keys
    }


def study(progress=lambda text: None) -> pd.DataFrame:
    """Every bound on the shared settings chain and pair, five replicates each.

    At the setting's learning rate and budget.

    UAR in % on pooled test predictions with 95 % intervals over speakers, as in the study ``forgetting``.
    ``steps`` and
    ``rows_kept`` are updates after the source and clips that must be stored, in replicate 0.
    """
    chosen = [("chain", case) for case in CHAIN_CASES] + [("pair", case) for case in PAIR_CASES]
    rows = []
    for setting, case in chosen:
        progress(f"{setting}: {case.method} {dict(case.options) or ''}")
        rows.append(line(setting, case))
    return pd.DataFrame(rows).astype({"size": "Int64"})
