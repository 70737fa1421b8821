"""A corpus through an encoder, clip by clip, into a file of embeddings.

A killed run goes on where it stopped.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import platform
import shutil
import time
import zipfile
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
from .files import sha256, whole_file, write_text
from .pack import SAME, write_pack

BATCH_SECONDS = 12  # audio per batch: four clips of three seconds are where one core is fastest
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
        Name of the encoder in the provenance, where it was loaded from a local copy of a hub model.
    progress : bool
        Show a progress bar.
    licence : str
        Terms of a corpus of your own; those of the published corpora are known.

    Raises
    ------
    AudioError
        If a clip cannot be read or is shorter than 25 ms. Finished blocks are kept.
    PackError, PlaceError
        If the result cannot be written, before anything is computed.
    """
    out = Path(out)
    check_writable(out, "--out")
    if table.empty:
        raise PackError(f"There is no clip to embed for {out}; check the folder with `sequifi-lite scan`.")
    batches = plan_batches(table["duration"].to_numpy())
    provenance = _make_provenance(table, encoder, recorded_as or encoder.name, licence)
    settings = {k: provenance[k] for k in (*SAME, "weights_sha256", "rate")}
    states = [os.stat(path) for path in table["path"]]
    signature = {**settings, "versions": provenance["versions"], "files": list(table["file"])}
    signature["states"] = [
        [state.st_size, state.st_mtime_ns] for state in states
    ]  # a clip replaced meanwhile is embedded anew
    part = out.with_name(out.name + ".part")
    _open_part(part, signature)
    lock = FileLock(part / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise PackError(
            f"{out} is being written by another run; wait for it, or choose another --out."
        ) from error
    try:
        clips, embeddings = _embed_blocks(table, encoder, batches, part, progress)
    finally:
        lock.release()
    provenance["sources_sha256"] = hashlib.sha256("\n".join(clips["sha256"]).encode()).hexdigest()
    write_pack(out, clips, embeddings, provenance)
    shutil.rmtree(part)
    return out


def _embed_blocks(table: pd.DataFrame, encoder, batches: list[np.ndarray], part: Path, progress: bool):
    """Compute the clip table with checksums, and embeddings.

    Blocks that an earlier run has finished are read, not computed.
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
            kept = part / f"{number:04d}.npz"
            done = _read_block(kept)
            if done is None:
                vectors, sums = zip(*(_embed_batch(table.iloc[batch], encoder) for batch in block))
                with whole_file(kept) as partial, open(partial, "wb") as file:
                    np.savez(file, embeddings=np.concatenate(vectors), sha256=np.concatenate(sums))
                done = _read_block(kept)
            embeddings[rows], digests[rows] = done
            bar.update(round(float(duration[rows].sum())))
    return table.drop(columns="path").assign(sha256=digests.astype(str)).reset_index(drop=True), embeddings


def _read_block(path: Path) -> tuple[np.ndarray, np.ndarray] | None:
    """A finished block; None if there is none, or a damaged one."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return file["embeddings"], file["sha256"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


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


def _open_part(part: Path, signature: dict) -> None:
    """Keep blocks of an earlier run with the same settings and files; drop those of any other."""
    plan = part / "plan.json"
    # A run that was killed with its very first step leaves a piece of a plan.
    foreign = part.exists() and not (
        part.is_dir() and all(path.match(f"{plan.name}.*.partial") for path in part.iterdir())
    )
    if foreign and not plan.is_file():
        raise PackError(
            f"{part} is in the way and was not made by `sequifi-lite embed`; move it, or choose another"
            " --out."
        )
    try:
        if json.loads(plan.read_text()) == signature:
            return
    except (OSError, ValueError):
        pass  # no plan yet, or half a one: nothing to go on from
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    write_text(plan, json.dumps(signature))


def _make_provenance(table: pd.DataFrame, encoder, recorded_as: str, licence: str) -> dict:
    weights = hashlib.sha256()
    for key, tensor in sorted(encoder.network.state_dict().items()):
        weights.update(key.encode() + tensor.numpy().tobytes())
    name = table["corpus"].iloc[0]
    corpus = CORPORA.get(name)
    facts = (corpus.LICENCE, corpus.HOME, corpus.CITATION) if corpus else (licence, "", "")
    versions = {
        p: metadata.version(p)
        for p in ("torch", "torchaudio", "transformers", "numpy", "soundfile", "pyarrow")
    }
    settings = f"--encoder {recorded_as} --layer {encoder.layer} --pooling {encoder.pooling}"
    return {
        "corpus": name,
        "clips": len(table),
        "encoder": recorded_as,
        "layer": encoder.layer,
        "pooling": encoder.pooling,
        "dim": encoder.dim,
        "dtype": "float16",
        "rate": RATE,
        "weights_sha256": weights.hexdigest(),
        "licence": facts[0],
        "home": facts[1],
        "citation": facts[2],
        "versions": {"sequifi_lite": __version__, "python": platform.python_version(), **versions},
        "date": datetime.date.today().isoformat(),
        "command": f"sequifi-lite embed FOLDER --corpus {name} {settings}",
    }
