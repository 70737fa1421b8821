"""Measured numbers in a question: named by where they stand, read when the question is drawn."""

from __future__ import annotations

import re
from typing import Any

from ...studies.numbers import number

#: Where questions, scripts and styles lie.
PACKAGE = "sequifi_lite.teaching.quiz"
#: Study / table / row / column | decimals; a plus sign before them asks for the sign of a number above zero.
PLACE = re.compile(r"\{\{(?P<key>[^{}|]+)\|(?P<plus>\+?)(?P<decimals>\d)\}\}")


def _written(place: re.Match[str]) -> str:
    value, decimals = number(place["key"]), int(place["decimals"])
    text = f"{abs(value):,.{decimals}f}"
    zero = float(text.replace(",", "")) == 0
    return ("−" if value < 0 and not zero else place["plus"] if value > 0 else "") + text


def filled(value: Any) -> Any:
    """Write the numbers into all texts of a question, however it is nested."""
    if isinstance(value, str):
        return PLACE.sub(_written, value)
    if isinstance(value, list):
        return [filled(one) for one in value]
    if isinstance(value, dict):
        return {key: filled(one) for key, one in value.items()}
    return value
