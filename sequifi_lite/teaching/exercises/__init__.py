"""Checks of the book's exercises: they run offline, say what is wrong, and give the hint that fits.

A chapter is a file of this folder, and an exercise is a function in it that bears the exercise's name. It
takes the reader's function and raises `Wrong` unless that is right. The items of its docstring are the hints:
where to begin, what the pieces are, how they go together; none is a solution. Nothing else has to be written
down anywhere: `exercises` finds it here. Where a script of `by_hand/` has its twin, it can be answered in the
page, too.

A check may import whatever gives the right answer, from any package but `cli`. A change here touches what
readers are told, in the notebook of that chapter and in Colab, and no receipt.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from inspect import getdoc, isfunction
from pkgutil import iter_modules

from ...errors import unknown
from ..piece import Piece
from . import _by_hand
from ._answer import Answer, Wrong, answering

NOTHING = "it returns nothing so far."  # the verdict on a stub that nobody has touched
LONGEST = 1_000  # characters of a verdict; what a function returned may be quoted in it
_last: dict[str, tuple[str, int]] = {}  # the last verdict on an exercise, and how often it came in a row


@cache
def exercises() -> dict[str, Callable[[Answer], None]]:
    """Find the checks of all chapters, by name of the exercise; chapters are imported at the first call."""
    names = sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
    chapters = [import_module(f"{__name__}.{name}") for name in names]
    return {
        name: value
        for chapter in chapters
        for name, value in vars(chapter).items()
        if isfunction(value) and value.__module__ == chapter.__name__ and not name.startswith("_")
    }


def hints(name: str) -> list[str]:
    """Read an exercise's hints: where to begin, the pieces, how they go together (items of its docstring)."""
    items = (getdoc(exercises()[name]) or "").split("\n- ")[1:]
    return [" ".join(item.split()) for item in items]


def by_hand(name: str) -> Piece | None:
    """Ask an exercise without code: one small case, drawn for each reader, in a page or a notebook.

    It says to a wrong number what the check says to a function that returns it.

    Parameters
    ----------
    name : str
        Name of the exercise.

    Returns
    -------
    Piece or None
        None where code alone can answer it.

    Raises
    ------
    NameUnknown
        If there is no such exercise.

    Examples
    --------
    >>> from sequifi_lite.teaching.exercises import by_hand
    >>> by_hand("uar")
    uar can be answered in the book's page and in a notebook, without code, for numbers drawn there.
    """
    if name not in exercises():
        raise unknown("exercise", name, list(exercises()))
    return _by_hand.form(name, exercises()[name].__module__, hints(name))


def check(name: str, function: Answer) -> bool:
    """Try a reader's function; print the verdict, and a hint where it is wrong.

    In a notebook a function that returns nothing so far gets the exercise without code below it (`by_hand`),
    and a chapter's last one a result to read, where its exercises ask for none.

    Which hint, the mistake decides: where nothing came back, where to begin; where a mistake has a name, the
    pieces; where only the value is another one, how they go together. The same mistake again brings the next.

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
    if name not in exercises():
        print(f"There is no exercise {name!r}; choose one of {', '.join(exercises())}.")
        return False
    try:
        exercises()[name](answering(function))
    except Wrong as wrong:
        reason, stage = str(wrong), wrong.stage
    except Exception:  # the check itself stumbles over the answer, which raised nothing
        stage = 0
        reason = "it returns something of another kind than was asked for: look at its type and its shape."
    else:
        print(f"{name}: right.")
        return True
    reason = reason.encode("utf-8", "backslashreplace").decode()
    if len(reason) > LONGEST:
        reason = f"{reason[:LONGEST]} ..."
    before, times = _last.get(name, ("", 0))
    _last[name] = reason, times + 1 if reason == before else 0
    print(f"{name}: not yet; {reason}\nHint: {hints(name)[: stage + _last[name][1] + 1][-1]}")
    if reason == NOTHING and _by_hand.in_a_notebook():
        from IPython.display import display

        for below in _by_hand.shown_below(name, exercises()[name].__module__, hints(name)):
            display(below)
    return False
