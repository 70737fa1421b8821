"""The study ``first``: vanilla and class by class at two learning rates and three budgets."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pandas as pd
import torch

from ...data.problem import Problem, load_problem
from ...data.splits import COLUMN
from ...evaluation.metrics import last_class_share, uar
from ...evaluation.statistics import bootstrap_uar, by_group, interval
from ...learning.class_order import all_orders, class_by_class
from ...learning.heads import MLP
from ...learning.loop import Evaluator, train
from ...learning.schedule import BATCH, balanced, joint, shuffled
from ...learning.source_model import STEPS, train_source_model
from ..scenarios import REPLICATES

ORDERS = all_orders(4)


def first(progress=lambda text: None) -> pd.DataFrame:
    """Measure vanilla and class by class at two learning rates and three budgets, five replicates each.

    Replicate r uses fold r in both corpora, source seed r and data seed r, so every speaker is tested exactly
    once. UAR is taken on the predictions pooled over replicates, for each class order apart, then averaged
    over orders.

    Returns
    -------
    DataFrame
        One row per setting: ``target``, ``source`` and their mean ``both`` in % with 95 % intervals from
        2,000 resamplings of speakers (``_low``, ``_high``); ``vs_twin`` and ``vs_zero``, the target minus
        that of class-balanced vanilla at the same learning rate and budget and minus that of zero-shot, and
        ``source_vs_zero``, the source minus that of zero-shot, all three paired on the same resamplings;
        ``last_share`` (share of target predictions equal to the last class, in %),
        ``sd_orders`` (standard deviation of the target UAR over orders, in points) and ``epochs`` (how often
        the target's training part was seen).
    """
    blocks = (("cremad", "emodb", "zscore"), ("ravdess", "emodb", "zscore"), ("ravdess", "emodb", "raw"))
    progress(f"{len(blocks)} blocks of {len(REPLICATES)} replicates, two at a time, some minutes each")
    tables = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for block, table in zip(blocks, pool.map(_block, *zip(*blocks))):
            progress(f"done: {block[0]} to {block[1]}, {block[2]}")
            tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _block(source: str, target: str, scaling: str) -> pd.DataFrame:
    torch.set_num_threads(1)
    cells: dict[tuple, list[dict]] = {}
    trained = []
    for r in REPLICATES:
        problem = load_problem((source, target), r, scaling=scaling)
        source_model = train_source_model(problem, r, STEPS[scaling])
        trained.append(len(problem.parts[target].train))
        for setting, head in learners(problem, source_model, r):
            cells.setdefault(setting, []).append(tested(problem, head))
    draws = {setting: _draws(replicates, source, target) for setting, replicates in cells.items()}
    rows = []
    for setting, replicates in cells.items():
        variant, lr, steps = setting
        named = {
            "source_corpus": source,
            "target_corpus": target,
            "scaling": scaling,
            "variant": variant,
            "lr": lr,
            "T": steps,
        }
        epochs = {"epochs": round(float(np.mean([steps * BATCH / n for n in trained])), 1)}
        control, zero = draws.get(("vanilla-balanced", lr, steps)), draws["zero-shot", None, 0]
        rows.append({**named, **epochs, **_summary(replicates, draws[setting], target, control, zero)})
    return pd.DataFrame(rows)


def learners(problem: Problem, source_model: MLP, r: int):
    """Train every setting of `first`: yields ((variant, lr, T), head)."""
    source, target = (problem.parts[name] for name in problem.corpora)
    yield ("zero-shot", None, 0), source_model
    for lr in (1e-4, 1e-3):
        for steps in (32, 128, 200):
            settings = {
                "vanilla": shuffled(target.train, steps, [r]),
                "vanilla-balanced": balanced(target.train, problem.labels, steps, [r]),
                "sequifi-canonical": class_by_class(target.train, problem.labels, ORDERS, steps, [r] * 24),
                "sequifi-newhead": class_by_class(target.train, problem.labels, ORDERS, steps, [r] * 24),
                "sequifi-cyclic-5": class_by_class(
                    target.train, problem.labels, ORDERS, steps, [r] * 24, cycles=5
                ),
            }
            # The same two with one optimiser for the whole run: how much is the order, and how much the
            # starting afresh?
            for variant, cycles in (("sequifi-canonical-carried", 1), ("sequifi-cyclic-5-carried", 5)):
                settings[variant] = class_by_class(
                    target.train, problem.labels, ORDERS, steps, [r] * 24, cycles=cycles, reset=False
                )
            if steps == 200:
                settings["joint"] = joint(source.train, target.train, steps, [r])
            for variant, schedule in settings.items():
                head = source_model.select([0] * len(schedule.rows))
                if variant == "sequifi-newhead":
                    head = head.with_new_output([r] * 24)
                train(head, problem.X, problem.y, schedule, lr=lr, evaluator=Evaluator(points=1))
                yield (variant, lr, steps), head


def tested(problem: Problem, head: MLP) -> dict[str, np.ndarray]:
    """Count confusions on the test part of every corpus, by speaker (MESD: word): corpus -> (G, R, K, K)."""
    out = {}
    for name, part in problem.parts.items():
        groups = problem.clips[COLUMN[part.scheme]].to_numpy()[part.test]
        out[name] = by_group(
            problem.labels[part.test],
            head.predict(problem.X[part.test]).numpy(),
            groups,
            len(problem.emotions),
        )
    return out


def _draws(replicates: list[dict], source: str, target: str) -> dict[str, np.ndarray]:
    """Draw every score, with one seed, so that draw i of two settings resamples the same speakers."""
    tables = {
        name: np.concatenate([replicate[name] for replicate in replicates]) for name in (source, target)
    }
    return {
        "target": bootstrap_uar([tables[target]]),
        "source": bootstrap_uar([tables[source]]),
        "both": bootstrap_uar([tables[source], tables[target]]),
    }


def _summary(replicates: list[dict], draws: dict, target: str, control: dict | None, zero: dict) -> dict:
    values = dict(draws)
    values["vs_twin"] = (
        draws["target"] - control["target"] if control else np.full(len(draws["target"]), np.nan)
    )
    values["vs_zero"] = draws["target"] - zero["target"]
    values["source_vs_zero"] = draws["source"] - zero["source"]
    out = {}
    for name, scores in values.items():
        out[name], (out[f"{name}_low"], out[f"{name}_high"]) = (
            100 * scores[0],
            [100 * v for v in interval(scores)],
        )
    pooled = np.concatenate([replicate[target] for replicate in replicates]).sum(0)
    per_order = 100 * uar(pooled)
    runs = len(per_order)
    out["last_share"] = 100 * last_class_share(pooled, ORDERS).mean() if runs == 24 else np.nan
    out["sd_orders"] = per_order.std(ddof=1) if runs == 24 else np.nan
    return {"runs": runs * len(replicates)} | {key: round(float(value), 2) for key, value in out.items()}
