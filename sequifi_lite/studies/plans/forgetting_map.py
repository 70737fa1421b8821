"""The study ``forgetting``: where does vanilla fine-tuning on the pack forget, and where does it not?

One factor at a time is varied around the shared settings (`sequifi_lite.studies.scenarios`): how inputs are
scaled, how deep the head is, step size and number of steps, which corpora follow each other, how many
classes, the optimiser, and which layers may move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ...data.emotions import SIX
from ...evaluation import metrics
from ...evaluation.statistics import bootstrap_uar, with_intervals
from ..outcome import tables_of
from ..scenarios import CHAIN, DEEP, PAIR, REPLICATES, RESCALED
from ..training_run import TRAINED, Cell, by_cell

BESIDE = ("vanilla", "joint", "zero-shot")
#: The three that start from one model: what is left of the scaling after rewriting it.
REWRITTEN = [scaling for scaling in RESCALED if scaling.endswith("rewritten")]


def widths(hidden: int | tuple[int, ...]) -> tuple[int, ...]:
    """Widths of hidden layers, one of which may be told as a number."""
    return (hidden,) if isinstance(hidden, int) else hidden


def lines() -> list[Cell]:
    """Every line of the map, in its order: the cell of its first replicate."""

    def case(corpora=CHAIN.corpora, **changes) -> Cell:
        fields = CHAIN.fields | {"optimiser": "torch-adam", "before": True} | changes
        fields["hidden"] = widths(fields["hidden"])
        if fields["scaling"] == "raw":
            fields["source_steps"] = None  # what such features need
        return Cell("vanilla", replicate=0, **fields | {"corpora": corpora})

    base = {
        "chain": case(gap=True),
        "pair": case(PAIR.corpora, scaling="raw, rewritten", gap=True),
        "deep": case(hidden=DEEP.hidden, gap=True),
    }
    out = [replace(cell, variant=method) for cell in base.values() for method in BESIDE]
    rates = (1e-4, 3e-4, 1e-3, 3e-3)
    for scaling in ("zscore", "domain-aware", "raw", *REWRITTEN):
        out += [case(PAIR.corpora, scaling=scaling, lr=lr) for lr in rates]
        if scaling in ("zscore", "raw"):
            out += [replace(case(PAIR.corpora, scaling=scaling), variant="joint")]
    out += [case(scaling=scaling) for scaling in ("domain-aware", *REWRITTEN)]
    out += [case(hidden=hidden) for hidden in ((), 32, 512, (128, 128), (256, 256, 128))]
    out += [case(lr=lr, T=steps) for steps in (50, 200) for lr in rates] + [case(T=800)]
    out += [case(optimiser="sgd", lr=lr) for lr in (0.003, 0.01, 0.03, 0.1, 0.3)]
    out += [replace(base["pair"], optimiser="sgd", lr=lr) for lr in (0.0003, 0.001, 0.003, 0.01, 0.03)]
    out += [replace(case(emotions=SIX), variant=method) for method in BESIDE]
    five = ("cremad", "ravdess", "emodb", "mesd", "nemo")
    out += [case((a, b)) for a in five for b in five if a != b]
    short = ("cremad", "emodb", "mesd")
    out += [
        replace(case(chain), variant=method) for chain in (short, five) for method in ("vanilla", "joint")
    ]
    others = (
        ("ravdess", "emodb", "mesd"),
        CHAIN.corpora[::-1],
        ("cremad", "nemo", "mesd", "emodb", "ravdess"),
    )
    out += [case(chain) for chain in others]
    for cell in (base["chain"], base["pair"]):
        out += [replace(cell, trained=part) for part in TRAINED]
        out += [replace(cell, readings=((part, None),)) for part in ("output bias", "output layer")]
    watched = {replace(cell, gap=False) for cell in out if cell.gap}
    return list(dict.fromkeys(cell for cell in out if cell.gap or cell not in watched))


def cells() -> list[Cell]:
    """The map of forgetting: vanilla fine-tuning with one thing changed at a time, five replicates each."""
    return [replace(line, replicate=r) for line in lines() for r in REPLICATES]


def report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """One row per line, UAR in % on pooled test predictions, 95 % intervals over speakers.

    ``matrix`` is the accuracy matrix: rows, divided by slashes, after each corpus; columns in the order of
    ``chain``.
    """
    row_of = by_cell(table)
    return {"table": pd.DataFrame([row(line, replicates(line, row_of)) for line in lines()])}


def replicates(line: Cell, row_of: Mapping[Cell, dict]) -> list[dict]:
    """What came of all replicates of a line."""
    return [row_of[replace(line, replicate=r)] for r in REPLICATES]


def row(line: Cell, runs: Sequence[Mapping]) -> dict:
    """One line of the table: all replicates, their predictions pooled.

    A reading stands in place of what the last corpus left behind.
    """
    J = len(line.corpora)
    draws = np.empty((2001, J, J))
    for i in range(J):
        tables = [tables_of(run, i if i < J - 1 else -1) for run in runs]
        for j, name in enumerate(line.corpora):
            # One seed for each corpus: draw d of every line resamples the same speakers.
            draws[:, i, j] = 100 * bootstrap_uar([np.concatenate([t[name] for t in tables])], seed=j)
    out = {
        "chain": " > ".join(line.corpora),
        "classes": len(line.emotions),
        "scaling": line.scaling,
        "hidden": "-".join(map(str, widths(line.hidden))) or "none",
        "optimiser": line.optimiser.removeprefix("torch-"),
        "lr": line.lr,
        "T": line.T,
        "method": line.variant,
        "trained": line.trained,
        "repair": line.readings[0][0] if line.readings else "none",
    }
    values = {"acc": metrics.average(draws)}
    if line.variant != "joint":  # before its last corpus joint has learnt nothing that it could forget
        values |= {"bwt": metrics.backward_transfer(draws), "forgetting": metrics.forgetting(draws)}
    R = draws[0]
    scores = with_intervals(values) | {
        "newest": np.diag(R)[1:].mean(),
        "zero_shot": R[0, 1:].mean(),
        "source_before": R[0, 0],
        "source_after": R[-1, 0],
    }
    if line.gap and line.variant == "vanilla":
        scores |= stability_gap([counts_of(run) for run in runs])
    out |= {name: round(float(value), 2) for name, value in scores.items()}
    return out | {"matrix": " / ".join(" ".join(f"{value:.2f}" for value in stop) for stop in R)}


def counts_of(run: Mapping) -> np.ndarray:
    """Confusion matrices on the small subsets, (corpora learnt, corpora, points, K, K)."""
    J, K = len(run["corpora"]), len(run["emotions"])
    return np.asarray(run["counts"]).reshape(J - 1, J, -1, K, K)


def stability_gap(runs: Sequence[np.ndarray]) -> dict[str, float]:
    """How deep old corpora fall while a new one is being learnt, and how much of it comes back, in points.

    ``gap`` is the mean, over every new corpus and every one before it, of the score at a stage's end minus
    the lowest in it;
    ``worst`` is min-ACC, the mean over corpora of the lowest score since the corpus was learnt (De Lange et
    al. 2023, arXiv 2205.13452). Both on the fixed subsets, replicates pooled; `runs` has for each what
    `counts_of` gives.
    """
    scores = 100 * metrics.uar(np.sum(runs, axis=0))  # (corpora learnt, corpora, points)
    old = [(i, j) for i in range(len(scores)) for j in range(i + 1)]
    gaps = [scores[i, j, -1] - scores[i, j].min() for i, j in old]
    lowest = [scores[j:, j].min() for j in range(len(scores))]
    return {"gap": float(np.mean(gaps)), "worst": float(np.mean(lowest))}
