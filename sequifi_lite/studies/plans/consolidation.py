"""The studies of what is kept afterwards.

Averages of weights, class statistics, and corrections of the output layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import torch

from ...data.problems import Problem
from ...evaluation.metrics import confusion, last_class_share, uar
from ...learning.heads import MLP
from ...learning.loop import train
from ...learning.methods import (
    EMA,
    NCM,
    SLDA,
    SWA,
    BiasCorrection,
    GreedySoup,
    Interpolation,
    Joint,
    LogitAdjustment,
    Method,
    OneOverT,
    PerClassSoup,
    RanPAC,
    Soup,
    Vanilla,
    WeightAlignment,
)
from ...learning.schedule import Schedule, all_orders, balanced, class_by_class
from ...learning.sequence import accuracy_matrix, train_sequence
from ..scenarios import CHAIN, PAIR, Scenario

REPLICATES = 5
RATES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3)
SHARES = tuple(round(0.1 * i, 1) for i in range(11))
SHRINKAGES = (1e-4, 1e-3, 1e-2, 0.1, 0.3, 0.5, 0.7, 1.0)
RIDGES = (1e2, 1e3, 1e4, 1e5, 3e5, 1e6, 3e6, 1e7)

# Row name -> method for a tensor of strengths, the strengths (0 where there is none), and the learning rate
# as a multiple of the setting's.
SWEPT = {
    "joint": (lambda value: Joint(), (0.0,), 1),
    "interpolation": (Interpolation, SHARES, 1),
    "interpolation, lr x 3": (Interpolation, SHARES, 3),
    "interpolation-source": (lambda value: Interpolation(value, anchor="source"), SHARES, 1),
    "one-over-t": (lambda value: OneOverT(), (0.0,), 1),
    "one-over-t, lr x 3": (lambda value: OneOverT(), (0.0,), 3),
    "ema": (EMA, EMA.grid, 1),
    "swa": (SWA, SWA.grid, 1),
    "soup": (lambda value: Soup(), (0.0,), 1),
    "greedy-soup": (lambda value: GreedySoup(), (0.0,), 1),
    "per-class-soup": (PerClassSoup, PerClassSoup.grid, 1),
    "ncm": (lambda value: NCM(), (0.0,), 1),
    "ncm-hidden": (lambda value: NCM("hidden"), (0.0,), 1),
    "ncm-last": (lambda value: NCM(scope="last"), (0.0,), 1),
    "slda": (SLDA, SHRINKAGES, 1),
    "slda-hidden": (lambda value: SLDA(value, "hidden"), SHRINKAGES, 1),
    "slda-last": (lambda value: SLDA(value, scope="last"), SHRINKAGES, 1),
    "ranpac": (RanPAC, RIDGES, 1),
}


def study(
    progress=lambda text: None, settings=(CHAIN, PAIR), replicates: int = REPLICATES, swept=SWEPT
) -> pd.DataFrame:
    """Averages of weights and class statistics over their strength, vanilla over the learning rate.

    On the shared settings.

    Returns
    -------
    DataFrame
        One row for each setting, method, value of its strength, replicate and corpus: test UAR in %,
        ``zero_shot`` (the source model), ``first`` (right after the corpus was learnt) and ``last`` (after
        the last corpus).
    """
    lines = {"vanilla": None, **swept}
    rows = []
    for setting in settings:
        for replicate in range(replicates):
            problem, source_model = setting.start(replicate)
            progress(f"{setting.name}, replicate {replicate}")
            before = 100 * uar_of(source_model, problem)[0]
            for method in lines:
                for value, R in _sweep(method, swept, setting, problem, source_model, replicate):
                    for j, corpus in enumerate(setting.corpora):
                        row = {
                            "setting": setting.name,
                            "method": method,
                            "value": value,
                            "replicate": replicate,
                        }
                        row |= {
                            "corpus": corpus,
                            "zero_shot": before[j],
                            "first": 100 * R[j, j],
                            "last": 100 * R[-1, j],
                        }
                        rows.append(row)
    return pd.DataFrame(rows).round({"zero_shot": 2, "first": 2, "last": 2})


def uar_of(model, problem: Problem) -> np.ndarray:
    """Test UAR of every run on every corpus, (R, corpora), 0 to 1."""
    rows, K = [part.test for part in problem.parts.values()], len(problem.emotions)
    return np.stack(
        [uar(confusion(problem.labels[r], model.predict(problem.X[r]).numpy(), K)) for r in rows], 1
    )


def _sweep(method: str, swept: dict, setting: Scenario, problem: Problem, source_model: MLP, replicate: int):
    """(value, accuracy matrix) of every value of a method's strength."""
    if method == "vanilla":
        for lr in RATES:
            stops = train_sequence(
                Vanilla(), problem, source_model, steps=setting.steps, lr=lr, seeds=[replicate]
            )
            yield lr, accuracy_matrix(stops, problem)[0]
        return
    make, values, times = swept[method]
    options = {"steps": setting.steps, "lr": times * setting.lr, "seeds": [replicate] * len(values)}
    stops = train_sequence(
        make(torch.tensor(values)), problem, source_model.select([0] * len(values)), **options
    )
    yield from zip(values, accuracy_matrix(stops, problem), strict=True)


# ---------------------------------------------------------------- after class-ordered training

CORRECTED = (
    replace(PAIR, name="cremad-emodb", rewritten=False),
    replace(PAIR, name="cremad-mesd", corpora=("cremad", "mesd"), rewritten=False),
)
CORRECTIONS = {
    "none": Vanilla,
    "bias-correction": BiasCorrection,
    "weight-alignment": WeightAlignment,
    **{
        f"logit-adjustment, tau {tau:g}": lambda tau=tau: LogitAdjustment(tau)
        for tau in LogitAdjustment.grid[1:]
    },
}
CYCLES = 5


def schedules(problem: Problem, steps: int, orders: np.ndarray, seed: int) -> dict[str, Schedule]:
    """Variant -> schedule of the second corpus, one run per class order; the control has one run."""
    rows, seeds = problem.parts[problem.corpora[1]].train, [seed] * len(orders)
    return {
        "sequifi-canonical": class_by_class(rows, problem.labels, orders, steps, seeds),
        "sequifi-cyclic": class_by_class(rows, problem.labels, orders, steps, seeds, cycles=CYCLES),
        "sequifi-cyclic-carried": class_by_class(
            rows, problem.labels, orders, steps, seeds, cycles=CYCLES, reset=False
        ),
        "balanced vanilla": balanced(rows, problem.labels, steps, [seed]),
    }


def corrected(method: Method, problem: Problem, source_model: MLP, head: MLP, schedule: Schedule):
    """What a correction makes of a head that was trained along a schedule.

    As `sequifi_lite.learning.sequence.train_sequence` calls it.
    """
    seeds = [0] * head.runs
    method.after_corpus(source_model.select([0] * head.runs), problem, 0, seeds)
    method.schedule(schedule, problem, 1, seeds)
    method.after_corpus(head, problem, 1, seeds)
    return method.model(head)


def corrections(
    progress=lambda text: None,
    settings: Sequence[Scenario] = CORRECTED,
    replicates: int = REPLICATES,
    rates: Sequence[float] = (1e-4, 1e-3),
    orders: np.ndarray | None = None,
) -> pd.DataFrame:
    """Head corrections after training on one class at a time, all class orders; nothing is trained twice.

    Returns
    -------
    DataFrame
        One row for each setting, variant, learning rate, correction and replicate: test UAR in % on
        ``target`` and ``source``,
        ``worst`` (the target's, of the worst order) and ``last_share`` (share of target predictions equal to
        the class trained last, in %), means over orders. A setting's per-class soup and zero-shot have a row
        each.
    """
    table = []
    orders = all_orders(4) if orders is None else orders

    def note(keys, model, problem, runs_orders=None):
        source, target = 100 * uar_of(model, problem).T
        row = keys | {
            "target": target.mean(),
            "source": source.mean(),
            "worst": target.min(),
            "last_share": np.nan,
        }
        if runs_orders is not None:
            rows = problem.parts[problem.corpora[1]].test
            said = model.predict(problem.X[rows]).numpy()
            row["last_share"] = (
                100 * last_class_share(confusion(problem.labels[rows], said, 4), runs_orders).mean()
            )
        table.append(row)

    for setting in settings:
        for replicate in range(replicates):
            problem, source_model = setting.start(replicate)
            keys = {
                "setting": setting.name,
                "variant": "zero-shot",
                "lr": 0.0,
                "correction": "none",
                "replicate": replicate,
            }
            note(keys, source_model, problem)
            for lr in rates:
                progress(f"{setting.name}, replicate {replicate}, learning rate {lr:g}")
                for variant, schedule in schedules(problem, setting.steps, orders, replicate).items():
                    head = source_model.select([0] * len(schedule.rows))
                    train(head, problem.X, problem.y, schedule, lr=lr)
                    for name, make in CORRECTIONS.items():
                        model = corrected(make(), problem, source_model, head, schedule)
                        note(
                            keys | {"variant": variant, "lr": lr, "correction": name},
                            model,
                            problem,
                            orders if head.runs > 1 else None,
                        )
                *_, stop = train_sequence(
                    PerClassSoup(), problem, source_model, steps=setting.steps, lr=lr, seeds=[replicate]
                )
                note(keys | {"variant": "per-class-soup", "lr": lr}, stop.model, problem)
    return pd.DataFrame(table).round({"target": 2, "source": 2, "worst": 2, "last_share": 2})
