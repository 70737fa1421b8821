"""What the chooser knows of each method: words from a list, numbers from the shipped tables."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

from ...studies.plans.rivals import best
from ...studies.plans.time_scale_tuning import STEPS
from ...studies.results import load
from ...studies.tuning import chosen
from ...studies.variants import variant as variant_of
from ..quiz import read
from .kept import numbers_kept

PACKAGE = "sequifi_lite.teaching.chooser"
#: What may be kept of earlier corpora, from the least to the most; who may keep more may keep less.
KEEPS = ("nothing", "numbers", "clips", "everything")
#: Where gains stand: of several studies the first that has the method, which gave it more trials.
PAIRS, CHAINS, SIX = ("rivals", "pairs", "time-scale"), ("rivals-chains", "chains", "advocate"), ("six",)
GAIN, ENDS = "vs_vanilla", ("low", "high")
ALL_CLIPS = ("joint", "cumulative")  # their number is the corpora's, not a method's
UNTRAINED = ("zero-shot", "ncm", "slda", "ridge", "ranpac", "ranpac-10000", "fecam")  # no rate plays a part


@cache  # each is asked for by every method, and read and checked against its digest each time
def _table(study: str, name: str = "table") -> pd.DataFrame:
    return load(study, name)[0]


@cache
def _rows_of_means(study: str) -> list[dict[str, Any]]:
    rows = _table(study, "means").to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


@cache
def _chosen() -> dict[str, dict[str, Any]]:
    return {**chosen(), **best()}


def listed() -> list[dict[str, str]]:
    """Read the list of methods: ``variant``, ``name``, ``chapter``, ``keeps``, ``stored``, ``when``."""
    return json.loads((files(PACKAGE) / "methods.json").read_text(encoding="utf-8"))


def _means(studies: tuple[str, ...], variant: str) -> dict[str, Any] | None:
    """The row of means of a variant, of the first study that has one; with Adam, where there are others."""
    for study in studies:
        for row in _rows_of_means(study):
            if row["variant"] == variant and row.get("optimiser", "adam") == "adam":
                return row
    return None


def _ends(row: dict[str, Any], name: str, ends: tuple[str, str] = ENDS) -> list[float] | None:
    pair = [float(row.get(f"{name}_{end}", float("nan"))) for end in ends]
    return None if any(value != value for value in pair) else pair


def gains(variant: str) -> dict[str, Any]:
    """Collect the differences to vanilla in points of mean UAR; None where a method was not run.

    Returns
    -------
    dict
        ``pairs``, ``chains``, ``six``: [gain, low, high], intervals over speakers; ``corpora``: [low, high],
        of ``pairs`` over corpora; ``range``: [least, greatest] of the single chains.
    """
    if variant == "told":
        there = _table("told").to_dict("records")
        found: dict[str, Any] = {"six": None} | {str(row["where"]): row for row in there}
    else:
        found = {
            "pairs": _means(PAIRS, variant),
            "chains": _means(CHAINS, variant),
            "six": _means(SIX, variant),
        }
    out: dict[str, Any] = {
        where: None if row is None else [float(row[GAIN]), *(_ends(row, GAIN) or ())]
        for where, row in found.items()
    }
    pairs = found["pairs"]
    out["corpora"] = None if pairs is None else _ends(pairs, f"{GAIN}_corpora")
    out["range"] = _range(variant, found["chains"])
    return out


def _range(variant: str, row: dict[str, Any] | None) -> list[float] | None:
    """The least and the greatest gain of a single chain."""
    if row is None or variant == "told":
        return None if row is None else _ends(row, GAIN, ("least", "most"))
    for study in CHAINS:
        table = _table(study)
        each = table.loc[table["variant"] == variant, GAIN]
        if len(each):
            return [float(each.min()), float(each.max())]
    return None


def settings(variant: str) -> dict[str, Any]:
    """Look up what validation chose: the ``knob`` and its ``value``, ``lr``, ``T``, further ``options``."""
    asked = "vanilla" if variant == "told" else variant
    found = _chosen().get(asked)
    if found is None:
        table = _table("time-scale-tuning")
        mine = table["chosen"] & (table["variant"] == asked) & (table["optimiser"] == "adam")
        found = {"value": None, "lr": float(table.loc[mine, "lr"].item()), "T": STEPS}
    return {"knob": getattr(variant_of(asked).method, "strength", None), "options": ()} | found


def _knobs(setting: dict[str, Any]) -> dict[str, float]:
    named = {} if setting["value"] is None else {setting["knob"]: setting["value"]}
    return named | dict(setting["options"])


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:g}"


def seconds() -> dict[str, float]:
    """CPU seconds of a training of one run, times those of vanilla, by method; from the study ``bench``."""
    wanted = {"who": "sequifi_lite", "optimiser": "one pass", "recipe": "full", "runs": 1, "threads": 1}
    timed = [r for r in _table("bench").to_dict("records") if all(r[k] == v for k, v in wanted.items())]
    took = {str(row["method"]): float(row["run_s"]) for row in timed}
    return {name: value / took["vanilla"] for name, value in took.items()}


def rows() -> list[dict[str, Any]]:
    """Describe every method: what is kept, its cost, its knob, its gains, and when to take it.

    Returns
    -------
    list of dict
        What `listed` has; ``page``, the chapter's notebook without its ending; ``kept``, numbers kept after
        five corpora, None where that is every clip; ``time``, times vanilla's, None if it was not timed;
        ``knobs``, what validation chose, in words; and what `gains` gives. In the order of the list.
    """
    times, out = seconds(), []
    for method in listed():
        name = method["variant"]
        setting = settings(name)
        knobs = _knobs(setting)
        words = [f"{knob} {_short(value)}" for knob, value in knobs.items()] + [f"rate {setting['lr']:g}"]
        row: dict[str, Any] = {**method, "page": read(method["chapter"])["notebook"]}
        row["kept"] = None if name in ALL_CLIPS else numbers_kept(name, knobs)
        row["time"] = times.get(name)
        row["knobs"] = ", ".join(words if name not in UNTRAINED else words[:-1])
        out.append(row | gains(name))
    return out
