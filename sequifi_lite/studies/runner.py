"""Train the cells of a study that are missing, on two cores or on a cluster, whatever happens in between.

Every group of cells lands in a file of its own, under the hash of all that decides it, written under another
name first. So a killed study has lost the groups that were running, a finished group is never trained again,
a changed setting never meets an old result, and several processes may work on one study at once.
"""

from __future__ import annotations

import io
import os
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from ..data.files import whole_file
from ..errors import SequifiError, check_writable
from ..learning.heads import MLP
from ..learning.loop import train
from ..learning.optimisers import adam
from ..learning.schedule import BATCH, shuffled
from .training_run import MOST, Cell, group_key, groups, train_group

WORK = Path(".studies")
PATIENCE = 20  # seconds to wait for a scheduler


def place(work: Path, name: str, group: Sequence[Cell]) -> Path:
    return Path(work) / name / f"{group_key(group)}.parquet"


def status(name: str, cells: Sequence[Cell], work: Path = WORK) -> tuple[list[list[Cell]], list[list[Cell]]]:
    """Sort groups into those that are done and those that are not."""
    done, missing = [], []
    for group in groups(cells):
        (done if place(work, name, group).is_file() else missing).append(group)
    return done, missing


def size(group: Sequence[Cell]) -> int:
    """Count the run-steps of a group: what its cost is in proportion to."""
    return len(group) * max(group[0].T, 1) * (len(group[0].corpora) - 1)


def estimate(waiting: Sequence[Sequence[Cell]]) -> float:
    """Estimate the CPU seconds that groups will take: twice those of vanilla fine-tuning, timed now."""
    head, rows = MLP(range(MOST)), MOST * BATCH
    X, y = torch.zeros(rows, 1024), torch.zeros(rows, dtype=torch.int64)
    schedule = shuffled(np.arange(len(X)), 20, range(MOST))
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    train(head, X, y, schedule)  # the first time is slow
    begun = time.process_time()
    train(head, X, y, schedule, optimiser=adam)
    per_run_step = (time.process_time() - begun) / (20 * MOST)
    torch.set_num_threads(before)
    return 2 * per_run_step * sum(map(size, waiting))


def work_on(group: Sequence[Cell], train: Callable = train_group) -> tuple[bytes, float, str]:
    """Train a group by ``train(group)``, in a worker process that may run on another machine.

    Returns
    -------
    bytes, float, str
        Its table as Parquet, the CPU seconds it took, and its key as seen from here.
    """
    begun, key = time.process_time(), group_key(group)
    buffer = io.BytesIO()
    train(group).to_parquet(buffer, index=False)
    return buffer.getvalue(), time.process_time() - begun, key


def _end_with_parent() -> None:
    """A worker whose parent is killed would finish what it was handed, for nobody, and then wait for ever."""
    threading.Thread(target=lambda: (parent_process().join(), os._exit(1)), daemon=True).start()


@contextmanager
def _pool(jobs: int, dask: str | None):
    if dask is None:
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_end_with_parent) as pool:
            try:
                yield pool, jobs
            except BaseException:  # stop soon, not after everything that was handed out
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return
    try:
        from distributed import Client
    except ImportError:
        raise SequifiError(
            "--dask needs Dask; install it with: pip install 'sequifi-lite[cluster]'."
        ) from None
    try:
        client = Client(dask, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise SequifiError(
            f"No Dask scheduler answers at {dask} ({error}); check the address, or leave --dask out."
        ) from None
    with client:
        workers = sum(client.nthreads().values())
        if not workers:
            raise SequifiError(
                f"The Dask scheduler at {dask} has no worker; start one with: dask worker {dask}."
            )
        yield client.get_executor(pure=False, retries=3), workers


def run(
    name: str,
    cells: Sequence[Cell],
    work: Path = WORK,
    jobs: int = 2,
    dask: str | None = None,
    progress: Callable[[int, int, float], None] = lambda done, all_, seconds: None,
    train: Callable = train_group,
) -> int:
    """Train what is missing of a study; returns the number of groups trained.

    Parameters
    ----------
    work : folder for the groups' files
    jobs : processes on this machine, each on one thread
    dask : str, optional
        Address of a running Dask scheduler, as ``tcp://host:8786``; its workers need this package and the
        same packs.
    progress : f(run-steps done, run-steps in all, CPU seconds of the group that has just ended)
    train : f(group) -> DataFrame with one row for each cell
    """
    _, waiting = status(name, cells, work)
    if not waiting:
        return 0
    check_writable(place(work, name, waiting[0]), "--work")
    total, done, trained = sum(map(size, waiting)), 0, 0
    waiting = _in_turn(waiting)[::-1]
    with _pool(jobs, dask) as (pool, workers):
        running = {}
        while waiting or running:
            while waiting and len(running) < workers + 1:
                group = waiting.pop()  # and look before starting it: somebody else may have done it
                if place(work, name, group).is_file():
                    done += size(group)
                else:
                    running[pool.submit(work_on, group, train)] = group
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                group = running.pop(future)
                table, seconds, key = future.result()
                if key != group_key(group):
                    raise SequifiError(
                        "A worker has other code or other packs than this process; bring both to the same"
                        " state and run again, what is done is kept."
                    )
                _write(place(work, name, group), table)
                _write(place(work, name, group).with_suffix(".seconds"), f"{seconds:.2f}".encode())
                done, trained = done + size(group), trained + 1
                progress(done, total, seconds)
    return trained


def _in_turn(waiting: list[list[Cell]]) -> list[list[Cell]]:
    """Put groups of one source model behind each other: it is trained once.

    Somebody else may work on the same study: begin at a place of chance.
    """
    source = ("scaling", "emotions", "corpora", "replicate", "hidden")
    waiting = sorted(waiting, key=lambda group: [getattr(group[0], name) for name in source])
    turn = random.SystemRandom().randrange(len(waiting))
    return waiting[turn:] + waiting[:turn]


def _write(path: Path, content: bytes) -> None:
    with whole_file(path) as partial:
        partial.write_bytes(content)


def collect(name: str, cells: Sequence[Cell], work: Path = WORK) -> tuple[pd.DataFrame, float]:
    """Collect all cells of a finished study in the order of its plan, and the CPU seconds that they took.

    Raises
    ------
    SequifiError
        If groups are missing.
    """
    done, missing = status(name, cells, work)
    if missing:
        raise SequifiError(
            f"{len(missing)} of {len(done) + len(missing)} groups of {name} are missing; run: sequifi-lite"
            f" study run {name}."
        )
    files = [place(work, name, group) for group in done]
    notes = [file.with_suffix(".seconds") for file in files]
    seconds = sum(float(note.read_text()) for note in notes if note.is_file())
    table = pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)
    table.insert(0, "cell", [cell.key for group in done for cell in group])
    return table, seconds
