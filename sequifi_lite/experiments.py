"""The studies made of cells: which trainings each of them asks for, and the tables that come of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import permutations, product
from typing import NamedTuple

import numpy as np
import pandas as pd

from . import chains, lab, moving, moving_studies, orders, pairs, results
from .cells import Cell, tables_of, train_group
from .emotions import FOUR, SIX
from .methods import METHODS
from .methods.gaussian_seen import GaussianSeen
from .metrics import uar
from .pairs import twin
from .schedule import all_orders
from .tuning import PAIRS, trials
from .variants import SWITCHES, variant

REPLICATES = range(5)
CORPORA = ("cremad", "ravdess", "emodb", "mesd", "nemo")
ORDERS = [tuple(int(k) for k in order) for order in all_orders(len(FOUR))]
ROTATIONS = [tuple(np.roll(range(len(FOUR)), -shift).tolist()) for shift in range(len(FOUR))]
#: Schedules that stand in every comparison; the other switches are studied by themselves.
COMPARED = (
    "vanilla-balanced",
    "sequifi-canonical",
    "sequifi-canonical-carried",
    "sequifi-cyclic-5",
    "sequifi-cyclic-5-carried",
    "sequifi-cumulative",
    "sequifi-focus",
    "sequifi-newhead",
)
#: Ways to mend class-ordered stages that are tuned like the methods of the book.
MENDED = ("sequifi-canonical+er+seen", "sequifi-canonical+gaussian-seen", "sequifi-canonical+gaussian-both")
#: Five pairs, none of them exploratory, in which each corpus is the source once and the target once.
CYCLE = (("cremad", "ravdess"), ("ravdess", "mesd"), ("mesd", "nemo"), ("nemo", "emodb"), ("emodb", "cremad"))
#: Methods with mixed streams that are carried along chains.
CARRIED = ("zero-shot", "vanilla", "vanilla-balanced", "joint", "cumulative", "target-only", "l2-sp", "ewc", "si", "mas", "lwf")
CARRIED += ("er", "a-gem", "gem", "der++", "gdumb", "interpolation", "one-over-t", "ncm", "slda", "ranpac", "gaussian-replay")
#: What is added to the canonical schedule, one at a time, at its default strength.
ADDED = ("er", "er+seen", "lwf", "ewc", "l2-sp", "frozen-head", "frozen-bias", "cosine-head", "bias-correction")
ADDED += ("weight-alignment", "logit-adjustment", "interpolation", "ema", "early-stopping", "gaussian-seen", "gaussian-both")
RATES = (3e-4, 1e-3)
POLISH = ("anger", "happiness", "neutral", "sadness", "fear", "surprise")


def pooled(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """UAR in % of source and target, on predictions pooled over replicates and then averaged over class orders.

    Parameters
    ----------
    table : DataFrame of cells (see `sequifi_lite.cells.train_group`)
    by : columns that tell settings apart

    Returns
    -------
    DataFrame
        The columns of `by`, then ``source``, ``target`` (the last corpus) and their mean ``both``.
    """
    rows = []
    orders = table["order"].map(lambda order: "" if order is None else str(list(order)))
    for setting, found in table.groupby([*by, orders.rename("_order")], sort=False, dropna=False):
        tables = [tables_of(row) for row in found.to_dict("records")]
        first, *_, last = tables[0]
        score = {role: 100 * uar(sum(t[name].sum(0) for t in tables)) for role, name in (("source", first), ("target", last))}
        rows.append(dict(zip(by, setting)) | score)
    means = pd.DataFrame(rows).groupby(list(by), sort=False, dropna=False).mean().reset_index()
    means["both"] = (means["source"] + means["target"]) / 2
    return means


def tuning_cells() -> list[Cell]:
    """Twelve trials for each method and each schedule, on the exploratory pairs, judged on validation.

    Class-ordered schedules are tried on the four rotations of one order: each class stands once at each place.
    """
    out = []
    for name in [*METHODS, *COMPARED, "gaussian-replay", *MENDED]:
        what = variant(name)
        for value, lr, T in trials(what.method):
            for pair in PAIRS:
                for r in REPLICATES:
                    for order in ROTATIONS if what.ordered else [None]:
                        out.append(Cell(name, pair, r, lr, T, order, value, part="valid"))
    return out


def tuning_report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every trial's mean over the pairs, in % on validation; ``chosen`` marks the best of a variant, of equal ones the first."""
    table = table.assign(pair=table["corpora"].map(lambda names: "-".join(names)))
    trial = ["variant", "value", "lr", "T"]
    scores = pooled(table, [*trial, "pair"]).groupby(trial, sort=False, dropna=False)[["source", "target", "both"]].mean()
    scores = scores.reset_index()
    best = scores.groupby("variant", sort=False)["both"].transform("max")
    scores["chosen"] = (scores["both"] == best) & ~scores.assign(top=scores["both"] == best).duplicated(["variant", "top"])
    knobs = scores["variant"].map(lambda name: variant(name).method.knob or "")
    scores.insert(1, "knob", knobs)
    return {"table": scores.round({"source": 2, "target": 2, "both": 2})}


def chosen() -> dict[str, dict]:
    """The settings that tuning chose: variant -> value, lr, T."""
    table, _ = results.load("tuning")
    best = table[table["chosen"]]
    return {
        row["variant"]: {"value": None if pd.isna(row["value"]) else float(row["value"]), "lr": row["lr"], "T": int(row["T"])}
        for row in best.to_dict("records")
    }


def _cells(names, pairs, settings, orders=ROTATIONS, **fixed) -> list[Cell]:
    """Every variant at every setting (a dict of fields of `Cell`), on every pair, five replicates, in these class orders."""
    chains = [tuple(pair) for pair in pairs]
    cells = [
        Cell(name, chain, r, order=order, **(fixed | setting))
        for name in names
        for setting in settings
        for chain in chains
        for r in REPLICATES
        for order in (orders if variant(name).ordered else [None])
    ]
    return list(dict.fromkeys(cells))  # two settings may be the same one


def _grid(**levels) -> list[dict]:
    return [dict(zip(levels, values)) for values in product(*levels.values())]


def pairs_cells() -> list[Cell]:
    """Every ordered pair of the corpora in the pack, every method and schedule as tuned; schedules in all 24 class orders."""
    found = []
    for name, setting in chosen().items():
        if name not in MENDED:  # these are in the study `mended`
            found += _cells([name], permutations(CORPORA, 2), [setting], ORDERS)
    return found


def switches_cells() -> list[Cell]:
    """What a stage sees x scaling x head origin x cycles x learning rate x steps, and Adam against SGD, on four pairs."""
    names, four = [*dict.fromkeys(map(twin, SWITCHES)), *SWITCHES], CYCLE[:4]
    scalings = ("zscore", "raw")
    found = _cells(names, four, _grid(scaling=scalings, lr=(1e-4, 1e-3), T=(50, 200)))
    sgd = _grid(scaling=scalings, lr=(3e-3, 1e-2, 3e-2), T=(50, 200))
    return found + _cells(["vanilla-balanced", "sequifi-canonical"], four, sgd, optimiser="sgd")


def switches_report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return pairs.report(table, ["variant", "scaling", "optimiser", "lr", "T"])


def chains_cells() -> list[Cell]:
    """Six orders of all five corpora: five rotations, so that each stands once at each place, and the first one backwards."""
    rotations = [tuple(CORPORA[i:] + CORPORA[:i]) for i in range(len(CORPORA))]
    found = []
    for name, setting in chosen().items():
        if name in CARRIED or variant(name).ordered:
            found += _cells([name], [*rotations, CORPORA[::-1]], [setting])
    return found


def six_cells() -> list[Cell]:
    """Six classes: all pairs that have them, and nEMO's own six with RAVDESS; schedules in 24 random class orders."""
    generator = np.random.default_rng(6)
    orders = [tuple(int(k) for k in generator.permutation(6)) for _ in range(24)]
    names = ("zero-shot", "vanilla", "joint", "er", "slda", "vanilla-balanced", "sequifi-canonical", "sequifi-cyclic-5")
    names += ("sequifi-cyclic-5-carried", "sequifi-cumulative", "sequifi-focus")
    found, settings = [], chosen()
    for name in names:
        for corpora, emotions in ((("cremad", "ravdess", "emodb", "mesd"), SIX), (("ravdess", "nemo"), POLISH)):
            found += _cells([name], permutations(corpora, 2), [settings[name]], orders, emotions=emotions)
    return found


def six_report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    sets = table["emotions"].map(lambda words: "six" if tuple(words) == SIX else "with surprise")
    return pairs.report(table[sets == "six"]) | {"surprise": pairs.report(table[sets != "six"])["table"]}


def frontiers_cells() -> list[Cell]:
    """Methods over their knob, at the two learning rates of tuning; schedules and vanilla over learning rate and steps."""
    found = []
    for name in ("l2-sp", "ewc", "si", "mas", "lwf", "er", "a-gem", "der++", "interpolation", "ema", "slda"):
        found += _cells([name], CYCLE, [dict(zip(("value", "lr", "T"), trial)) for trial in trials(METHODS[name])])
    found += _cells(["zero-shot", "joint"], CYCLE, [{"lr": 1e-3}])
    names = [
        "vanilla",
        "vanilla-balanced",
        "sequifi-canonical",
        "sequifi-cyclic-5-carried",
        "sequifi-cumulative",
        "sequifi-focus",
    ]
    return found + _cells(names, CYCLE, _grid(lr=(3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2), T=(50, 200)))


def frontiers_report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return pairs.report(table, ["variant", "value", "lr", "T"])


def orders_cells() -> list[Cell]:
    """All 24 class orders x five data seeds in every fold: what the order decides, and what chance."""
    settings = [{key: chosen()["sequifi-canonical"][key] for key in ("lr", "T")}, {"lr": 1e-3, "T": 200}]
    cells = _cells(["sequifi-canonical"], CYCLE, settings, ORDERS)
    return [replace(cell, seed=seed) for cell in cells for seed in range(5)]


def repairs_cells() -> list[Cell]:
    """The canonical schedule and one thing changed about it, at its tuned setting and at vanilla's usual learning rate."""
    settings = [{key: chosen()["sequifi-canonical"][key] for key in ("lr", "T")}, {"lr": 1e-3, "T": 200}]
    names = ["zero-shot", "vanilla", "vanilla-balanced", "early-stopping", "sequifi-canonical"]
    names += [f"sequifi-canonical+{name}" for name in ADDED]
    names += ["sequifi-canonical-carried", "sequifi-equal-epochs", "sequifi-cyclic-2", "sequifi-cyclic-5"]
    names += ["sequifi-cyclic-5-carried", "sequifi-random-cycles-5", "sequifi-cyclic-5+reptile"]
    many = ["sequifi-cyclic-20", "sequifi-cyclic-20+reptile"]  # 80 stages need as many steps
    return _cells(names, CYCLE, settings) + _cells(many, CYCLE, settings[1:])


def repairs_report(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return pairs.report(table, ["variant", "lr", "T"])


def seen_cells() -> list[Cell]:
    """What stands in for classes that are over: Gaussians of many forms against stored clips, at equal numbers of floats."""
    found = _cells(["zero-shot", "vanilla", "vanilla-balanced", "sequifi-canonical"], CYCLE, _grid(lr=RATES, T=(200,)))
    ranks = _grid(lr=RATES, value=GaussianSeen.grid)
    found += _cells(["sequifi-canonical+gaussian-seen"], CYCLE, ranks)
    found += _cells(["sequifi-canonical+gaussian-shared", "sequifi-canonical+gaussian-full"], CYCLE, _grid(lr=RATES))
    found += _cells(["sequifi-cyclic-5+gaussian-seen", "sequifi-cyclic-5-carried+gaussian-seen"], CYCLE, _grid(lr=RATES))
    clips = [rank + 2 for rank in GaussianSeen.grid] + [20]  # rank q, a mean and a diagonal: the floats of q + 2 clips
    return found + _cells(["sequifi-canonical+er+seen"], CYCLE, _grid(lr=RATES, value=clips))


def mended_cells() -> list[Cell]:
    """What stands in for classes that are over, as tuned, on every ordered pair, beside what it has to reach."""
    found, settings = [], chosen()
    for name in ("zero-shot", "vanilla", "vanilla-balanced", "er", "slda", "ranpac", "sequifi-canonical", *MENDED):
        found += _cells([name], permutations(CORPORA, 2), [settings[name]])
    return found


def displacement_cells() -> list[Cell]:
    """Vanilla at the canonical schedule's rate, read at many numbers of steps up to four times as many, on 17 pairs."""
    canonical = chosen()["sequifi-canonical"]
    steps = sorted({round(canonical["T"] * share) for share in np.geomspace(0.04, 4, 9)})
    settings = [{"lr": canonical["lr"], "T": T} for T in steps]
    rest = [pair for pair in permutations(CORPORA, 2) if pair not in PAIRS]
    return _cells(["vanilla", "vanilla-balanced"], rest, settings)


class Experiment(NamedTuple):
    """A study made of cells.

    ``cells()`` is its plan, ``report(table)`` its tables, one of them named ``table``. Cells of another kind
    (`sequifi_lite.moving.Run`) bring their own ``train(group)`` for cells that train together, ``estimate(groups)`` of the CPU
    seconds, and ``origin()``, what the provenance tells beside packs and versions.
    """

    cells: Callable[[], list]
    report: Callable[[pd.DataFrame], dict[str, pd.DataFrame]]
    train: Callable[[Sequence], pd.DataFrame] = train_group
    estimate: Callable[[Sequence], float] = lab.estimate
    origin: Callable[[], dict] = dict


def _moving(cells: Callable, report: Callable, *corpora: str) -> Experiment:
    return Experiment(cells, report, moving.train_runs, moving.estimate, lambda: moving.origin(corpora))


EXPERIMENTS = {
    "tuning": Experiment(tuning_cells, tuning_report),
    "pairs": Experiment(pairs_cells, pairs.report),
    "chains": Experiment(chains_cells, chains.report),
    "switches": Experiment(switches_cells, switches_report),
    "six": Experiment(six_cells, six_report),
    "frontiers": Experiment(frontiers_cells, frontiers_report),
    "orders": Experiment(orders_cells, orders.report),
    "repairs": Experiment(repairs_cells, repairs_report),
    "seen": Experiment(seen_cells, frontiers_report),
    "mended": Experiment(mended_cells, pairs.report),
    "displacement": Experiment(displacement_cells, frontiers_report),
    "moving-depth": _moving(moving_studies.depth_cells, moving_studies.rates_report, "cremad", "mesd"),
    "moving-depth-emodb": _moving(moving_studies.more_depth_cells, moving_studies.rates_report, "cremad", "ravdess", "emodb"),
    "moving-rates": _moving(moving_studies.rates_cells, moving_studies.rates_report, "cremad", "mesd"),
    "moving": _moving(moving_studies.moving_cells, moving_studies.moving_report, "cremad", "mesd"),
    "moving-frontiers": _moving(moving_studies.frontier_cells, moving_studies.rates_report, "cremad", "mesd"),
    "moving-gaussians": _moving(moving_studies.gaussians_cells, moving_studies.rates_report, "cremad", "mesd"),
    "moving-held": _moving(moving_studies.held_cells, moving_studies.rates_report, "cremad", "mesd"),
    "moving-depth-rates": _moving(moving_studies.depth_rates_cells, moving_studies.rates_report, "cremad", "mesd"),
    "moving-orders": _moving(moving_studies.orders_cells, moving_studies.orders_report, "cremad", "mesd", "emodb"),
    "moving-emodb": _moving(moving_studies.emodb_cells, moving_studies.moving_report, "cremad", "emodb"),
}
