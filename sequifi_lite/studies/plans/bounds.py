"""The study ``bounds``: inside which frame has every method to lie?

What can be had without a method, and what with all data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from ...data.problem import load_problem
from ...learning.methods import GDumb
from ..scenarios import CHAIN, PAIR, REPLICATES, Scenario
from ..training_run import Cell, by_cell
from . import forgetting_map

# On raw embeddings a fresh head is far from its plateau after 200 steps; it gets more, and the table says so.
LONGER = (("steps", 3_000),)
SCORES = (
    "acc", "acc_low", "acc_high", "bwt", "bwt_low", "bwt_high", "newest", "source_before", "source_after",
    "matrix",
)  # fmt: skip


def _cell(setting: Scenario, variant: str, **changes) -> Cell:
    return Cell(variant, replicate=0, **setting.fields, optimiser="torch-adam", before=True, **changes)


def lines() -> list[tuple[str, Cell]]:
    """Every line of the table: its setting, and the cell of its first replicate."""
    names = ("zero-shot", "majority", "target-only", "vanilla", "cumulative", "joint")
    chain = [_cell(CHAIN, name) for name in names] + [_cell(CHAIN, "gdumb", value=n) for n in GDumb.grid]
    pair = [_cell(PAIR, name) for name in names if name != "target-only"]
    pair += [_cell(PAIR, "target-only", options=LONGER), _cell(PAIR, "gdumb", value=320, options=LONGER)]
    return [(CHAIN.name, cell) for cell in chain] + [(PAIR.name, cell) for cell in pair]


def cells() -> list[Cell]:
    """Every bound on the shared settings chain and pair, five replicates each, at the setting's learning rate
    and budget.
    """
    return [replace(cell, replicate=r) for _, cell in lines() for r in REPLICATES]


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """UAR in % on pooled test predictions with 95 % intervals over speakers, as in the study ``forgetting``.

    ``steps`` and ``rows_kept`` are updates after the source and clips that must be stored, in replicate 0.
    """
    row_of = by_cell(table)
    rows = [line(setting, cell, row_of) for setting, cell in lines()]
    return {"table": pd.DataFrame(rows).astype({"size": "Int64"})}


def line(setting: str, cell: Cell, row_of: Mapping[Cell, dict]) -> dict:
    """One row: the scores of `sequifi_lite.studies.plans.forgetting_map.row`, and what they took."""
    scores = forgetting_map.row(cell, forgetting_map.replicates(cell, row_of))
    stored = cell.value or 0
    if cell.variant in ("cumulative", "joint"):
        stored = sum(len(part.train) for part in load_problem(cell.corpora, cell.replicate).parts.values())
    price = {"size": cell.value, "steps": taken(row_of[cell]["steps"]), "rows_kept": stored}
    keys = {"setting": setting, "method": cell.variant, **price}
    return keys | {name: scores.get(name) for name in SCORES}


def taken(steps) -> int:
    """Updates in all, from the points at which trainings were looked at; each training begins at 0."""
    ends = [last for last, after in zip(steps, [*steps[1:], 0]) if after == 0]
    return int(sum(ends))
