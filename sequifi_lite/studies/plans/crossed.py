"""What the plans of many studies share: corpora, orders, and every variant crossed with every setting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations, product

import numpy as np

from ...data.emotions import FOUR
from ...learning.class_order import all_orders
from ..scenarios import CHAIN, PAIR, REPLICATES, Scenario
from ..training_run import Cell
from ..tuning import EXPLORATORY_PAIRS
from ..variants import variant

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
#: Six orders of all corpora: five rotations, so that each stands once at each place, and the first backwards.
CHAINS = [*(CORPORA[i:] + CORPORA[:i] for i in range(len(CORPORA))), CORPORA[::-1]]
RATES = (3e-4, 1e-3)


def crossed(names, pairs, settings, orders=ROTATIONS, **fixed) -> list[Cell]:
    """Every variant at every setting (a dict of fields of `Cell`), on every pair, five replicates, in these
    class orders.
    """
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


def confirmatory(corpora: Sequence[str] = CORPORA) -> list[tuple[str, str]]:
    """List the ordered pairs of corpora on which nothing was chosen: all but the exploratory ones."""
    return [pair for pair in permutations(corpora, 2) if pair not in EXPLORATORY_PAIRS]


def grid(**levels) -> list[dict]:
    return [dict(zip(levels, values)) for values in product(*levels.values())]


def swept(
    name: str, values: Iterable = (0.0,), fields: dict | None = None, **options
) -> list[tuple[object, dict]]:
    """A line of a table: a variant over values of its strength; one row for what has no strength.

    Parameters
    ----------
    values : as the table shows them
    fields : of `Cell`, beside the strength
    options : further arguments of the method

    Returns
    -------
    list of (value, fields of `Cell`)
    """
    has = variant(name).method.strength is not None
    fixed = {"variant": name, "options": tuple(options.items()), **(fields or {})}
    return [(value, {**fixed, "value": value if has else None}) for value in values]


def over_rates(rates: Sequence[float]) -> list[tuple[object, dict]]:
    """The line of vanilla over the learning rate."""
    return [(lr, {"variant": "vanilla", "lr": lr}) for lr in rates]


def on_settings(
    lines: dict[str, list[tuple]], settings: Sequence[Scenario] = (CHAIN, PAIR), **fields
) -> dict[tuple, Cell]:
    """Every line of a table on every setting: (setting, line, value, replicate) -> cell."""
    return {
        (setting.name, name, value, r): Cell(
            replicate=r, **{**setting.fields, "optimiser": "torch-adam", **fields, **changed}
        )
        for setting in settings
        for r in REPLICATES
        for name, line in lines.items()
        for value, changed in line
    }
