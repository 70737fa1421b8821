"""Errors a reader can act on: what happened, where, and how to fix it, in one sentence."""

from __future__ import annotations

import difflib
import errno
import math
import operator
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any


class SequifiError(Exception):
    """Base of every error raised on purpose; the command line prints it and ends with exit code 2."""


class ArgumentError(SequifiError, ValueError):
    """A function was given something that it cannot take."""


class NameUnknown(SequifiError, KeyError):
    """There is nothing of this name; the message offers the nearest one."""

    __str__ = Exception.__str__  # a KeyError would put quotation marks around its sentence


class AudioError(SequifiError):
    """A sound file cannot be read, is empty, or holds no usable samples."""


class CorpusError(SequifiError):
    """A folder is not the corpus it is said to be, or its files cannot be used."""


class CorpusMissing(SequifiError):
    """No embeddings of a corpus are at hand; the message names the command that makes them."""


class PackError(SequifiError):
    """A file of embeddings is damaged, incomplete or does not fit the others."""


class EncoderError(SequifiError):
    """An encoder cannot be loaded, or the wanted layer or pooling does not exist."""


class PlaceError(SequifiError):
    """A result cannot be written where it was to go."""


def expanded(path: str | Path) -> Path:
    """Put the home folder in the place of a leading ``~``.

    Shells do that for a word of its own, not behind ``--out=`` and not in a variable or a Python string. A
    ``~name`` of no user stays as it is, as in shells.
    """
    return Path(os.path.expanduser(path))


def is_stream(path: Path) -> bool:
    """Tell whether a path is a device or a pipe, as /dev/stdout is: written to as it is, never replaced."""
    return path.parts[:2] == ("/", "dev") or (
        os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)
    )


def unknown(kind: str, name: object, names: Iterable[str]) -> NameUnknown:
    """Make the error for a name that is not there: it offers the nearest one, or all of them."""
    names = list(names)
    near = difflib.get_close_matches(str(name).casefold(), names, n=1)
    offer = f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(names)}."
    return NameUnknown(f"There is no {kind} {name!r}; {offer}")


def check_object(role: str, value: Any, wanted: str, has: Iterable[str]) -> None:
    """Refuse what is not an object of the kind wanted: a class, a name, or arguments in another order.

    Parameters
    ----------
    role : str
        What it was given as, for instance ``"the method"``.
    has : iterable of str
        Attributes that an object of this kind has.
    """
    if isinstance(value, type):
        raise ArgumentError(
            f"{role} has to be an object, and the class {value.__name__} was given; write brackets behind it,"
            f" {value.__name__}()."
        )
    if not all(hasattr(value, name) for name in has):
        raise ArgumentError(
            f"{role} has to be {wanted}, and an object of class {type(value).__name__} was given; check the"
            " order of the arguments."
        )


def check_choice(refusal: str, value: Any, choices: Iterable[Any]) -> Any:
    """Hand a value on if it is one of those that there are."""
    if value not in (choices := tuple(choices)):
        two = f"{choices[0]!r} or {choices[-1]!r}"
        offer = two if len(choices) == 2 else f"one of {', '.join(map(str, choices))}"
        raise ArgumentError(f"{refusal} {value!r}; choose {offer}.")
    return value


def check_whole(role: str, value: Any, least: int = 1) -> int:
    """Read a whole number from `least` on; True and 2.0 are none."""
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or number < least:
        raise ArgumentError(f"{role} is {value!r}; give a whole number from {least} on.")
    return number


def check_number(role: str, value: Any, low: float = 0.0, high: float = math.inf, open_: bool = False) -> Any:
    """Hand a number on, or a tensor, array or list with one for each run, if all lie within a range.

    Parameters
    ----------
    low, high : float
        Both included; `low` only without `open_`. Not finite is out of every range.
    """
    plain = value.tolist() if hasattr(value, "tolist") else value
    many = list(plain) if isinstance(plain, (list, tuple)) else [plain]
    good = [
        isinstance(one, (int, float))
        and math.isfinite(one)
        and low <= one <= high
        and not (open_ and one == low)
        for one in many
    ]
    if not many or not all(good):
        bounds = f"{'above' if open_ else 'of at least'} {low:g}"
        bounds += "" if high == math.inf else f" and at most {high:g}"
        raise ArgumentError(f"{role} is {value}; give a number, or one for each run, finite values {bounds}.")
    return value


def check_seeds(seeds: Any, runs: int | None = None) -> list[int]:
    """Read the seeds of a call, one for each run: whole numbers from 0 on."""
    if not isinstance(seeds, Iterable) or isinstance(seeds, (str, bytes)):
        raise ArgumentError(f"seeds is {seeds!r}; give a list with one seed for each run, such as [0].")
    seeds = [check_whole("A seed", seed, 0) for seed in seeds]
    if not seeds or (runs is not None and len(seeds) != runs):
        wanted = "at least one" if runs is None else f"{runs}, one for each run of the model"
        raise ArgumentError(f"{len(seeds)} seeds were given; give {wanted}.")
    return seeds


def check_writable(path: str | Path, option: str, keep: bool = True) -> Path:
    """Make the folder of a file to come and try to write there, before hours of work and not after them.

    Folders that were made for the trial go again unless they are to be kept.

    Returns
    -------
    Path
        The file's path, its ``~`` expanded.

    Raises
    ------
    PlaceError
        If that fails, or a folder has the file's name. `option` is what the reader would change.
    """
    path = expanded(path)
    if os.path.isdir(path):
        raise PlaceError(f"{path} is a folder; choose another place with {option}.")
    if is_stream(path):
        return path
    # As long as the names that `whole_file` writes under; and some bytes, for a full disk still makes files.
    made = [folder for folder in path.parents if not os.path.exists(folder)]
    trial = path.with_name(f"{path.name}.{secrets.token_hex(9)}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(trial, "xb") as file:
                file.write(bytes(4096))
        finally:
            trial.unlink(missing_ok=True)
            if not keep:
                for folder in made:
                    folder.rmdir()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
        remedy = f"{'free some space or ' if full else ''}choose another place with {option}"
        raise PlaceError(f"{path} cannot be written ({reason}); {remedy}.") from error
    return path
