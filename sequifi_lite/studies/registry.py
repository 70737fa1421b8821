"""The studies by name. Adding one is a file in `plans` and a line here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple

import pandas as pd

from . import finetuning_rivals, finetuning_run, heard_cell, runner
from .plans import (
    budget,
    confused_orders,
    finetuned_optimisers,
    finetuned_rivals,
    finetuned_time_scale,
    finetuning,
    first,
    layer_probe,
    leaks,
    probe,
    told,
    untrained,
    verdict,
)
from .plans.frontiers import report as by_strength
from .tables import chains as chain_tables, finetuning as finetuning_tables, orders as order_tables, pairwise
from .training_run import train_group


class Study(NamedTuple):
    """A study made of cells.

    ``cells()`` is its plan, ``report(table)`` its tables, one of them named ``table``. Cells of another kind
    (`sequifi_lite.studies.finetuning_run.Run`) bring their own ``train(group)`` for cells that train
    together, ``estimate(groups)`` of the CPU seconds, and ``origin()``, what the provenance tells beside
    packs and versions. ``sources_kept``: that ``train`` keeps source models on disk.
    """

    cells: Callable[[], list]
    report: Callable[[pd.DataFrame], dict[str, pd.DataFrame]]
    train: Callable[[Sequence], pd.DataFrame] = train_group
    estimate: Callable[[Sequence], float] = runner.estimate
    origin: Callable[[], dict] = dict
    sources_kept: bool = False


def _planned(name: str, report: Callable | None = None) -> Study:
    """Take ``cells`` from ``plans/NAME.py``, and ``report`` too unless the tables are another study's."""
    plan = import_module(f".plans.{name}", __package__)
    return Study(plan.cells, report or plan.report)


def _finetuned(cells: Callable, report: Callable, *corpora: str) -> Study:
    run = finetuning_run
    return Study(cells, report, run.train_runs, run.estimate, lambda: run.origin(corpora), sources_kept=True)


#: Studies made of cells: planned, killed and resumed, checked.
STUDIES = {
    "tuning": _planned("tuning"),
    "pairs": _planned("pairs", pairwise.finely),
    "chains": _planned("chains", chain_tables.report),
    "switches": _planned("switches"),
    "six": _planned("six"),
    "frontiers": _planned("frontiers"),
    "orders": _planned("orders", order_tables.report),
    "repairs": _planned("repairs"),
    "seen": _planned("seen", by_strength),
    "mended": _planned("mended", pairwise.finely),
    "rivals-tuning": _planned("rivals_tuning"),
    "rivals": _planned("rivals", pairwise.finely),
    "rivals-chains": _planned("rivals_chains", chain_tables.report),
    "displacement": _planned("displacement", by_strength),
    "forgetting": _planned("forgetting_map"),
    "bounds": _planned("bounds"),
    "regularisation": _planned("regularisation"),
    "rehearsal": _planned("replay"),
    "consolidation": _planned("consolidation"),
    "corrections": _planned("corrections"),
    "time-scale-tuning": _planned("time_scale_tuning"),
    "time-scale": _planned("time_scale"),
    "seeds": _planned("seeds"),
    "steps-and-rates": _planned("steps_and_rates"),
    "further-readings-tuning": _planned("further_readings_tuning"),
    "further-readings": _planned("further_readings"),
    "advocate": _planned("advocate"),
    "advocate-six": _planned("advocate_six", pairwise.finely),
    "advice": _planned("advice"),
}
_table, _orders, _moved = (
    finetuning_tables.rates_report,
    finetuning_tables.orders_report,
    finetuning_tables.finetuned_report,
)
STUDIES |= {
    "moving-depth": _finetuned(finetuning.depth_cells, _table, "cremad", "mesd"),
    "moving-depth-emodb": _finetuned(finetuning.more_depth_cells, _table, "cremad", "ravdess", "emodb"),
    "moving-rates": _finetuned(finetuning.rates_cells, _table, "cremad", "mesd"),
    "moving": _finetuned(finetuning.finetuned_cells, _moved, "cremad", "mesd"),
    "moving-frontiers": _finetuned(finetuning.frontier_cells, _table, "cremad", "mesd"),
    "moving-gaussians": _finetuned(finetuning.gaussians_cells, _table, "cremad", "mesd"),
    "moving-held": _finetuned(finetuning.feature_distillation_cells, _table, "cremad", "mesd"),
    "moving-depth-rates": _finetuned(finetuning.depth_rates_cells, _table, "cremad", "mesd"),
    "moving-orders": _finetuned(finetuning.orders_cells, _orders, "cremad", "mesd", "emodb"),
    "moving-time-scale": _finetuned(
        finetuned_time_scale.cells, finetuned_time_scale.report, "emodb", "mesd", "ravdess"
    ),
    "moving-time-scale-confirmed": _finetuned(
        finetuned_time_scale.confirming_cells,
        finetuned_time_scale.confirming_report,
        *("cremad", "mesd", "emodb"),
    ),
    "moving-rivals": _finetuned(finetuned_rivals.cells, finetuned_rivals.report, "emodb", "mesd")._replace(
        train=finetuning_rivals.train_rivals
    ),
    "moving-optimisers": _finetuned(finetuned_optimisers.cells, finetuned_optimisers.report, "emodb", "mesd"),
    "moving-emodb": _finetuned(finetuning.emodb_cells, _moved, "cremad", "emodb"),
}
STUDIES |= {
    name: _planned(name.replace("-", "_"))._replace(train=heard_cell.train_heard, origin=heard_cell.origin)
    for name in ("ears-tuning", "ears")
}

#: Studies that are measured in one piece.
IN_ONE_PIECE = {
    "first": first.first,
    "probe": probe.probe,
    "leaks": leaks.leaks,
    "less_work": budget.study,
    "verdict": verdict.study,
    "told": told.study,
    "confused-orders": confused_orders.study,
    "depth": layer_probe.study,
    "untrained": untrained.study,
}
