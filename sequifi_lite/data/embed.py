"""A corpus through an encoder, clip by clip, into a file of embeddings.

A killed run goes on where it stopped.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import io
import json
import os
import platform
import re
import time
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
from filelock import FileLock, Timeout
from tqdm.auto import tqdm

from .. import __version__
from ..errors import AudioError, PackError, check_writable
from .audio import RATE, read_audio
from .corpora import CORPORA
from .files import sha256, whole_file, write_text, written_to
from .pack_file import SAME, write_pack
from .progress import remark
from .torchaudio_loads import torchaudio_loads

BATCH_SECONDS = 12  # audio per batch: four clips of three seconds are where one core is fastest
WEIGHTS = ("weights_sha256", "int8_weights_sha256")
BLOCK_BATCHES = 32  # batches per file of intermediate results: what a kill may cost, about 10 s of work


def embed_corpus(
    table: pd.DataFrame,
    encoder,
    out: str | Path,
    recorded_as: str | None = None,
    progress: bool = False,
    licence: str = "not stated",
) -> Path:
    """Embed every clip of a corpus and write the result; a killed run goes on where it stopped.

    Parameters
    ----------
    table : DataFrame
        `sequifi_lite.data.corpora.scan.scan(...).table`: the clip table with a column ``path``.
    encoder : sequifi_lite.data.encoders.pooling.Encoder
    out : path
        The Parquet file to write. Beside it, ``<out>.part`` keeps finished blocks until the end.
    recorded_as : str, optional
        Name of the encoder in the provenance, where it was loaded from a local copy of a hub model. One with
        weights of eight bits has the name of the encoder that it was made of.
    progress : bool
        Show a progress bar.
    licence : str
        Terms of a corpus of your own; those of the published corpora are known.

    Raises
    ------
    AudioError
        If a clip cannot be read or is shorter than 25 ms. Finished blocks are kept.
    PackError, PlaceError
        If the result cannot be written, or another run is at it: before anything is computed. If the disk is
        full: finished blocks are kept, and the same call goes on.
    """
    out = check_writable(out, "--out")
    if table.empty:
        raise PackError(f"There is no clip to embed for {out}; check the folder with `sequifi-lite scan`.")
    batches = plan_batches(table["duration"].to_numpy())
    provenance = _make_provenance(table, encoder, recorded_as, licence)
    settings = {k: provenance.get(k) for k in (*SAME, *WEIGHTS, "rate")}
    states = [os.stat(path) for path in table["path"]]
    signature = {**settings, "versions": provenance["versions"], "files": list(table["file"])}
    signature["states"] = [
        [state.st_size, state.st_mtime_ns] for state in states
    ]  # a clip replaced meanwhile is embedded anew
    part = out.with_name(out.name + ".part")
    with _alone(part, out):
        with written_to(out.parent, "--out"):
            _open_part(part, signature, progress)
        mark = hashlib.sha256(json.dumps(signature).encode()).digest()
        clips, embeddings = _embed_blocks(table, encoder, batches, part, mark, progress)
        provenance["sources_sha256"] = hashlib.sha256("\n".join(clips["sha256"]).encode()).hexdigest()
        write_pack(out, clips, embeddings, provenance)
        _clear(part)
        # While the lock is held: whoever waits for this one starts anew (filelock looks whether it is there).
        with contextlib.suppress(OSError):
            (part / LOCK).unlink()
            part.rmdir()
    return out


def _embed_blocks(
    table: pd.DataFrame, encoder, batches: list[np.ndarray], part: Path, mark: bytes, progress: bool
):
    """Compute the clip table with checksums, and embeddings.

    Blocks that an earlier run has finished are read, not computed. Each is signed with `mark`, the signature
    of the run.
    """
    blocks = [batches[i : i + BLOCK_BATCHES] for i in range(0, len(batches), BLOCK_BATCHES)]
    duration = table["duration"].to_numpy()
    embeddings = np.empty((len(table), encoder.dim), dtype=np.float32)
    digests = np.empty(len(table), dtype=object)
    with tqdm(
        total=round(float(duration.sum())), unit="s", desc=table["corpus"].iloc[0], disable=not progress
    ) as bar:
        for number, block in enumerate(blocks):
            rows = np.concatenate(block)
            path = part / f"{number:04d}.npz"
            done = _read_block(path, mark, len(rows), encoder.dim)
            if done is None:
                if path.exists():
                    remark(f"{path} is damaged or of another run; its clips are embedded anew.", progress)
                vectors, sums = zip(*(_embed_batch(table.iloc[batch], encoder) for batch in block))
                done = np.concatenate(vectors), np.concatenate(sums)
                with written_to(path.parent, "--out"):
                    _write_block(path, mark, *done)
            embeddings[rows], digests[rows] = done
            bar.update(round(float(duration[rows].sum())))
    return table.drop(columns="path").assign(sha256=digests.astype(str)).reset_index(drop=True), embeddings


def _write_block(path: Path, mark: bytes, embeddings: np.ndarray, sums: np.ndarray) -> None:
    with io.BytesIO() as arrays:
        np.savez(arrays, embeddings=embeddings, sha256=sums)
        data = arrays.getvalue()
    with whole_file(path) as partial:
        partial.write_bytes(_block_sum(path, mark, data) + data)


def _read_block(path: Path, mark: bytes, rows: int, dim: int) -> tuple[np.ndarray, np.ndarray] | None:
    """A finished block; None if there is none, a damaged one, or one of another run or place."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if data[:32] != _block_sum(path, mark, data[32:]):
        return None
    with np.load(io.BytesIO(data[32:]), allow_pickle=False) as block:
        embeddings, sums = block["embeddings"], block["sha256"]
    return (embeddings, sums) if embeddings.shape == (rows, dim) and sums.shape == (rows,) else None


def _block_sum(path: Path, mark: bytes, data: bytes) -> bytes:
    """Sign a block: the run's signature, the block's name, and all that is in it."""
    return hashlib.sha256(mark + path.name.encode() + data).digest()


def benchmark(table: pd.DataFrame, encoder, clips: int = 64) -> dict:
    """Measure CPU seconds per second of audio, and the share of this machine's speed that is reached.

    Returns
    -------
    dict
        ``audio_s``, ``cpu_s`` (reading and features included), ``rtf`` = cpu_s / audio_s, ``gflop`` counted
        by PyTorch in the network alone, ``gflop_per_s``, ``limit_gflop_per_s`` (float32 matrix product at the
        width of the encoder's feed-forward layer), ``share`` of that limit.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    sample = table.iloc[np.linspace(0, len(table) - 1, min(clips, len(table))).astype(int)]
    batches = plan_batches(sample["duration"].to_numpy())
    _embed_batch(sample.iloc[batches[0]], encoder)  # warm up
    start = time.process_time()
    for batch in batches:
        _embed_batch(sample.iloc[batch], encoder)
    cpu = time.process_time() - start
    waveforms = [[read_audio(path) for path in sample["path"].iloc[batch]] for batch in batches]
    with FlopCounterMode(display=False) as counter:
        for batch in waveforms:
            encoder.embed(batch)
    width, frames = encoder.network.width, int(50 * BATCH_SECONDS)
    a, b = torch.randn(frames, width), torch.randn(width, 4 * width)
    a @ b
    start = time.process_time()
    for _ in range(20):
        a @ b
    limit = 20 * 2 * frames * width * 4 * width / (time.process_time() - start) / 1e9
    audio, gflop = sum(len(w) for batch in waveforms for w in batch) / RATE, counter.get_total_flops() / 1e9
    return {
        "clips": len(sample),
        "audio_s": audio,
        "cpu_s": cpu,
        "rtf": cpu / audio,
        "gflop": gflop,
        "gflop_per_s": gflop / cpu,
        "limit_gflop_per_s": limit,
        "share": gflop / cpu / limit,
    }


def plan_batches(seconds: np.ndarray) -> list[np.ndarray]:
    """Put clips of like length together, at most `BATCH_SECONDS` of padded audio; gives row numbers.

    Fixed by the lengths alone.
    """
    batches: list[list[int]] = [[]]
    for row in np.argsort(seconds, kind="stable"):
        if batches[-1] and (len(batches[-1]) + 1) * seconds[row] > BATCH_SECONDS:
            batches.append([])
        batches[-1].append(int(row))
    return [np.array(batch) for batch in batches]


def _embed_batch(rows: pd.DataFrame, encoder) -> tuple[np.ndarray, np.ndarray]:
    waveforms = [read_audio(path) for path in rows["path"]]
    for path, waveform in zip(rows["path"], waveforms):
        if len(waveform) < 400:
            raise AudioError(
                f"{path} lasts {len(waveform) / RATE:.3f} s, less than one 25 ms window; remove the file or"
                " get it again."
            )
    from .encoders.pooling import check_half

    vectors = encoder.embed(waveforms)
    check_half(encoder, vectors)
    return vectors, np.array([sha256(path) for path in rows["path"]])


LOCK, PLAN = "lock", "plan.json"


def _is_ours(path: Path) -> bool:
    """Tell whether a file in the folder of blocks is one that a run makes there."""
    name = re.sub(r"(\.[0-9a-f]{8}-[0-9a-f]{8})?\.\d+\.partial", "", path.name)
    return name in (LOCK, PLAN) or bool(re.fullmatch(r"\d{4,}\.npz", name))


@contextlib.contextmanager
def _alone(part: Path, out: Path):
    """Hold the lock of the folder of blocks, made if missing; nothing in it is changed before that."""
    if part.exists() and not (
        part.is_dir() and ((part / PLAN).is_file() or all(map(_is_ours, part.iterdir())))
    ):
        raise PackError(
            f"{part} is in the way and was not made by `sequifi-lite embed`; move it, or choose another"
            " --out."
        )
    lock = FileLock(part / LOCK)
    busy = f"{out} is being written by another run; wait for it, or choose another --out."
    with written_to(out.parent, "--out"):
        while not lock.is_locked:
            part.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire(timeout=0)
            except FileNotFoundError:
                continue  # another run has ended just now and taken its folder away
            except Timeout as error:
                raise PackError(busy) from error
    try:
        yield
    finally:
        lock.release()


def _open_part(part: Path, signature: dict, progress: bool) -> None:
    """Keep blocks of an earlier run with the same settings and files; drop those of any other."""
    plan = part / PLAN
    with contextlib.suppress(FileNotFoundError):
        try:
            if json.loads(plan.read_bytes()) == signature:
                return
            remark(f"{part} holds what other settings or other clips gave; it is begun anew.", progress)
        except ValueError:
            remark(f"{plan} is damaged; all clips are embedded anew.", progress)
    _clear(part)
    write_text(plan, json.dumps(signature))


def _clear(part: Path) -> None:
    """Remove what a run has made in its folder of blocks, but for its lock; what is not ours stays."""
    for path in part.iterdir():
        if _is_ours(path) and path.name != LOCK:
            path.unlink()


def _version(package: str) -> str:
    """Version of a package; of a torchaudio that nothing was done with, that it is so."""
    if package == "torchaudio" and not torchaudio_loads():
        return "does not load"
    return metadata.version(package)


def _make_provenance(table: pd.DataFrame, encoder, recorded_as: str | None, licence: str) -> dict:
    made_from = getattr(encoder.network, "made_from", None)
    # Embeddings of both kinds of weights may be compared, so the encoder on record is the same; so are the
    # weights, under names of their own.
    name_of_weights = WEIGHTS[made_from is not None]
    recorded_as = recorded_as or (made_from["source"] if made_from else encoder.name)
    weights = hashlib.sha256()
    for key, tensor in sorted(encoder.network.state_dict().items()):
        weights.update(key.encode() + tensor.numpy().tobytes())
    name = table["corpus"].iloc[0]
    corpus = CORPORA.get(name)
    facts = (corpus.LICENCE, corpus.HOME, corpus.CITATION) if corpus else (licence, "", "")
    versions = {
        p: _version(p) for p in ("torch", "torchaudio", "transformers", "numpy", "soundfile", "pyarrow")
    }
    asked = encoder.name if made_from else recorded_as
    settings = f"--encoder {asked} --layer {encoder.layer} --pooling {encoder.pooling}"
    return {
        "corpus": name,
        "clips": len(table),
        "encoder": recorded_as,
        "layer": encoder.layer,
        "pooling": encoder.pooling,
        "dim": encoder.dim,
        "dtype": "float16",
        "rate": RATE,
        name_of_weights: weights.hexdigest(),
        "licence": facts[0],
        "home": facts[1],
        "citation": facts[2],
        "versions": {"sequifi_lite": __version__, "python": platform.python_version(), **versions},
        "date": datetime.date.today().isoformat(),
        "command": f"sequifi-lite embed FOLDER --corpus {name} {settings}",
    }
