"""A map of forgetting: where vanilla fine-tuning on the pack forgets, and where it does not.

One factor at a time is varied around the shared settings (`sequifi_lite.studies.scenarios`): how inputs are
scaled, how deep the head is, step size and number of steps, which corpora follow each other, how many
classes, the optimiser, and which layers may move.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
import torch

from ...data.emotions import FOUR, SIX
from ...data.problems import Problem
from ...data.splits import COLUMN
from ...evaluation import metrics
from ...evaluation.statistics import bootstrap_uar, by_group, interval
from ...learning.heads import MLP
from ...learning.loop import Evaluator, train
from ...learning.methods import METHODS
from ...learning.schedule import shuffled
from ...learning.sequence import Stop, train_sequence
from ...learning.source_models import STEPS
from ..scenarios import CHAIN, DEEP, PAIR, rewrite

REPLICATES = range(5)
POINTS = 40  # evaluations of a training, where the stability gap is asked for
BESIDE = ("vanilla", "joint", "zero-shot")
#: The three that start from one model: what is left of the scaling after rewriting it.
REWRITTEN = {
    "raw, rewritten": {},
    "centred, rewritten": {"centred": True},
    "uncentred, rewritten": {"scaled": True},
}
SCALINGS = ("zscore", "domain-aware", "raw", *REWRITTEN)
#: Parameters that move, of the list W1, b1, W2, b2, ...
TRAINED = {
    "all": slice(None),
    "hidden layers": slice(0, -2),
    "output layer": slice(-2, None),
    "output bias": slice(-1, None),
    "biases": slice(1, None, 2),
}


@dataclass(frozen=True)
class Case:
    """One line of the map.

    Attributes
    ----------
    scaling : str
        One of `SCALINGS`. ``domain-aware`` scales every corpus by its own training rows, so the domain has to
        be known when a clip is tested; the rewritten ones start from the z-scored source model
        (`sequifi_lite.studies.scenarios.rewrite`).
    trained : str
        A key of `TRAINED`: what moves after the source.
    repair : str
        A key of `TRAINED` or "": what is trained once more at the end, T steps on rows of all corpora. It
        uses old rows, so it is no method but a probe: what it brings back was not lost by the rest of the
        network.
    options : tuple of (name, value)
        Arguments of the method.
    """

    corpora: tuple[str, ...] = CHAIN.corpora
    scaling: str = "zscore"
    emotions: tuple[str, ...] = FOUR
    hidden: int | tuple[int, ...] = 128
    optimiser: str = "adam"
    lr: float = 1e-3
    steps: int = 200
    method: str = "vanilla"
    trained: str = "all"
    repair: str = ""
    gap: bool = False
    options: tuple[tuple[str, int], ...] = ()


def cases() -> list[Case]:
    """Every line of the map, in its order."""
    base = {
        "chain": Case(gap=True),
        "pair": Case(PAIR.corpora, "raw, rewritten", gap=True),
        "deep": Case(hidden=DEEP.hidden, gap=True),
    }
    out = [replace(case, method=method) for case in base.values() for method in BESIDE]
    pair = Case(PAIR.corpora)
    rates = (1e-4, 3e-4, 1e-3, 3e-3)
    for scaling in SCALINGS:
        out += [replace(pair, scaling=scaling, lr=lr) for lr in rates]
        out += [replace(pair, scaling=scaling, method="joint")] if scaling in ("zscore", "raw") else []
    out += [Case(scaling=scaling) for scaling in ("domain-aware", *REWRITTEN)]
    out += [Case(hidden=hidden) for hidden in ((), 32, 512, (128, 128), (256, 256, 128))]
    out += [Case(lr=lr, steps=steps) for steps in (50, 200) for lr in rates] + [Case(steps=800)]
    out += [Case(optimiser="sgd", lr=lr) for lr in (0.003, 0.01, 0.03, 0.1, 0.3)]
    out += [replace(base["pair"], optimiser="sgd", lr=lr) for lr in (0.0003, 0.001, 0.003, 0.01, 0.03)]
    out += [Case(emotions=SIX, method=method) for method in BESIDE]
    five = ("cremad", "ravdess", "emodb", "mesd", "nemo")
    out += [Case((a, b)) for a in five for b in five if a != b]
    short = ("cremad", "emodb", "mesd")
    out += [Case(chain, method=method) for chain in (short, five) for method in ("vanilla", "joint")]
    others = (
        ("ravdess", "emodb", "mesd"),
        CHAIN.corpora[::-1],
        ("cremad", "nemo", "mesd", "emodb", "ravdess"),
    )
    out += [Case(chain) for chain in others]
    for case in (base["chain"], base["pair"]):
        out += [replace(case, trained=part) for part in TRAINED]
        out += [replace(case, repair=part) for part in ("output bias", "output layer")]
    watched = {replace(case, gap=False) for case in out if case.gap}
    return list(dict.fromkeys(case for case in out if case.gap or case not in watched))


@lru_cache(maxsize=15)
def _source(corpus: str, scaling: str, emotions: tuple[str, ...], hidden, r: int) -> MLP:
    """theta_0 depends on the first corpus alone, scaled by its own training rows."""
    steps = STEPS[scaling] if scaling != "zscore" else CHAIN.source_steps
    return train_source_model(load_problem((corpus,), r, emotions, scaling), r, steps, hidden=hidden)


def start(case: Case, r: int) -> tuple[Problem, MLP]:
    """Problem and source model of a replicate."""
    scaling = case.scaling if case.scaling in STEPS else "zscore"
    problem = load_problem(case.corpora, r, case.emotions, scaling)
    source_model = _source(case.corpora[0], scaling, case.emotions, case.hidden, r)
    if case.scaling in REWRITTEN:
        return rewrite(problem, source_model, r, **REWRITTEN[case.scaling])
    return (domain_aware(problem, r) if case.scaling == "domain-aware" else problem), source_model


def domain_aware(problem: Problem, r: int) -> Problem:
    """The problem with every corpus scaled by mean and standard deviation of its own training rows."""
    X = load_problem(problem.corpora, r, problem.emotions, "raw").X.double()
    for name, part in problem.parts.items():
        rows = (problem.clips["corpus"] == name).to_numpy(copy=True)
        own = X[part.train]
        X[rows] = (X[rows] - own.mean(0)) / own.std(0, unbiased=False).clamp_min(1e-12)
    return replace(problem, X=X.float())


def only(part: str, optimiser: str = "adam"):
    """An optimiser that moves some of the parameters and leaves the others as they are."""
    cls = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[optimiser]
    return lambda parameters, lr: cls(list(parameters)[TRAINED[part]], lr=lr)


def run(case: Case, r: int) -> tuple[Problem, list[Stop]]:
    """Train one replicate of a case: its problem, and a stop for every corpus."""
    problem, source_model = start(case, r)
    subsets = {name: problem.subset(name) for name in problem.corpora} if case.gap else {}
    options = {
        "steps": case.steps,
        "lr": case.lr,
        "seeds": [r],
        "optimiser": only(case.trained, case.optimiser),
    }
    stops = list(
        train_sequence(
            METHODS[case.method](**dict(case.options)),
            problem,
            source_model,
            evaluator=lambda: Evaluator(subsets, points=POINTS),
            **options,
        )
    )
    if case.repair:
        rows = np.concatenate([part.train for part in problem.parts.values()])
        schedule = shuffled(rows, case.steps, [r])
        train(stops[-1].model, problem.X, problem.y, schedule, lr=case.lr, optimiser=only(case.repair))
    return problem, stops


def row(case: Case, replicates: list[tuple[Problem, list[Stop]]] | None = None) -> dict:
    """One line of the table: all replicates of a case, their predictions pooled.

    They are run unless they are given.
    """
    replicates = replicates or [run(case, r) for r in REPLICATES]
    J = len(case.corpora)
    draws = np.empty((2001, J, J))
    for j, name in enumerate(case.corpora):
        for i in range(J):
            tables = []
            for problem, stops in replicates:
                part = problem.parts[name]
                groups = problem.clips[COLUMN[part.scheme]].to_numpy()[part.test]
                said = stops[i].model.predict(problem.X[part.test]).numpy()
                tables.append(by_group(problem.labels[part.test], said, groups, len(case.emotions)))
            # One seed for each corpus: draw d of every line resamples the same speakers.
            draws[:, i, j] = 100 * bootstrap_uar([np.concatenate(tables)], seed=j)
    hidden = (case.hidden,) if isinstance(case.hidden, int) else case.hidden
    out = {
        "chain": " > ".join(case.corpora),
        "classes": len(case.emotions),
        "scaling": case.scaling,
        "hidden": "-".join(map(str, hidden)) or "none",
        "optimiser": case.optimiser,
        "lr": case.lr,
        "T": case.steps,
        "method": case.method,
        "trained": case.trained,
        "repair": case.repair or "none",
    }
    values = {"acc": metrics.average(draws)}
    if case.method != "joint":  # before its last corpus joint has learnt nothing that it could forget
        values |= {"bwt": metrics.backward_transfer(draws), "forgetting": metrics.forgetting(draws)}
    for name, value in values.items():
        out |= dict(zip((name, f"{name}_low", f"{name}_high"), (value[0], *interval(value))))
    R = draws[0]
    out |= {
        "newest": np.diag(R)[1:].mean(),
        "zero_shot": R[0, 1:].mean(),
        "source_before": R[0, 0],
        "source_after": R[-1, 0],
    }
    if case.gap and case.method == "vanilla":
        out |= stability_gap(case, [stops for _, stops in replicates])
    out = {
        key: round(float(value), 2) if isinstance(value, float) and key != "lr" else value
        for key, value in out.items()
    }
    return out | {"matrix": " / ".join(" ".join(f"{value:.2f}" for value in line) for line in R)}


def stability_gap(case: Case, replicates: list[list[Stop]]) -> dict[str, float]:
    """How deep old corpora fall while a new one is being learnt, and how much of it comes back, in points.

    ``gap`` is the mean, over every new corpus and every one before it, of the score at a stage's end minus
    the lowest in it;
    ``worst`` is min-ACC, the mean over corpora of the lowest score since the corpus was learnt (De Lange et
    al. 2023, arXiv 2205.13452). Both on the fixed subsets, replicates pooled.
    """
    gaps, lowest = [], {j: [] for j in range(len(case.corpora) - 1)}
    for i in range(1, len(case.corpora)):
        for j in range(i):
            curve = sum(stops[i].record.curve(case.corpora[j])[:, 0] for stops in replicates)
            scores = 100 * metrics.uar(curve)
            gaps.append(scores[-1] - scores.min())
            lowest[j].append(scores.min())
    return {"gap": np.mean(gaps), "worst": np.mean([min(values) for values in lowest.values()])}


def rows(chosen: list[Case], progress=lambda text: None) -> Iterator[dict]:
    for number, case in enumerate(chosen, 1):
        progress(f"{number} of {len(chosen)}: {case}")
        yield row(case)


def study(progress=lambda text: None) -> pd.DataFrame:
    """The map.

    One row per case, five replicates each, UAR in % on pooled test predictions, 95 % intervals over speakers.

    ``matrix`` is the accuracy matrix: rows, divided by slashes, after each corpus; columns in the order of
    ``chain``.
    """
    return pd.DataFrame(list(rows(cases(), progress)))
