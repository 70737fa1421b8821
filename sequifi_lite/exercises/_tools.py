"""What the checks of all chapters share: saying no with a reason."""

from __future__ import annotations

import numpy as np


class Wrong(Exception):
    """A reader's answer is wrong; the message says why, as the end of a sentence."""


def same(got, expected, case: str) -> None:
    """Raise `Wrong` unless `got` equals `expected` in shape and value; `case` says for which input."""
    if got is None or got is Ellipsis:
        raise Wrong("it returns nothing so far.")
    if np.shape(got) != np.shape(expected):
        raise Wrong(f"{case} it should return shape {np.shape(expected)}, and returns shape {np.shape(got)}.")
    if not np.allclose(got, expected):
        raise Wrong(f"{case} it should return {np.round(expected, 3)}, and returns {np.round(got, 3)}.")
