"""Measurements that take minutes: what they compare, and the tables they write into ``results/``.

A table holds nothing but what the data, the code and the seeds decide, so that running a study again gives
the same bytes. When, where and how long it ran stands beside it in ``provenance.json``.
"""

from __future__ import annotations

import datetime
import json
import platform
import resource
import subprocess
import time
from contextlib import ExitStack, contextmanager, suppress
from importlib import metadata
from pathlib import Path

import pandas as pd
import torch

from .. import __version__
from ..data.alone import alone
from ..data.files import whole_file, written_to
from ..data.pack import SHIPPED, files_in, load_pack
from ..errors import check_writable, expanded
from .digests import PROVENANCE, sealed
from .registry import IN_ONE_PIECE, STUDIES
from .runner import WORK, collect
from .same_sums import processor


@contextmanager
def writable(out: Path):
    """Before the work: can the results be written into the folder `out`, and does nobody else write there?

    It is held until the block ends. Where the work fails, folders made for it go again.
    """
    out = expanded(out)
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        check_writable(out / "table.csv", "--out")
        with alone(out, "writes results into"):
            yield
    except BaseException:
        with suppress(OSError):  # somebody has put something there meanwhile
            for folder in made:
                folder.rmdir()
        raise


def run(name: str, folder: str | Path, progress=lambda text: None) -> Path:
    """Run a study on one thread and write ``table.csv`` and ``provenance.json`` into ``folder/name``."""
    torch.set_num_threads(1)
    wall, cpu = time.perf_counter(), _cpu()
    with writable(Path(folder) / name):
        return _measured(name, folder, IN_ONE_PIECE[name](progress), wall, cpu)


def _measured(name: str, folder: str | Path, table: pd.DataFrame, wall: float, cpu: float) -> Path:
    """Write what a study in one piece has found since `wall` and `cpu`, seconds of either clock."""
    unit = 2**20 if platform.system() == "Darwin" else 2**10  # macOS counts bytes, Linux KiB
    cost = {
        "wall_minutes": round((time.perf_counter() - wall) / 60, 1),
        "cpu_minutes": round((_cpu() - cpu) / 60, 1),
        "peak_memory_mib": round(max(_usage(who).ru_maxrss for who in _WHO) / unit),
        **table.attrs.get("provenance", {}),  # what only the study itself knows of where its table comes from
    }
    return _write(name, folder, {"table.csv": table.to_csv(index=False).encode()}, cost)


def report(name: str, folder: str | Path, work: Path = WORK) -> Path:
    """Write the tables of a finished study of cells into ``folder/name``, with ``cells.parquet`` and
    ``provenance.json``.
    """
    what = STUDIES[name]
    with writable(Path(folder) / name):
        cells, seconds = collect(name, what.cells(), work)
        tables = what.report(cells)
        files = {"cells.parquet": cells.to_parquet(index=False, compression="zstd")}
        files |= {f"{title}.csv": table.to_csv(index=False).encode() for title, table in tables.items()}
        cost = {"cells": len(cells), "cpu_minutes": round(seconds / 60, 1)}
        return _write(name, folder, files, cost | what.origin())


def _write(name: str, folder: str | Path, files: dict[str, bytes], cost: dict) -> Path:
    out = expanded(folder) / name
    provenance = {
        "study": name,
        "command": f"sequifi-lite study run {name}",
        "sequifi_lite": __version__,
        "commit": _commit(),
        "date": datetime.date.today().isoformat(),
        **cost,
        "machine": f"{platform.system()} {platform.machine()}, 1 thread",
        "processor": processor(),
        "python": platform.python_version(),
        "versions": {p: metadata.version(p) for p in ("torch", "numpy", "pandas", "scikit-learn")},
        "packs": {path.stem: load_pack(path.stem).provenance["sources_sha256"] for path in files_in(SHIPPED)},
    }
    files = {**files, PROVENANCE: (json.dumps(sealed(provenance, files), indent=1) + "\n").encode()}
    with written_to(out, "--out"), ExitStack() as stack:
        for file, content in reversed(
            files.items()
        ):  # all or none; the last to be entered is the first in its place
            stack.enter_context(whole_file(out / file)).write_bytes(content)
    return out


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
_usage = resource.getrusage


def _cpu() -> float:
    """CPU seconds of this process and of those it has waited for."""
    return sum(_usage(who).ru_utime + _usage(who).ru_stime for who in _WHO)


def _commit() -> str:
    """The commit the code stands at, if it is a checkout; with a plus where files differ from it."""
    git = ["git", "-C", str(Path(__file__).parent)]
    try:
        # Installed inside somebody else's repository, this file is not that repository's.
        subprocess.run(
            [*git, "ls-files", "--error-unmatch", Path(__file__).name], capture_output=True, check=True
        )
        head = subprocess.run(
            [*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip()
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--", "."], capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return head + ("+" if changed else "")
