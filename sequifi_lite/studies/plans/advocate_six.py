"""The study ``advocate-six``: short stages and a kept optimiser with six emotions."""

from __future__ import annotations

import numpy as np

from ...data.emotions import SIX
from ..training_run import Cell
from .advocate import rates
from .crossed import confirmatory, crossed
from .time_scale_tuning import STEPS

ORDERS = [tuple(np.roll(range(len(SIX)), -shift).tolist()) for shift in range(len(SIX))]
#: 25 passes through six emotions are 150 stages of one step or two; 50 would be more stages than steps.
NAMES = (
    "vanilla",
    "vanilla-balanced",
    "zero-shot",
    "sequifi-canonical",
    "sequifi-cyclic-5-carried",
    "sequifi-cyclic-25-carried",
    "sequifi-cumulative-cyclic-5-carried",
)


def cells() -> list[Cell]:
    """Nine pairs of four corpora, six class orders in which each emotion stands once at each place.

    With the rates that were chosen with four emotions: nothing is tuned anew.
    """
    pairs, lr, plan = confirmatory(("cremad", "ravdess", "emodb", "mesd")), rates(), []
    for name in NAMES:
        rate = lr["vanilla" if name == "zero-shot" else name]
        plan += crossed([name], pairs, [{"lr": rate}], ORDERS, emotions=SIX, T=STEPS)
    return plan
