"""Train the cells of a study that are missing, on two cores or on a cluster, whatever happens in between.

Every group of cells lands in a file of its own, under the hash of all that decides it, written under another
name first. So a killed study has lost the groups that were running, a finished group is never trained again,
and a changed setting never meets an old result. One process at a time hands out the groups of a study.
"""

from __future__ import annotations

import io
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from ..data.alone import alone
from ..errors import PlaceError, SequifiError, expanded
from ..learning.heads import MLP
from ..learning.loop import train
from ..learning.optimisers import adam
from ..learning.schedule import BATCH, shuffled
from .finished_groups import is_damaged, keep, seconds_of
from .processes import cluster, processes
from .training_run import MOST, Cell, group_key, groups, train_group

WORK = Path(".studies")
PATIENCE = 20  # seconds to wait for a scheduler that takes the connection
LOOK = 2  # seconds between two looks at whether those who train are still there


def folder_of(work: str | Path, name: str) -> Path:
    """Name the folder of a study's finished groups.

    Raises
    ------
    PlaceError
        If a file has the name of the folder, or of `work`.
    """
    work = expanded(work)
    for path in (work, work / name):
        if path.exists() and not path.is_dir():
            raise PlaceError(f"{path} is a file; choose another place with --work.")
    return work / name


def place(work: str | Path, name: str, group: Sequence[Cell]) -> Path:
    """Name the file of a group."""
    return folder_of(work, name) / f"{group_key(group)}.parquet"


def placed(name: str, cells: Sequence[Cell], work: str | Path = WORK) -> list[tuple[list[Cell], Path]]:
    """List the groups of a study, each with its file."""
    folder = folder_of(work, name)
    return [(group, folder / f"{group_key(group)}.parquet") for group in groups(cells)]


def status(name: str, cells: Sequence[Cell], work: Path = WORK) -> tuple[list[list[Cell]], list[list[Cell]]]:
    """Sort groups into those that are done and those that are not; a damaged one is not, and is told."""
    done, missing = [], []
    for group, path in placed(name, cells, work):
        (missing if seconds_of(path) is None else done).append(group)
        tell_damaged(path)
    return done, missing


def tell_damaged(path: Path) -> None:
    """Warn of a group whose files are not what was written."""
    if is_damaged(path):
        warnings.warn(f"{path} is damaged; its group is trained again.", stacklevel=2)


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
    buffer, table = io.BytesIO(), train(group)
    if len(table) != len(group):
        raise SequifiError(f"A group of {len(group)} cells came back as {len(table)} rows; train it anew.")
    table.to_parquet(buffer, index=False)
    return buffer.getvalue(), time.process_time() - begun, key


def _pool(jobs: int, dask: str | None):
    return processes(jobs) if dask is None else cluster(dask, PATIENCE)


def run(
    name: str,
    cells: Sequence[Cell],
    work: Path = WORK,
    jobs: int = 2,
    dask: str | None = None,
    progress: Callable[[int, int, float], None] = lambda done, all_, seconds: None,
    train: Callable = train_group,
    sources_kept: bool = False,
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
    sources_kept : bool
        Whether `train` keeps source models on disk.
    """
    files = {tuple(group): path for group, path in placed(name, cells, work)}
    if None not in map(seconds_of, files.values()):
        return 0
    with _pool(jobs, dask) as (pool, workers), alone(folder_of(work, name), "trains groups in"):
        waiting = [group for group, path in files.items() if seconds_of(path) is None]
        for group in waiting:
            tell_damaged(files[group])
        total, done = sum(map(size, waiting)), 0
        waiting = _in_turn(waiting, sources_kept)
        running, trained = {}, len(waiting)
        check = getattr(pool, "check", lambda: None)
        while waiting or running:
            while waiting and len(running) < workers + 1:
                group = waiting.pop(0)
                running[pool.submit(work_on, list(group), train)] = group
            while not (ended := wait(running, timeout=LOOK, return_when=FIRST_COMPLETED).done):
                check()
            for future in ended:
                group = running.pop(future)
                table, seconds, key = future.result()
                if key != files[group].stem:
                    raise SequifiError(
                        "A worker has other code or other packs than this process; bring both to the same"
                        " state and run again, what is done is kept."
                    )
                keep(files[group], table, seconds)
                done += size(group)
                progress(done, total, seconds)
    return trained


def _in_turn(waiting: list[tuple[Cell, ...]], sources_kept: bool) -> list[tuple[Cell, ...]]:
    """Put groups of one source model behind each other: a process trains it once.

    Where source models are kept on disk, one group of each comes first: processes that begin together would
    all train the same one.
    """

    source = ("scaling", "emotions", "corpora", "replicate", "hidden")
    waiting = sorted(waiting, key=lambda group: [getattr(group[0], name) for name in source])
    if sources_kept:
        first = {(group[0].corpora[0], group[0].replicate): group for group in reversed(waiting)}
        waiting.sort(key=lambda group: group not in first.values())
    return waiting


def collect(name: str, cells: Sequence[Cell], work: Path = WORK) -> tuple[pd.DataFrame, float]:
    """Collect all cells of a finished study in the order of its plan, and the CPU seconds that they took.

    Raises
    ------
    SequifiError
        If groups are missing.
    """
    files = placed(name, cells, work)
    times = [seconds_of(path) for _, path in files]
    if None in times:
        wrong = [str(path) for _, path in files if is_damaged(path)]
        told = ", ".join(wrong[:3]) + (f" and {len(wrong) - 3} more" if len(wrong) > 3 else "")
        raise SequifiError(
            f"{times.count(None)} of {len(times)} groups of {name} are missing"
            f"{f' ({told} damaged)' if wrong else ''}; run: sequifi-lite study run {name}."
        )
    table = pd.concat([pd.read_parquet(path) for _, path in files], ignore_index=True)
    table.insert(0, "cell", [cell.key for group, _ in files for cell in group])
    return table, sum(seconds for seconds in times if seconds is not None)
