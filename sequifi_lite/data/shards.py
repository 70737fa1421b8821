"""A list of clips of any length through an encoder, into a folder of shards that `datasets` and duckdb read.

A shard is a Parquet file that appears whole or not at all. Whoever is killed does again the shards that were
being made, and nothing else; memory does not grow with the list.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .. import __version__
from ..errors import PackError, check_writable, expanded
from .alone import alone
from .audio import RATE
from .clip_list import NAME, ClipList, Shard, names_of, rows_of
from .files import write_text
from .shard import GROUP, MARK, Job, embed_shard, loaded, mark_of, part

SIZE = 20_000  # clips of a shard: 40 MB of the book's embeddings
PLAN = "plan.json"
LOOK = 1.0  # s between two looks whether workers are there still


@dataclass(frozen=True)
class Made:
    """What came of a run: clips and shards in all, clips without an embedding, and what this run has done."""

    clips: int
    shards: int
    defects: int
    made: int
    cpu: float


def embed_list(
    path: str | Path,
    out: str | Path,
    make: Callable[..., Any],
    arguments: tuple = (),
    *,
    root: str | Path | None = None,
    recorded_as: str | None = None,
    size: int = SIZE,
    pool: Any = None,
    workers: int = 1,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> Made:
    """Embed all clips of a list into a folder of shards; a killed run goes on where it stopped.

    Parameters
    ----------
    path : Parquet file or folder of a `ClipList`
    out : folder for ``part-000000.parquet`` and so on: the list's columns without its sound; the row in the
        list, seconds, sha256 of the sound's bytes; ``defect``, which says why a clip has no embedding; and
        ``embedding``, float16. ``plan.json`` beside them says how they are made.
    make, arguments
        ``make(*arguments)`` loads the encoder, as `load_encoder` does.
    root : folder that names of clips start from; by default that of the list
    recorded_as : name of the encoder in the plan, where it was loaded from a copy
    size : clips of a shard
    pool : executor of processes or of a Dask cluster, with so many `workers`; by default this process works
    told : f(clips done, clips in all)

    Raises
    ------
    CorpusError
        If the list cannot be used.
    PackError
        If the folder holds what another list or other settings gave.
    AudioError
        If not one clip of a shard can be read.
    PlaceError
        If it cannot be written there.
    """
    clips, out = ClipList(path), expanded(out)
    check_writable(out / PLAN, "--to", keep=False)
    clips.refuse_twice()
    place = expanded(root) if root is not None else clips.path.parent
    settings = _settings(clips, size, loaded(make, arguments), recorded_as)
    job = Job(make, arguments, clips.schema, place.resolve(), out.resolve(), settings)
    try:
        with alone(out, "embeds into"):
            try:
                _plan(job)
                return _all(job, list(clips.shards(size)), pool, workers, told)
            except BaseException:
                if not any(out.glob("*.parquet")):  # nothing has come of it
                    (out / PLAN).unlink(missing_ok=True)
                raise
    finally:
        with suppress(OSError):
            out.rmdir()  # where nothing is in it


def _settings(
    clips: ClipList, size: int, encoder: tuple[Any, str], recorded_as: str | None
) -> dict[str, Any]:
    """Put together what the numbers of shards depend on."""
    (made, weights), origin = encoder, getattr(encoder[0].network, "made_from", None)
    name = recorded_as or (
        origin["source"] if origin else made.name
    )  # one of eight bits has that of its model
    return {
        "list_sha256": clips.sha256,
        "clips": clips.rows,
        "size": size,
        "rate": RATE,
        "encoder": name,
        "layer": made.layer,
        "pooling": made.pooling,
        "dim": made.dim,
        "dtype": "float16",
        "weights_sha256": weights,
    }


def _all(job: Job, shards: list[Shard], pool: Any, workers: int, told: Callable[[int, int], None]) -> Made:
    """Make the shards that are missing, and count what is there."""
    clips, cpu = job.settings["clips"], 0.0
    missing = [shard for shard in shards if not job.done(shard)]
    done = clips - sum(shard.rows for shard in missing)
    told(done, clips)
    for shard, seconds in _made(job, missing, pool, workers):
        done, cpu = done + shard.rows, cpu + seconds
        told(done, clips)
    defects = sum(without_embedding(job.file(shard)) for shard in shards)
    return Made(clips, len(shards), defects, len(missing), cpu)


def _plan(job: Job) -> None:
    """Write the plan, or compare it with the one that is there."""
    path = job.out / PLAN
    if path.is_file():
        try:
            before = json.loads(path.read_bytes()).get("settings")
        except (ValueError, AttributeError):
            before = None
        if before != job.settings:
            other = [key for key, value in job.settings.items() if (before or {}).get(key) != value]
            raise PackError(
                f"{job.out} holds what another list or other settings gave ({', '.join(other)} differ);"
                " choose another folder with --to, or remove this one."
            )
        return
    if strangers := sorted(entry.name for entry in job.out.glob("*.parquet")):
        raise PackError(
            f"{job.out} holds files of something else ({strangers[0]}); choose another folder with --to."
        )
    versions = {"sequifi_lite": __version__, "python": platform.python_version(), "pyarrow": pa.__version__}
    write_text(path, json.dumps({"settings": job.settings, "versions": versions}, indent=1) + "\n")


def _made(job: Job, missing: list[Shard], pool: Any, workers: int) -> Iterator[tuple[Shard, float]]:
    """Make shards, here or by a pool, and give each as it is finished with its CPU seconds."""
    if pool is None:
        for shard in missing:
            yield shard, embed_shard(job, shard)
        return
    waiting, running, check = iter(missing), {}, getattr(pool, "check", lambda: None)
    while True:
        while len(running) <= workers and (shard := next(waiting, None)):
            future: Future = pool.submit(embed_shard, job, shard)
            running[future] = shard
        if not running:
            return
        while not (ended := wait(running, timeout=LOOK, return_when=FIRST_COMPLETED).done):
            check()
        for future in ended:
            yield running.pop(future), future.result()


def without_embedding(file: Path) -> int:
    """Count a shard's clips without an embedding, by its footer."""
    footer = pq.read_metadata(file)
    at = footer.num_columns - 1  # the embedding stands last
    groups = (footer.row_group(i).column(at).statistics for i in range(footer.num_row_groups))
    return sum(statistics.null_count for statistics in groups)


def check_shards(path: str | Path, out: str | Path) -> Made:
    """Read all that `embed_list` has made of a list: every page by its checksum, every name by the list.

    Raises
    ------
    CorpusError
        If the list cannot be read.
    PackError
        If a shard is missing, damaged or of something else, so that a clip is there twice or not at all.
    """
    clips, out = ClipList(path), expanded(out)
    try:
        settings = json.loads((out / PLAN).read_bytes())["settings"]
        size = settings["size"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise PackError(
            f"{out} holds nothing that `sequifi-lite embed-list` has made: it has no whole {PLAN}; name the"
            " folder with --to."
        ) from error
    if settings.get("list_sha256") != clips.sha256:
        raise PackError(
            f"{out} was made of another list than {clips.path} is now; name the one it was made of."
        )
    shards, defects = list(clips.shards(size)), 0
    for shard in shards:
        defects += _checked(out, shard, clips.needs, mark_of(settings, shard))
    if strangers := sorted(
        {file.name for file in out.glob("*.parquet")} - {part(out, s).name for s in shards}
    ):
        raise PackError(f"{out} holds {strangers[0]}, which is no shard of this list; take it out.")
    return Made(clips.rows, len(shards), defects, 0, 0.0)


def _checked(out: Path, shard: Shard, needs: list[str], mark: bytes) -> int:
    """Compare a shard with its rows of the list; the clips without an embedding."""
    file, defects, row = part(out, shard), 0, shard.row
    held: list[str] = []
    rows: list[int] = []
    again = "run `sequifi-lite embed-list` again"
    if not file.is_file():
        raise PackError(f"{file} is missing: rows {row:,} to {row + shard.rows - 1:,} of the list; {again}.")
    try:
        with pq.ParquetFile(file, page_checksum_verification=True) as opened:
            for batch in opened.iter_batches(GROUP):  # all columns: a page of any may be damaged
                held += batch.column(NAME).to_pylist()
                rows += batch.column("row").to_pylist()
                defects += batch.column("embedding").null_count
            right = (opened.schema_arrow.metadata or {}).get(MARK) == mark
    except (OSError, pa.ArrowException, KeyError) as error:
        raise PackError(f"{file} is damaged; remove it and {again}.") from error
    names = [name for batch in rows_of(shard, needs, GROUP) for name in names_of(batch).to_pylist()]
    if not right or rows != list(range(row, row + shard.rows)) or held != names:
        raise PackError(f"{file} does not hold the rows of the list that it should; remove it and {again}.")
    return defects
