"""The study of the methods with a memory: how much has to be kept, chosen how, and used how."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch

from ...data.splits import COLUMN
from ...evaluation.statistics import bootstrap_uar, by_group, interval
from ...learning.methods import AGEM, DER, DERPP, ER, GEM, Joint, Vanilla
from ...learning.sequence import train_sequence
from ..scenarios import CHAIN, PAIR, Scenario

REPLICATES = 5
SIZES = (1, 2, 5, 10, 20, 50)
ALPHAS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


class Line(NamedTuple):
    """A method over the values of a strength.

    Values of ``together`` are a tensor, one value per run; others are trained apart.
    """

    make: Callable
    values: Sequence
    together: bool = True


SWEPT = {
    "er": Line(lambda n: ER(n), SIZES),
    "er-reservoir": Line(lambda n: ER(n, "reservoir"), SIZES),
    "er-herding": Line(lambda n: ER(n, "herding"), SIZES),
    "gem": Line(lambda n: GEM(n), (1, 5, 20), together=False),
    "a-gem": Line(lambda n: AGEM(n), SIZES),
    "der": Line(lambda alpha: DER(alpha), ALPHAS),
    "der++": Line(lambda alpha: DERPP(alpha), ALPHAS),
    "der-size": Line(lambda n: DER(0.03, n), SIZES),
}
RATES = (1e-4, 3e-4, 1e-3, 3e-3)


def study(progress=lambda text: None) -> pd.DataFrame:
    """Methods with a memory over their strength, vanilla over the learning rate, on the shared settings.

    Two replicates at a time.
    """
    settings = (CHAIN, PAIR)
    jobs = [(setting, r) for setting in settings for r in range(REPLICATES)]
    progress(f"{len(jobs)} replicates, two at a time, some minutes each")
    found = {setting.name: [] for setting in settings}
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for (setting, r), ends in zip(jobs, pool.map(replicate, *zip(*jobs))):
            progress(f"done: {setting.name}, replicate {r}")
            found[setting.name].append(ends)
    return pd.concat([summary(setting, found[setting.name]) for setting in settings], ignore_index=True)


def summary(setting: Scenario, replicates: Sequence[Sequence[tuple]]) -> pd.DataFrame:
    """Every method with a memory over its strength, vanilla over the learning rate, zero-shot and joint.

    On one setting.

    Parameters
    ----------
    replicates : sequence of what `replicate` gives; UAR is taken on predictions pooled over them.

    Returns
    -------
    DataFrame
        One row for each setting, method and value: at the end of the chain, in % on test, ``stability`` (UAR
        on the source),
        ``plasticity`` (mean UAR on the corpora after it) and ``average`` (mean over all corpora), with 95 %
        intervals from 2,000 resamplings of speakers (MESD: words) within each corpus (``_low``, ``_high``);
        ``vs_er``, the average minus that of ER with the same number of class-balanced rows (NaN for other
        strengths than the size); and ``vs_vanilla``, the average minus that of vanilla at the learning rate
        whose average is highest in this table, so never in the method's favour. Both differences are paired
        on the same resamplings.
    """
    tables: dict[tuple, list[dict]] = {}
    for ends in replicates:
        for name, value, found in ends:
            tables.setdefault((name, value), []).append(found)
    rows = []
    draws = {key: scores(found, setting.corpora) for key, found in tables.items()}
    plain = max(
        (found["average"] for (name, _), found in draws.items() if name == "vanilla"),
        key=lambda average: average[0],
    )
    for (name, value), mine in draws.items():
        row = {"setting": setting.name, "method": name, "value": value, "replicates": len(replicates)}
        control = (
            draws.get(("er", value)) if value in SIZES and name not in ("vanilla", "der", "der++") else None
        )
        mine = mine | {
            "vs_er": (
                mine["average"] - control["average"] if control else np.full(len(mine["average"]), np.nan)
            )
        }
        mine = mine | {"vs_vanilla": mine["average"] - plain}
        for score, values in mine.items():
            row |= dict(
                zip(
                    (score, f"{score}_low", f"{score}_high"),
                    (100 * v for v in (values[0], *interval(values))),
                )
            )
        rows.append(row)
    table = pd.DataFrame(rows)
    measured = [
        column for column in table if column.split("_")[0] in ("stability", "plasticity", "average", "vs")
    ]
    return table.round(dict.fromkeys(measured, 2))


def replicate(setting: Scenario, r: int) -> list[tuple]:
    """Everything of a replicate on one thread, in a process of its own."""
    torch.set_num_threads(1)
    return list(learners(setting, r, SWEPT))


def learners(setting: Scenario, r: int, swept: dict[str, Line]):
    """Everything that is trained in a replicate.

    Yields (method, value of its strength, what `tested` finds at the end).
    """
    problem, source_model = setting.start(r)
    yield "zero-shot", None, tested(problem, source_model)

    def ends(name, method, values, lr=setting.lr):
        runs = source_model.select([0] * len(values))
        *_, last = train_sequence(method, problem, runs, steps=setting.steps, lr=lr, seeds=[r] * len(values))
        found = tested(problem, last.model)
        for i, value in enumerate(values):
            yield name, value, {corpus: tables[:, [i]] for corpus, tables in found.items()}

    yield from ends("joint", Joint(), [None])
    for lr in RATES:
        yield from ends("vanilla", Vanilla(), [lr], lr)
    for name, line in swept.items():
        if line.together:
            yield from ends(name, line.make(torch.tensor(line.values)), line.values)
        else:
            for value in line.values:
                yield from ends(name, line.make(value), [value])


def tested(problem, model) -> dict[str, np.ndarray]:
    """Confusion matrices of the test part of every corpus, by speaker (MESD: word).

    Corpus -> (G, R, K, K).
    """
    out = {}
    for corpus, part in problem.parts.items():
        groups = problem.clips[COLUMN[part.scheme]].to_numpy()[part.test]
        said = model.predict(problem.X[part.test]).numpy()
        out[corpus] = by_group(problem.labels[part.test], said, groups, len(problem.emotions))
    return out


def scores(replicates: list[dict], corpora: Sequence[str]) -> dict[str, np.ndarray]:
    """Stability, plasticity and average with their draws.

    Draw i of two methods resamples the same speakers.
    """
    tables = [np.concatenate([found[corpus] for found in replicates]) for corpus in corpora]
    apart = [bootstrap_uar([table], seed=number) for number, table in enumerate(tables)]
    return {
        "stability": apart[0],
        "plasticity": np.mean(apart[1:], axis=0),
        "average": np.mean(apart, axis=0),
    }


def line(table: pd.DataFrame, setting: str, method: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Plasticity, stability and values of a method's strength.

    As `sequifi_lite.teaching.plots.frontier` draws them.
    """
    rows = table[(table["setting"] == setting) & (table["method"] == method)]
    return rows["plasticity"].to_numpy(), rows["stability"].to_numpy(), rows["value"].to_numpy()
