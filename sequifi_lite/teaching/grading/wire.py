"""Send plain values between a process that is trusted and one that is not: data, never code.

A value that no check could compare arrives as a stand-in of its kind and name, about which the checks say the
same as about the value itself.
"""

from __future__ import annotations

import base64
import json
import os
import re
import select
import struct
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import torch

LARGEST = 8 * 2**20  # bytes of a message
DEEPEST = 22  # one more than what checks look into
PLAIN_KINDS = "biufcSUmM"  # of arrays: numbers, texts and times, no objects
FLAGS = re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE | re.ASCII


class TooLarge(Exception):
    """A value is larger than a message may be."""


class Ended(Exception):
    """Whoever was to answer is there no more, or said what is no message."""


class Late(Exception):
    """No whole message came in time."""


class Stranger:
    """Stand for a value that cannot be compared; its class bears the name of the value's class."""


class _Callable(Stranger):
    def __call__(self):
        raise TypeError("a stand-in")


class _Once(Stranger):
    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration


KINDS = {"thing": Stranger, "callable": _Callable, "once": _Once}


def plain(value: Any, depth: int = 0) -> Any:
    """Write a value as what JSON holds."""
    kind = type(value)
    if value is None or kind in (bool, float):
        return value
    if kind is int:
        return {"int": hex(value)}
    if kind is str:
        return {"str": value}
    if value is Ellipsis:
        return {"dots": 0}
    if depth > DEEPEST:
        return stranger(value)
    if kind in (list, tuple, set, frozenset) or (issubclass(kind, tuple) and hasattr(kind, "_fields")):
        name = kind.__name__ if kind in (list, set, frozenset) else "tuple"
        return {name: [plain(one, depth + 1) for one in value]}
    if kind is dict:
        return {"dict": [[plain(key, depth + 1), plain(one, depth + 1)] for key, one in value.items()]}
    if issubclass(kind, np.generic) or kind in (np.ndarray, torch.Tensor, torch.nn.Parameter):
        return _array(value, depth)
    if kind in (pd.Series, pd.Index):
        return {kind.__name__.lower(): _array(np.asarray(value), depth)}
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if kind is bytes:
        return {"bytes": base64.b64encode(value).decode()}
    if kind is range:
        return {"range": [hex(value.start), hex(value.stop), hex(value.step)]}
    if kind is re.Pattern and isinstance(value.pattern, str):
        return {"pattern": [value.pattern, value.flags]}
    return stranger(value)


def stranger(value: Any) -> dict:
    """Write what stands for a value that cannot be compared."""
    once = isinstance(value, Iterator) or hasattr(type(value), "__next__")
    kind = "callable" if callable(value) else "once" if once else "thing"
    return {"stranger": [kind, str(type(value).__name__)]}


def _array(value: Any, depth: int) -> dict:
    if isinstance(value, torch.Tensor):
        inside = value.detach()
        inside = inside if inside.dtype.is_complex or not inside.dtype.is_floating_point else inside.double()
        return {"tensor": [_array(inside.numpy(), depth), str(value.dtype).removeprefix("torch.")]}
    scalar, value = isinstance(value, np.generic), np.asarray(value)
    if value.nbytes > LARGEST:
        raise TooLarge
    if value.dtype.kind == "O":
        return {"objects": [[plain(one, depth + 1) for one in value.ravel()], list(value.shape)]}
    if value.dtype.kind not in PLAIN_KINDS:
        return stranger(value)
    written = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
    return {"scalar" if scalar else "array": [value.dtype.str, list(value.shape), written]}


def value_of(written: Any) -> Any:
    """Read a value that `plain` wrote; raises of any kind if it is none."""
    if written is None or isinstance(written, bool | float):
        return written
    ((kind, inside),) = written.items()
    if kind in ("list", "tuple", "set", "frozenset"):
        make = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}[kind]
        return make(map(value_of, inside))
    if kind in ("array", "scalar"):
        dtype = np.dtype(inside[0])
        if dtype.kind not in PLAIN_KINDS:
            raise ValueError(dtype)
        array = np.frombuffer(base64.b64decode(inside[2]), dtype).reshape(inside[1]).copy()
        return array[()] if kind == "scalar" else array
    return READERS[kind](inside)


def _objects(inside: Any) -> np.ndarray:
    array = np.empty(len(inside[0]), object)
    for number, one in enumerate(inside[0]):
        array[number] = value_of(one)
    return array.reshape(inside[1])


READERS = {
    "int": lambda inside: int(inside, 16),
    "str": str,
    "dots": lambda inside: ...,
    "dict": lambda inside: {value_of(key): value_of(one) for key, one in inside},
    "tensor": lambda inside: torch.as_tensor(value_of(inside[0])).to(getattr(torch, inside[1])),
    "objects": _objects,
    "series": lambda inside: pd.Series(value_of(inside)),
    "index": lambda inside: pd.Index(value_of(inside)),
    "complex": lambda inside: complex(*inside),
    "bytes": base64.b64decode,
    "range": lambda inside: range(*(int(one, 16) for one in inside)),
    "pattern": lambda inside: re.compile(inside[0], inside[1] & FLAGS),
    "stranger": lambda inside: type(_name(inside[1]), (KINDS[inside[0]],), {})(),
}


def _name(text: Any) -> str:
    """Cut what should be the name of a class to what can be one."""
    return re.sub(r"\W", "", str(text))[:60] or "object"


def send(file: int, message: Any) -> None:
    """Write one message.

    Raises
    ------
    TooLarge
        Before anything is written.
    Ended
        If nobody reads.
    """
    text = json.dumps(message).encode()
    if len(text) > LARGEST:
        raise TooLarge
    _write(file, struct.pack("<Q", len(text)) + text)


def _write(file: int, content: bytes) -> None:
    rest = memoryview(content)
    try:
        while rest:
            rest = rest[os.write(file, rest) :]
    except OSError:
        raise Ended from None


def receive(file: int, end: float | None = None) -> Any:
    """Read one message.

    Parameters
    ----------
    end : float, optional
        Until when, by `time.monotonic`.
    """
    (size,) = struct.unpack("<Q", _read(file, 8, end))
    if size > LARGEST:
        raise Ended
    try:
        return json.loads(_read(file, size, end))
    except (ValueError, RecursionError):
        raise Ended from None


def _read(file: int, size: int, end: float | None) -> bytes:
    parts = []
    while size:
        if end is not None and not select.select([file], [], [], max(end - time.monotonic(), 0))[0]:
            raise Late
        try:
            part = os.read(file, min(size, 2**20))
        except OSError:
            part = b""
        if not part:
            raise Ended
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
