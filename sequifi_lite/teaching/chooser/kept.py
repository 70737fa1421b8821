"""How many numbers a method keeps from corpus to corpus, beside the model in use."""

from __future__ import annotations

from collections.abc import Mapping

INPUTS, HIDDEN, CLASSES, CORPORA = 1024, 128, 4, 5
WEIGHTS = INPUTS * HIDDEN + HIDDEN + HIDDEN * CLASSES + CLASSES
GATE = INPUTS**2  # the covariance that tells corpora apart


def numbers_kept(variant: str, knobs: Mapping[str, float]) -> int:
    """Count the numbers kept after five corpora of four emotions, vectors of 1,024 numbers, one hidden layer.

    The formulas are those of the methods' docstrings (*Cost*).

    Parameters
    ----------
    variant : str
    knobs : mapping
        What was chosen on validation; ``per_class``, ``size``, ``rank`` and ``pooled`` count.

    Examples
    --------
    >>> numbers_kept("vanilla", {})
    0
    >>> numbers_kept("er", {"per_class": 50}) // (50 * 4 * 5)  # for each clip its vector and its label
    1025
    """
    clips = int(knobs.get("per_class", 20)) * CLASSES
    once = {
        "gdumb": int(knobs.get("size", 0)) * (INPUTS + 1),
        "der": clips * (INPUTS + CLASSES),
        "der++": clips * (INPUTS + CLASSES + 1),
        "ewc": 2 * WEIGHTS,
        "si": 2 * WEIGHTS,
        "mas": 2 * WEIGHTS,
        "ncm": CLASSES * (INPUTS + 1),
        "slda": INPUTS**2 + CLASSES * (INPUTS + 1),
        "ridge": (INPUTS + 1) * (INPUTS + 1 + CLASSES),
        "ranpac": 1_000**2 + 1_000 * (INPUTS + CLASSES),
        "ranpac-10000": 10_000**2 + 10_000 * (INPUTS + CLASSES),
        "weight-alignment": CLASSES * (HIDDEN + 1),
        "router": GATE,
        "router-own-scale": GATE,
        "inferred-scaling": GATE,
    }
    covariances = INPUTS**2 + INPUTS
    for_each = {
        **dict.fromkeys(("er", "er-ace", "gem", "a-gem"), clips * (INPUTS + 1)),
        "der-balanced": clips * (INPUTS + CLASSES),
        "der++-balanced": clips * (INPUTS + CLASSES + 1),
        "gaussian-replay": CLASSES * (int(knobs.get("rank", 8)) + 2) * INPUTS,
        "ewc-explicit": 2 * WEIGHTS,
        **dict.fromkeys(("task-arithmetic", "ties", "dare", "told"), WEIGHTS),
        "fecam": 0 if knobs.get("pooled") else CLASSES * covariances,
        "router": WEIGHTS + INPUTS,
        "router-own-scale": WEIGHTS + 3 * INPUTS,
        "inferred-scaling": 3 * INPUTS,
    }
    if variant == "fecam" and knobs.get("pooled"):
        return CLASSES * covariances
    return once.get(variant, 0) + CORPORA * for_each.get(variant, 0)
