"""Where groups are trained: processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import logging
import os
import re
import socket
import threading
import time
from concurrent.futures import CancelledError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process

from ..errors import SequifiError

KNOCK = 3  # seconds to wait until it does
WORKERLESS = 10  # seconds for which a cluster may be without a worker: one may be starting again
SILENT = 60  # seconds without an answer of a scheduler whose connection stands
GOES_ON = "run this again, what is done is kept"
ANEW = f"start it and its workers anew, and {GOES_ON}"


def _end_with_parent() -> None:
    """A worker whose parent is killed would finish what it was handed, for nobody, and then wait for ever."""
    parent = parent_process()
    assert parent is not None  # this is asked of workers alone
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


@contextmanager
def processes(jobs: int):
    """Give an executor of so many processes on this machine, and their number."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_end_with_parent) as pool:
        try:
            yield pool, jobs
        except BrokenProcessPool:
            pool.shutdown(wait=False, cancel_futures=True)
            raise SequifiError(
                "A process was ended from outside, by the system if memory ran out; free some,"
                f" or choose fewer with --jobs, and {GOES_ON}."
            ) from None
        except BaseException:  # stop soon, not after everything that was handed out
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def check_address(address: str) -> None:
    """Knock at a scheduler's address, before anything is made or waited for.

    Raises
    ------
    SequifiError
        If it is no address, or nobody listens there.
    """
    fit = re.fullmatch(r"(?:(?:tcp|tls|ws|wss)://)?(\[[0-9a-fA-F:]+\]|[^\s:/\[\]]+):(\d{1,5})/?", address)
    if not fit or not 0 < int(fit[2]) < 2**16:
        raise SequifiError(f"{address!r} is no address of a Dask scheduler; give one as tcp://host:8786.")
    try:
        socket.create_connection((fit[1].strip("[]"), int(fit[2])), timeout=KNOCK).close()
    except (OSError, UnicodeError) as error:
        raise SequifiError(
            f"No Dask scheduler answers at {address} ({error}); check the address, or leave --dask out."
        ) from None


class Cluster:
    """The workers of a Dask scheduler as an executor that tells whether anybody is still there."""

    def __init__(self, client, address: str):
        self.client, self.address = client, address
        self.silent = self.empty = None  # since when it has not answered, and since when it has no worker
        self.executor = client.get_executor(pure=False, retries=3)

    def submit(self, f, *arguments):
        return self.executor.submit(f, *arguments)

    def workers(self) -> int:
        """Count the threads of all workers, as the scheduler knows them now."""
        return sum(self.client.sync(self.client.scheduler.ncores, callback_timeout=KNOCK).values())

    def check(self) -> None:
        """See whether scheduler and workers are there.

        Raises
        ------
        SequifiError
            If the scheduler is gone or silent, or no worker has been there for `WORKERLESS` seconds.
        """
        if self.client.status != "running":
            raise SequifiError(f"The Dask scheduler at {self.address} is gone; {ANEW}.")
        now = time.monotonic()
        try:
            threads = self.workers()
        except Exception:  # whatever a connection raises that is broken, or where all are busy
            self.silent = self.silent or now
            if now - self.silent > SILENT:
                raise SequifiError(f"The Dask scheduler at {self.address} says nothing; {ANEW}.") from None
            return
        self.silent, self.empty = None, None if threads else self.empty or now
        if self.empty and now - self.empty > WORKERLESS:
            raise SequifiError(
                f"The Dask scheduler at {self.address} has lost all its workers; start some with: dask worker"
                f" {self.address}, and {GOES_ON}."
            )


@contextmanager
def cluster(address: str, patience: float):
    """Give the workers of a running Dask scheduler as an executor, and the number of their threads.

    Parameters
    ----------
    address : str
        As ``tcp://host:8786``.
    patience : float
        Seconds to wait for a scheduler that takes the connection and says nothing.

    Raises
    ------
    SequifiError
        If Dask is not installed, nobody answers, there is no worker, or they are lost on the way.
    """
    check_address(address)
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise SequifiError(
            "--dask needs Dask; install it with: pip install 'sequifi-lite[cluster]'."
        ) from None
    with _quiet_dask():
        try:
            client = Client(address, timeout=patience)
        except (OSError, TimeoutError, ValueError) as error:
            raise SequifiError(
                f"No Dask scheduler answers at {address} ({error}); check the address, or leave --dask out."
            ) from None
        try:
            yield from _workers_of(client, address)
        except KilledWorker:
            raise SequifiError(
                f"Workers of the Dask scheduler at {address} died again and again on one task, of memory"
                f" perhaps; give them more, or one thread each, and {GOES_ON}."
            ) from None
        finally:
            client.close(timeout=2)


@contextmanager
def _quiet_dask():
    """Keep Dask from logging what our own errors say."""
    known = logging.root.manager.loggerDict
    loggers = [logging.getLogger(name) for name in known if name.startswith("distributed")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels):
            logger.setLevel(level)


def _workers_of(client, address: str):
    """Yield the executor and the number of its threads, and say what of it is lost while they work."""
    try:
        pool = Cluster(client, address)
        if not (threads := pool.workers()):
            raise SequifiError(
                f"The Dask scheduler at {address} has no worker; start one with: dask worker {address}."
            )
        yield pool, threads
    except (CancelledError, TimeoutError):
        raise SequifiError(f"The Dask scheduler at {address} is gone; {ANEW}.") from None
    except ModuleNotFoundError as error:
        raise SequifiError(
            f"A worker of the Dask scheduler at {address} has no {error.name}; install this package there."
        ) from None
