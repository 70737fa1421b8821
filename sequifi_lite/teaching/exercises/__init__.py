"""Checks of the book's exercises: they run offline, say what is wrong, and give one more hint at every try."""

from __future__ import annotations

from collections.abc import Callable

from . import (
    ch01,
    ch01b,
    ch02,
    ch03,
    ch04,
    ch05,
    ch06,
    ch07,
    ch08,
    ch09,
    ch10,
    ch11,
    ch12,
    ch13,
    ch14,
    ch15,
    ch16,
    ch17,
    ch18,
    ch19,
    ch20,
    ch21,
    ch22,
    ch23,
    ch24,
    ch25,
)
from ._tools import Wrong, answering

# A chapter's module holds EXERCISES: name -> (test of the reader's function, hints from vague to plain).
EXERCISES = {
    **ch01.EXERCISES,
    **ch01b.EXERCISES,
    **ch02.EXERCISES,
    **ch03.EXERCISES,
    **ch04.EXERCISES,
    **ch05.EXERCISES,
    **ch06.EXERCISES,
    **ch07.EXERCISES,
    **ch08.EXERCISES,
    **ch09.EXERCISES,
    **ch10.EXERCISES,
    **ch11.EXERCISES,
    **ch12.EXERCISES,
    **ch13.EXERCISES,
    **ch14.EXERCISES,
    **ch15.EXERCISES,
    **ch16.EXERCISES,
    **ch17.EXERCISES,
    **ch18.EXERCISES,
    **ch19.EXERCISES,
    **ch20.EXERCISES,
    **ch21.EXERCISES,
    **ch22.EXERCISES,
    **ch23.EXERCISES,
    **ch24.EXERCISES,
    **ch25.EXERCISES,
}

_tries: dict[str, int] = {}


def check(name: str, function: Callable) -> bool:
    """Try a reader's function; print the verdict, and a hint where it is wrong.

    Parameters
    ----------
    name : str
        Name of the exercise.
    function : callable
        The reader's solution.

    Returns
    -------
    bool
        Whether it is right.
    """
    if name not in EXERCISES:
        print(f"There is no exercise {name!r}; choose one of {', '.join(EXERCISES)}.")
        return False
    test, hints = EXERCISES[name]
    try:
        test(answering(function))
    except Wrong as wrong:
        reason = str(wrong)
    except Exception as error:  # whatever a reader's code raises is an answer, not a crash
        reason = f"it raises {type(error).__name__}: {error}."
    else:
        print(f"{name}: right.")
        return True
    hint = hints[min(_tries.get(name, 0), len(hints) - 1)]
    _tries[name] = _tries.get(name, 0) + 1
    print(f"{name}: not yet; {reason}\nHint: {hint}")
    return False
