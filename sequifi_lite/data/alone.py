"""A folder that one process at a time may work on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import SequifiError, expanded
from .files import sweep, written_to

LOCK = ".lock"
_held: set[tuple[Path, int]] = set()


@contextmanager
def alone(place: str | Path, work: str, file: bool = False) -> Iterator[None]:
    """Hold a folder until the block ends; the system lets go of it where the process is killed.

    The thread that holds it may enter again. The folder is made if missing, what killed processes have left
    in it is swept away, and the file of the lock goes with the lock.

    Parameters
    ----------
    place : str or Path
        The folder, or a file.
    file : bool
        Whether it is a file: others in its folder are free.
    work : str
        What is done there, as the second process is told of the first: "trains groups in".

    Raises
    ------
    SequifiError
        If another process, or another thread, holds it.
    PlaceError
        If nothing can be written there.
    """
    place = expanded(place)
    name = place.with_name(f"{place.name}{LOCK}") if file else place / LOCK
    holder = (name.resolve(), threading.get_ident())
    if holder in _held:
        yield
        return
    lock = FileLock(name)
    with written_to(place):
        name.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise SequifiError(
                f"Another process {work} {place}; wait until it has ended, or choose another place."
            ) from None
    _held.add(holder)
    try:
        sweep(name.parent)
        yield
    finally:
        _held.discard(holder)
        with suppress(OSError):  # while it is held: a newcomer finds no name and makes a file of its own
            name.unlink()
        lock.release()
