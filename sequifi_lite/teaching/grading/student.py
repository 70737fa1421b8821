"""The process in which a submission runs: it is asked for values, and gives them as plain ones.

What it says about itself is not believed; who asks decides what is right.
"""

from __future__ import annotations

import ast
import io
import os
import pickle
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from types import FunctionType
from typing import Any

import numpy as np

from ..exercises._answer import Printed
from .submission import Unreadable, cells, defined, needed, statements
from .wire import LARGEST, Ended, TooLarge, plain, receive, send, value_of


class Question(pickle.Pickler):
    """Write what a function is called with; functions among it stay here, and their numbers go."""

    def __init__(self, file: io.BytesIO, kept: list[Callable]):
        super().__init__(file)
        self.functions = kept

    def persistent_id(self, obj: Any) -> int | None:
        if not isinstance(obj, FunctionType) or hasattr(sys.modules.get(obj.__module__), obj.__qualname__):
            return None  # what has a name can be imported there
        self.functions.append(obj)
        return len(self.functions) - 1


class Asked(pickle.Unpickler):
    """Read what a function is called with; to call a function among it asks whoever holds it."""

    def __init__(self, content: bytes, channel: int):
        super().__init__(io.BytesIO(content))
        self.channel = channel

    def persistent_load(self, pid: Any) -> Callable:
        def ask(*arguments):
            send(self.channel, {"asks": pid, "of": plain(list(arguments))})
            return value_of(receive(self.channel)["value"])

        return ask


def show(channel: int, text: bytes, ending: str) -> None:
    """Tell what a submission holds: its cells, the names that it defines, and what is no Python."""
    try:
        sources = cells(text, ending)
    except Unreadable as error:
        send(channel, {"unreadable": str(error)})
        return
    body, faults = statements(sources)
    try:
        send(channel, {"cells": sources, "names": defined(body), "faults": faults})
    except TooLarge:
        send(channel, {"unreadable": f"its code is larger than {LARGEST >> 20} MB."})


def answer(channel: int, sources: list[str]) -> None:
    """Define the functions of a submission that are asked for, and answer calls of the last one."""
    body, function = statements(sources)[0], None
    while True:
        try:
            message = receive(channel)
        except Ended:
            return
        if "define" in message:
            function, reply = _defined(body, message["define"])
        else:
            reply = _called(channel, function, bytes.fromhex(message["call"]))
        try:
            send(channel, reply)
        except TooLarge:
            send(channel, {"large": True})


def _defined(body: list[ast.stmt], name: str) -> tuple[Any, dict]:
    space: dict[str, Any] = {"__name__": "answers"}
    try:
        with redirect_stdout(Printed()), redirect_stderr(Printed()):
            exec(compile(ast.Module(needed(body, name), []), "<submission>", "exec"), space)
    except BaseException as error:
        return None, {"raises": _told(error)}
    function = space.get(name)
    return function, {"is": ["callable" if callable(function) else "thing", type(function).__name__]}


def _called(channel: int, function: Any, content: bytes) -> dict:
    arguments, named = Asked(content, channel).load()
    before, _ = Asked(content, channel).load()
    printed = Printed()
    try:
        with redirect_stdout(printed), redirect_stderr(Printed()):
            got = function(*arguments, **named)
        changed = [
            [number, plain(now)]
            for number, (now, was) in enumerate(zip(arguments, before, strict=True))
            if isinstance(now, np.ndarray) and not np.array_equal(now, was)
        ]
        reply = {"value": plain(got), "changed": changed}
    except TooLarge:
        reply = {"large": True}
    except BaseException as error:
        reply = {"raises": _told(error)}
    return reply | {"printed": printed.getvalue()}


def _told(error: BaseException) -> list[str]:
    try:
        text = str(error)[:1000]
    except BaseException:
        text = ""
    return [type(error).__name__, text]


def alone_with(channel: int) -> None:
    """Let go of every file of the process that began this one but the channel."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.closerange(3, channel)
    os.closerange(channel + 1, os.sysconf("SC_OPEN_MAX") if channel < 1024 else channel + 1024)
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), Printed(), Printed()
    os.chdir("/")
