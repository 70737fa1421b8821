"""A reader's function, called so that whatever it does ends in an answer or in a sentence.

It works on copies, may print, may run for ever, end the program, or return what no check could compare.
"""

from __future__ import annotations

import copy
import ctypes
import io
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from functools import wraps
from typing import Any, cast

import numpy as np
import pandas as pd
import torch

#: A reader's function.
Answer = Callable[..., Any]
SECONDS = 5.0  # of one call; right answers take thousandths
SHOWN = 2_000  # characters of what an answer prints, in one check
#: What can be compared: exactly these, for a class of a reader's own may call itself equal to everything.
SIMPLE = (int, float, complex, bool, str, bytes, range, re.Pattern, type(None))
HOLDERS = (list, tuple, set, frozenset)
ARRAYS = (np.ndarray, torch.Tensor, torch.nn.Parameter, pd.Series, pd.Index)


class Wrong(Exception):
    """A reader's answer is wrong; the message says why, as the end of a sentence.

    Attributes
    ----------
    stage : int
        How far the answer has come, which decides which hint fits: 0, nothing that could be looked at (it
        returns nothing, raises, or returns another kind of thing); 1, a mistake that has a name, or another
        shape; 2, the right shape and another value.
    """

    def __init__(self, message: str, stage: int = 0):
        super().__init__(message)
        self.stage = stage


class _TooLong(BaseException):
    """Raised inside an answer that does not end; no ``except Exception`` of its own holds it back."""


class Printed(io.StringIO):
    """Keep the beginning of what is printed, however much there is."""

    def write(self, text: str) -> int:
        if room := SHOWN - self.tell():
            super().write(text[:room] if len(text) < room else text[: room - 4] + " ...")
        return len(text)


def answering(function: Answer) -> Answer:
    """Wrap the reader's function: copies go in, a value that can be compared comes out, or a `Wrong`.

    What was handed over at the last call is its attribute ``handed``, as the function has left it.
    """
    if not callable(function):
        raise Wrong(f"give the function itself, without a call; this is of type {type(function).__name__}.")
    answers: list[bool] = []

    @cast(Callable[[Answer], Any], wraps(function))  # which gets an attribute below
    def asked(*arguments, **named):
        asked.handed = copy.deepcopy(arguments)
        printed = Printed()
        try:
            with redirect_stdout(printed):
                got = _in_time(lambda: function(*asked.handed, **copy.deepcopy(named)))
        finally:
            if printed.getvalue():
                sys.stdout.write(printed.getvalue().encode("utf-8", "backslashreplace").decode())
        if got is None or got is Ellipsis:
            some = "it returns a value for some inputs and nothing for others."
            shown = "it prints something and returns nothing: end it with return."
            nothing = shown if printed.getvalue() else "it returns nothing so far."
            raise Wrong(some if answers else nothing)
        answers.append(True)
        return _comparable(got)

    asked.handed = ()
    return asked


def _in_time(call: Callable[[], Any]) -> Any:
    """Call, and stop what does not end.

    By an alarm in the main thread; elsewhere, and where there are no alarms, in a thread that is left behind.
    """
    try:
        main = threading.current_thread() is threading.main_thread()
        return _by_alarm(call) if main and hasattr(signal, "setitimer") else _by_thread(call)
    except _TooLong:
        raise Wrong(f"it has not ended after {SECONDS:g} seconds; is there a loop without an end?") from None
    except Wrong:
        raise
    except SystemExit:
        raise Wrong("it ends the program (exit or quit): return a value instead.") from None
    except KeyboardInterrupt:
        raise Wrong("it was interrupted (KeyboardInterrupt) before it returned anything.") from None
    except BaseException as error:  # whatever a reader's code raises is an answer, not a crash
        raise Wrong(f"it raises {type(error).__name__}{_told(error)}.") from error


def _told(error: BaseException) -> str:
    try:
        text = str(error).strip().rstrip(".")
    except Exception:  # of a class of the reader's own
        return ""
    return f": {text}" if text else ""


@contextmanager
def _alarm() -> Iterator[None]:
    running = [True]

    def ring(*_):
        if running:
            raise _TooLong

    before = signal.signal(signal.SIGALRM, ring)
    remaining, interval = signal.setitimer(signal.ITIMER_REAL, SECONDS, 0.1)  # again, where it was caught
    try:
        try:
            yield
        finally:
            running.clear()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if remaining:  # somebody else's alarm
            signal.setitimer(signal.ITIMER_REAL, max(remaining - SECONDS, 0.01), interval)


def _by_alarm(call: Callable[[], Any]) -> Any:
    with _alarm():
        return call()


def _by_thread(call: Callable[[], Any]) -> Any:
    outcome: list[tuple[Any, BaseException | None]] = []

    def work() -> None:
        try:
            outcome.append((call(), None))
        except BaseException as error:  # raised again by whoever waits
            outcome.append((None, error))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(SECONDS)
    if not outcome:
        assert thread.ident is not None  # it was started
        number = ctypes.c_ulong(thread.ident)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(number, ctypes.py_object(_TooLong))
        raise _TooLong
    got, error = outcome[0]
    if error is not None:
        raise error
    return got


def _comparable(got: Any) -> Any:
    """Copy a value that can be compared with the right one.

    Raises
    ------
    Wrong
        If it cannot: it says what to return instead.
    """
    stranger = _stranger(got)
    if stranger is None:
        return _copied(got)
    kind = type(stranger).__name__
    if stranger is not got:
        raise Wrong(
            f"something of type {kind} is in what it returns; return numbers, texts, lists or arrays."
        )
    if callable(got):
        raise Wrong(f"it returns a function or a class ({kind}): return a value.")
    if isinstance(got, Iterator) or hasattr(got, "__next__"):
        raise Wrong(f"it returns something to go through once, a {kind}: return a list of it, or an array.")
    raise Wrong(f"it returns something of type {kind}; return a number, a text, a list or an array.")


def _copied(value: Any) -> Any:
    """Copy a value, so that a view of what the function keeps does not change later."""
    if isinstance(value, torch.Tensor):  # torch copies no result of a computation that has gradients
        return value.detach().clone()
    if type(value) in (list, tuple):
        return type(value)(map(_copied, value))
    return copy.deepcopy(value)


def _stranger(value: Any, depth: int = 0) -> Any:
    """Find what cannot be compared in a value; None if all of it can."""
    kind = type(value)
    if kind in SIMPLE or isinstance(value, np.generic):
        return None
    if kind in ARRAYS:
        if str(value.dtype) != "object":
            return None
        inside = list(np.ravel(np.asarray(value)))
    elif kind is dict:
        inside = [*value, *value.values()]
    elif kind in HOLDERS or (isinstance(value, tuple) and hasattr(value, "_fields")):
        inside = list(value)
    else:
        return value
    if depth > 20:
        return value
    return next((one for one in (_stranger(part, depth + 1) for part in inside) if one is not None), None)
