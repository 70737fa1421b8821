"""A shard of a list of clips: what makes it, on whatever machine, and how it is told to be whole."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import AudioError, PackError
from .audio import RATE, read_audio
from .clip_list import NAME, SOUND, Shard, names_of, rows_of, sounds_of
from .embed import plan_batches
from .encoders.like import sum_of_weights
from .encoders.pooling import SHORTEST, check_half
from .files import sha256, whole_file, written_to

READ = 128  # clips decoded together: half a minute each is 250 MB
GROUP = 4_096  # rows of a row group that is written: 8 MB of the book's embeddings
MARK = b"sequifi_lite_shard"
ADDED = ("row", "duration", "sha256", "defect", "embedding")
MEMORY = "/dev/shm"  # where a clip's bytes are laid for the decoder, if there is such a place


def part(out: Path, shard: Shard) -> Path:
    """Name the file of a shard."""
    return out / f"part-{shard.number:06d}.parquet"


def mark_of(settings: dict[str, Any], shard: Shard) -> bytes:
    """Sum up what a finished shard has to be; it stands in the footer, which is written last."""
    told = [settings, shard.number, shard.first, shard.rows, shard.row]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest().encode()


@dataclass(frozen=True)
class Job:
    """What embeds a list, wherever that is done: it is pickled for every shard.

    Attributes
    ----------
    make, arguments
        ``make(*arguments)`` loads the encoder; done once by every process.
    schema : Schema of the list
    root : Path, the folder that names of clips start from
    out : Path, the folder of shards
    settings : dict
        What a shard's numbers depend on; the mark of each shard is a sum over it.
    """

    make: Callable[..., Any]
    arguments: tuple
    schema: pa.Schema
    root: Path
    out: Path
    settings: dict[str, Any]

    def file(self, shard: Shard) -> Path:
        return part(self.out, shard)

    def mark(self, shard: Shard) -> bytes:
        return mark_of(self.settings, shard)

    def done(self, shard: Shard) -> bool:
        """Tell whether a shard is there, by its footer: it has been written behind all the rest."""
        try:
            footer = pq.read_metadata(self.file(shard))
        except (OSError, pa.ArrowException):
            return False
        return footer.num_rows == shard.rows and (footer.metadata or {}).get(MARK) == self.mark(shard)

    @cached_property
    def columns(self) -> list[str]:
        """Columns of the list that are handed on."""
        return [name for name in self.schema.names if name not in (NAME, SOUND, *ADDED)]


@lru_cache(1)
def loaded(make: Callable[..., Any], arguments: tuple) -> tuple[Any, str]:
    """Load the encoder of a process, with the sum of its weights."""
    import torch

    torch.set_num_threads(1)
    encoder = make(*arguments)
    return encoder, sum_of_weights(encoder.network)


def embed_shard(job: Job, shard: Shard) -> float:
    """Embed the clips of a shard and write it; the CPU seconds that took.

    Raises
    ------
    AudioError
        If not one of its clips can be read: then the folder is at fault, and not the clips.
    """
    begun, (encoder, weights) = time.process_time(), loaded(job.make, job.arguments)
    if weights != job.settings["weights_sha256"]:
        raise PackError(
            f"A worker on {platform.node()} has other weights of {encoder.name}; bring all machines to the"
            " same."
        )
    out, readable = job.file(shard), 0
    with (
        written_to(out.parent, "--to"),
        whole_file(out) as partial,
        tempfile.TemporaryDirectory(dir=MEMORY if os.path.isdir(MEMORY) else None) as folder,
        _writer(partial, job, shard) as writer,
    ):
        held: list[pa.Table] = []
        for table in _tables(job, shard, encoder, Path(folder, "clip")):
            readable += len(table) - table["embedding"].null_count
            held.append(table)
            if sum(map(len, held)) >= GROUP:
                writer.write_table(pa.concat_tables(held))
                held = []
        if held:
            writer.write_table(pa.concat_tables(held))
        if not readable:
            raise AudioError(
                f"Not one of the {shard.rows:,} clips from row {shard.row:,} on can be read (the last:"
                f" {table['defect'][-1].as_py().rstrip('.')}); say with --root where the names of clips"
                " start."
            )
    return time.process_time() - begun


def _writer(path: Path, job: Job, shard: Shard) -> pq.ParquetWriter:
    kind = pa.list_(pa.float16(), job.settings["dim"])
    added = [(NAME, pa.string()), ("row", pa.int64()), ("duration", pa.float32()), ("sha256", pa.string())]
    fields = [job.schema.field(name) for name in job.columns]
    fields += [pa.field(*one) for one in (*added, ("defect", pa.string()), ("embedding", kind))]
    schema = pa.schema(fields, metadata={MARK: job.mark(shard)})
    # Of the encodings that make a pack small, duckdb reads none for float16; dictionaries serve words alone.
    words = [name for name in schema.names if name not in ("embedding", "row", "duration", "sha256", NAME)]
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        use_dictionary=words,  # pyright: ignore[reportArgumentType]  (its stub has bool alone)
        write_page_checksum=True,
    )


def _tables(job: Job, shard: Shard, encoder: Any, clip: Path) -> Iterator[pa.Table]:
    """Embed a shard's clips, some at a time; `clip` is a path for the sound of one."""
    kind, row, dim = pa.list_(pa.float16(), encoder.dim), shard.row, encoder.dim
    for batch in rows_of(shard, job.schema.names, READ):
        names, sounds = names_of(batch).to_pylist(), sounds_of(batch)
        heard = [_heard(name, sound, job.root, clip) for name, sound in zip(names, sounds, strict=True)]
        waves = [one.wave for one in heard]
        there = np.array([wave is not None for wave in waves])
        vectors = np.zeros((len(heard), dim), np.float16)
        vectors[there] = _embedded([wave for wave in waves if wave is not None], encoder)
        values = pa.FixedSizeListArray.from_arrays(
            pa.array(vectors.reshape(-1)), type=kind, mask=pa.array(~there)
        )
        own = batch.column("defect").to_pylist() if "defect" in batch.schema.names else [""] * len(heard)
        columns = {name: batch.column(name) for name in job.columns}
        columns |= {
            NAME: pa.array(names, pa.string()),
            "row": pa.array(range(row, row + len(heard)), pa.int64()),
            "duration": pa.array([one.seconds for one in heard], pa.float32()),
            "sha256": pa.array([one.sha256 for one in heard], pa.string()),
            "defect": pa.array(
                [one.defect or told for one, told in zip(heard, own, strict=True)], pa.string()
            ),
            "embedding": values,
        }
        row += len(heard)
        yield pa.table(columns)


@dataclass(frozen=True)
class _Heard:
    """A clip: its waveform, or None and the sentence that says why."""

    wave: np.ndarray | None
    seconds: float | None
    sha256: str | None
    defect: str = ""


def _heard(name: str, sound: bytes | None, root: Path, clip: Path) -> _Heard:
    path, digest = root / name, None
    try:
        if sound is not None:
            path = clip
            path.write_bytes(sound)
        wave = read_audio(path)
        digest = hashlib.sha256(sound).hexdigest() if sound is not None else sha256(path)
    except AudioError as error:
        return _Heard(None, None, digest, str(error).replace(str(path), name))
    if len(wave) < SHORTEST:
        return _Heard(None, len(wave) / RATE, digest, f"{name} is shorter than one window of 25 ms.")
    return _Heard(wave, len(wave) / RATE, digest)


def _embedded(waves: list[np.ndarray], encoder: Any) -> np.ndarray:
    """Embed clips (n, dim), those of like length together."""
    vectors = np.zeros((len(waves), encoder.dim), np.float32)
    for rows in plan_batches(np.array([len(wave) / RATE for wave in waves])) if waves else ():
        vectors[rows] = encoder.embed([waves[row] for row in rows])
    check_half(encoder, vectors)
    return vectors.astype(np.float16)
