"""What the checks of all chapters share: saying no with a reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import numpy as np


class Wrong(Exception):
    """A reader's answer is wrong; the message says why, as the end of a sentence."""


def answering(function: Callable) -> Callable:
    """The reader's function, with a `Wrong` where it returns nothing, so that no check has to ask."""
    answers = []

    @wraps(function)
    def asked(*arguments, **named):
        got = function(*arguments, **named)
        if got is None or got is Ellipsis:
            raise Wrong(
                "it returns a value for some inputs and nothing for others."
                if answers
                else "it returns nothing so far."
            )
        answers.append(True)
        return got

    return asked


def same(got, expected, case: str) -> None:
    """Raise `Wrong` unless `got` equals `expected` in shape and value; `case` says for which input."""
    if np.shape(got) != np.shape(expected):
        raise Wrong(f"{case} it should return shape {np.shape(expected)}, and returns shape {np.shape(got)}.")
    if not np.allclose(got, expected):
        raise Wrong(f"{case} it should return {np.round(expected, 3)}, and returns {np.round(got, 3)}.")
