"""The study ``further-readings``: a rate that falls by stages, and class by class over pooled corpora."""

from __future__ import annotations

from ..results import load
from ..training_run import Cell
from ..tuning import chosen
from .crossed import confirmatory, crossed
from .further_readings_tuning import best

#: As the study `tuning` chose them: what the readings have to be held against.
BESIDE = ("zero-shot", "vanilla", "vanilla-balanced", "sequifi-canonical", "joint")


def cells() -> list[Cell]:
    """Every reading as tuned, on every pair but the exploratory ones, in four class orders."""
    table, _ = load("further-readings-tuning")
    settings = {name: chosen()[name] for name in BESIDE} | best(table)
    return [cell for name, setting in settings.items() for cell in crossed([name], confirmatory(), [setting])]
