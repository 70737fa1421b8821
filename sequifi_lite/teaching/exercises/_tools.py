"""What the checks of all chapters share: comparing with the right answer, and saying no with a reason."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ._answer import Answer as Answer, Wrong as Wrong


def agree(one, other, rtol: float = 1e-5, atol: float = 1e-8) -> bool:
    """Say whether two values have the same shape and are the same up to rounding."""
    return np.shape(one) == np.shape(other) and np.allclose(one, other, rtol, atol)


def numbers(got) -> bool:
    """Say whether a value is a number, or an array of them whose rows are of one length."""
    try:
        return np.asarray(got).dtype.kind in "biufc"
    except (ValueError, TypeError, RuntimeError):
        return False


def any_of(*values) -> Callable[[Any], bool]:
    """Make the mistake that gives one of several values."""
    return lambda got: any(agree(got, value) for value in values)


def shaped(*shape: int) -> Callable[[Any], bool]:
    """Make the mistake of an answer of this shape; `shaped()` is a single number."""
    return lambda got: np.shape(got) == shape


def mistakes(got, right, case: str, known: Mapping[str, Any] | None = None, atol: float = 1e-8) -> None:
    """Let the right answer pass, and refuse any other with the sentence that names its mistake.

    Parameters
    ----------
    got
        What the reader's function returned.
    right
        What it should have returned.
    case : str
        For which input, as the beginning of a sentence: "for two clips". It is said if no known mistake fits.
    known : mapping, optional
        A sentence for each known mistake, and how it shows: the value that it gives, a function that says of
        an answer whether it has been made, or a bool that says so already. The first that fits is told.
    atol : float
        Up to which difference values are the same.

    Raises
    ------
    Wrong
        If the answer is not right.
    """
    if not numbers(got):
        kind = type(got).__name__
        raise Wrong(
            f"{case} it should return numbers of the shape {np.shape(right)}; what it returns ({kind}) is"
            " no such.",
            0,
        )
    if agree(got, right, atol=atol):
        return
    for sentence, sign in (known or {}).items():
        made = sign(got) if callable(sign) else sign
        if made if isinstance(made, bool | np.bool_) else agree(got, made, atol=atol):
            raise Wrong(sentence, 1)
    if np.shape(got) != np.shape(right):
        raise Wrong(f"{case} it should return shape {np.shape(right)}, and returns shape {np.shape(got)}.", 1)
    raise Wrong(f"{case} it should return {np.round(right, 3)}, and returns {np.round(got, 3)}.", 2)


def unchanged(answer: Answer, *given) -> None:
    """Refuse an answer that has changed arrays of its caller: a state that others still hold.

    Most exercises do not ask for that; this is for those whose arrays are weights or statistics.
    """
    pairs = zip(answer.handed, given, strict=False)  # pyright: ignore[reportFunctionMemberAccess]
    changed = any(np.shape(now) != np.shape(was) or not np.array_equal(now, was) for now, was in pairs)
    refuse(changed, "it changes the arrays that it is given (+= and /= do that); make a new one.")


def refuse(made: bool, sentence: str) -> None:
    """Refuse an answer in which a mistake has been made, before its value is looked at."""
    if made:
        raise Wrong(sentence, 1)
