"""The studies E1 to E3, in which the encoder moves: their plans and their tables.

E1, ``moving-depth``: what vanilla forgets, by how much of the encoder is trained and how fast. E2,
``moving``: schedules and methods on a whole encoder. E3, a table of E2: does what was found on frozen
embeddings foretell what happens here?
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from ..finetuning_run import Run

REPLICATES = range(3)
MAIN = 2e-5  # learning rate of the encoder; E3 reads this one
RATES = (2e-6, 6e-6)  # smaller ones: one pass is best at small steps, and has to be judged there too
FINETUNED_PAIRS = (("cremad", "mesd"), ("cremad", "emodb"))
ORDERS = {
    "mesd": ((0, 1, 2, 3), (2, 3, 0, 1)),
    "emodb": ((0, 1, 2, 3),),
}  # two where clips are short: each class in both halves
READINGS = ("sequifi-canonical", "sequifi-cyclic-5", "sequifi-cumulative", "sequifi-focus")
STRENGTHS_BY_METHOD = {
    "er": (20,),
    "lwf": (0.1, 1.0),
    "ewc": (1000.0,),
    "interpolation": (0.2, 0.4, 0.6, 0.8),
}
FEWER = {"er": (20,), "lwf": (0.1,), "interpolation": (0.2, 0.4, 0.6, 0.8)}  # where clips are long


def finetuned_cells() -> list[Run]:
    """Schedules and methods on an encoder that is trained as a whole, CREMA-D, then MESD (E2)."""
    return _all_on(FINETUNED_PAIRS[0], STRENGTHS_BY_METHOD)


def emodb_cells() -> list[Run]:
    """Schedules and fewer methods on such an encoder, CREMA-D, then Emo-DB, where clips are four times as
    long (E2).
    """
    return _all_on(FINETUNED_PAIRS[1], FEWER)


def _all_on(pair: tuple[str, str], strengths: dict[str, tuple[float, ...]]) -> list[Run]:
    runs = []
    for r in REPLICATES:
        runs += [Run(name, pair, r, MAIN) for name in ("zero-shot", "vanilla", "vanilla-balanced")]
        runs += [
            Run(name, pair, r, MAIN, value=value) for name, values in strengths.items() for value in values
        ]
        runs += [Run(name, pair, r, MAIN, order=order) for name in READINGS for order in ORDERS[pair[1]]]
    return runs


def rates_cells() -> list[Run]:
    """One canonical pass and vanilla at smaller learning rates of the encoder, CREMA-D, then MESD (E2)."""
    runs = []
    for r, lr in product(REPLICATES, RATES):
        runs += [Run(name, FINETUNED_PAIRS[0], r, lr) for name in ("zero-shot", "vanilla")]
        runs += [Run("sequifi-canonical", FINETUNED_PAIRS[0], r, lr, order=order) for order in ORDERS["mesd"]]
    return runs


DEPTHS = ("head", 1, 2, "blocks", "all")


def depth_cells() -> list[Run]:
    """What vanilla forgets, by how much of the encoder is trained, CREMA-D, then MESD (E1)."""
    return _depths(FINETUNED_PAIRS[0], DEPTHS)


def more_depth_cells() -> list[Run]:
    """What vanilla forgets, likewise, where clips are longer: CREMA-D or RAVDESS, then Emo-DB (E1)."""
    return [run for source in ("cremad", "ravdess") for run in _depths((source, "emodb"), DEPTHS[::2])]


def _depths(pair: tuple[str, str], depths: Sequence[str | int], lr: float = MAIN) -> list[Run]:
    runs = [Run("vanilla", pair, r, lr, depth=depth) for r in REPLICATES for depth in depths]
    return runs + [Run("zero-shot", pair, r, lr) for r in REPLICATES]


SWEPT = (2e-6, 6e-6, MAIN, 6e-5)
STRENGTHS = {
    "er": (5, 20, 50),
    "lwf": (0.03, 0.1, 0.3, 1.0),
    "ewc": (10.0, 100.0, 1000.0, 10000.0),
    "l2-sp": (100.0, 1000.0, 10000.0),
}
ALL_PLACES = ((0, 1, 2, 3), (2, 3, 0, 1), (1, 0, 3, 2), (3, 2, 1, 0))  # each class once at each place


def frontier_cells() -> list[Run]:
    """An encoder trained by vanilla over its learning rate and by methods over their strength, CREMA-D, then
    MESD (E2).
    """
    runs = []
    for r in REPLICATES:
        runs += [Run(name, FINETUNED_PAIRS[0], r, lr) for lr in SWEPT for name in ("zero-shot", "vanilla")]
        runs += [
            Run(name, FINETUNED_PAIRS[0], r, MAIN, value=value)
            for name, values in STRENGTHS.items()
            for value in values
        ]
        runs += [
            Run("interpolation", FINETUNED_PAIRS[0], r, MAIN, value=value)
            for value in STRENGTHS_BY_METHOD["interpolation"]
        ]
    return runs


def depth_rates_cells() -> list[Run]:
    """What vanilla forgets, by how much of the encoder is trained and how fast, CREMA-D, then MESD (E1)."""
    return [run for lr in SWEPT for run in _depths(FINETUNED_PAIRS[0], ("head", 2, "all"), lr)]


def orders_cells() -> list[Run]:
    """One emotion at a time with a trained encoder, over class orders.

    Four with MESD as target, two with Emo-DB (E2).
    """
    runs = []
    for r, name in product(REPLICATES, READINGS):
        runs += [Run(name, FINETUNED_PAIRS[0], r, MAIN, order=order) for order in ALL_PLACES]
        runs += [Run(name, FINETUNED_PAIRS[1], r, MAIN, order=order) for order in ALL_PLACES[:2]]
    runs += [
        Run(READINGS[0], FINETUNED_PAIRS[0], r, RATES[1], order=order)
        for r in REPLICATES
        for order in ALL_PLACES
    ]
    return runs


#: A canonical pass, by what is kept of classes already seen, and what is trained.
KEPT = [
    ("sequifi-canonical" + memory, "all")
    for memory in ("", "+gaussian-stale", "+gaussian-shifted", "+gaussian-refreshed")
]
KEPT += [
    ("sequifi-canonical+er+seen", "all"),
    ("sequifi-canonical", "head"),
    ("sequifi-canonical+gaussian-stale", "head"),
]


def gaussians_cells() -> list[Run]:
    """Gaussians of seen classes where the encoder moves, beside stored clips and a head that is trained
    alone.
    """
    runs = []
    for r, lr in product(REPLICATES, (RATES[1], MAIN)):
        runs += [
            Run(name, FINETUNED_PAIRS[0], r, lr, depth=depth)
            for name, depth in (("zero-shot", "all"), ("vanilla", "all"))
        ]
        runs += [Run("vanilla", FINETUNED_PAIRS[0], r, lr, depth="head")]
        runs += [
            Run(name, FINETUNED_PAIRS[0], r, lr, order=order, depth=depth)
            for name, depth in KEPT
            for order in ORDERS["mesd"]
        ]
        if lr == MAIN:
            runs += [
                Run("sequifi-canonical+gaussian-both-shifted", FINETUNED_PAIRS[0], r, lr, order=order)
                for order in ORDERS["mesd"]
            ]
    return runs


DISTILLED = {"+gaussian-held": (0.1, 1.0, 10.0), "+held": (1.0, 10.0)}


def feature_distillation_cells() -> list[Run]:
    """An encoder that is held near what it said before, with Gaussians of seen classes and without."""
    runs = []
    for r in REPLICATES:
        runs += [Run(name, FINETUNED_PAIRS[0], r, MAIN) for name in ("zero-shot", "vanilla")]
        for name, strengths in DISTILLED.items():
            runs += [
                Run("sequifi-canonical" + name, FINETUNED_PAIRS[0], r, MAIN, order=order, value=value)
                for value in strengths
                for order in ORDERS["mesd"]
            ]
    return runs
