"""Embeddings of whole corpora, computed once: making them, keeping them with their provenance, loading them.

One Parquet file holds one corpus: the clip table, the source file's sha256, and the embedding of every clip as float16. Its
schema metadata carries the provenance as JSON, the licence included. Nothing in it is pickled.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import platform
import re
import shutil
import time
import zipfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import platformdirs
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout
from tqdm.auto import tqdm

from . import __version__
from .audio import RATE, read_audio
from .corpora import COLUMNS, CORPORA
from .corpora.folder import check_name
from .errors import AudioError, CorpusMissing, PackError, check_writable

SHIPPED = Path(__file__).parent / "packs"
BATCH_SECONDS = 12  # audio per batch: four clips of three seconds are where one core is fastest
BLOCK_BATCHES = 32  # batches per file of intermediate results: what a kill may cost, about 10 s of work
KEY = b"sequifi_lite"
SAME = ("encoder", "layer", "pooling", "dim")  # what must agree before two corpora may be compared


@dataclass(frozen=True)
class Pack:
    """One corpus as embeddings.

    Attributes
    ----------
    clips : DataFrame
        One row per published clip, defects included (column ``defect``).
    embeddings : ndarray of float16, shape (clips, dim)
        In the same row order.
    provenance : dict
        Encoder, layer, pooling, versions, licence, checksum of the sources, date, command.
    """

    clips: pd.DataFrame
    embeddings: np.ndarray
    provenance: dict


def user_folder() -> Path:
    """Where packs made by the reader live: the folder that the variable SEQUIFI_LITE_PACKS names, else one for data of yours."""
    if os.environ.get("SEQUIFI_LITE_PACKS"):
        return Path(os.environ["SEQUIFI_LITE_PACKS"])
    return Path(platformdirs.user_data_dir("sequifi_lite", appauthor=False)) / "packs"


def packs() -> pd.DataFrame:
    """What `load_pack` can load: one row per corpus with its number of clips, encoder, layer, licence and file.

    The six published corpora come first, and behind them those of the reader.
    """
    rows = []
    own = sorted(path.stem for path in user_folder().glob("*.parquet") if path.stem not in CORPORA)
    for name in (*CORPORA, *own):
        path = _find(name)
        if path is None:
            rows.append({"corpus": name, "clips": 0, "file": None})
            continue
        try:
            kept = _provenance(path, _schema(path))
        except PackError:
            rows.append({"corpus": name, "clips": 0, "file": f"damaged: {path}"})
            continue
        rows.append(
            {"corpus": name, "clips": kept["clips"], **{k: kept[k] for k in (*SAME, "licence", "date")}, "file": str(path)}
        )
    columns = ["corpus", "clips", *SAME, "licence", "date", "file"]
    return pd.DataFrame(rows, columns=columns).set_index("corpus").astype({"layer": "Int64", "dim": "Int64"})


def load_pack(name: str) -> Pack:
    """Load the embeddings of a corpus: the reader's own if made, else those shipped with the package.

    Raises
    ------
    CorpusMissing
        If there are none; the message names the command that makes them.
    PackError
        If the file is damaged.
    """
    path = _find(name)
    if path is None and name not in CORPORA:
        raise CorpusMissing(
            f"There is no corpus {name!r}; choose one of {', '.join(packs().index)}, or make {name} of your own recordings with "
            "`sequifi-lite embed` and `sequifi-lite pack` (notebook 23)."
        )
    if path is None:
        raise CorpusMissing(
            f"No embeddings of {name} are at hand; make them from your copy of the corpus with "
            f"`sequifi-lite embed FOLDER --corpus {name}` and then `sequifi-lite pack {name}.parquet`."
        )
    return read_pack(path)


def own_clips(name: str) -> pd.DataFrame | None:
    """The clip table of a reader's corpus without its embeddings; None if there is no such corpus."""
    path = _find(name)
    if path is None:
        return None
    columns = [column for column in _schema(path).names if column != "embedding"]
    return pq.read_table(path, columns=columns).to_pandas()


def read_pack(path: str | Path) -> Pack:
    """Read and check one file of embeddings (see `load_pack`)."""
    path = Path(path)
    try:
        table = pq.read_table(path)
    except FileNotFoundError as error:
        raise PackError(f"{path} does not exist; make it with `sequifi-lite embed`.") from error
    except (pa.ArrowException, OSError) as error:
        raise PackError(f"{path} is not a readable file of embeddings; make it again with `sequifi-lite embed`.") from error
    provenance = _provenance(path, table.schema)
    kind = pa.list_(pa.float16(), provenance["dim"])
    whole = {*COLUMNS, "sha256"} <= set(table.schema.names) and table.schema.field("embedding").type == kind
    clips = table.drop_columns(["embedding"]).to_pandas()
    if not (whole and len(clips) == provenance["clips"] > 0 and set(clips["corpus"]) == {provenance["corpus"]}):
        raise PackError(f"{path} does not hold what its header says; make it again with `sequifi-lite embed`.")
    embeddings = table["embedding"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    embeddings = embeddings.reshape(-1, provenance["dim"])
    _check_finite(embeddings, clips["file"], path)
    return Pack(clips, embeddings, provenance)


def write_pack(path: str | Path, clips: pd.DataFrame, embeddings: np.ndarray, provenance: dict) -> None:
    """Write one corpus; the file appears complete or not at all.

    Parameters
    ----------
    clips : DataFrame, n rows
    embeddings : ndarray, shape (n, dim)
        Stored as float16.

    Raises
    ------
    PackError
        If the row numbers differ or a value is not finite as float16.
    """
    path = Path(path)
    if len(clips) != len(embeddings):
        raise PackError(
            f"{path}: {len(clips)} clips but {len(embeddings)} embeddings; make the file again with `sequifi-lite embed`."
        )
    with np.errstate(over="ignore"):
        embeddings = np.ascontiguousarray(embeddings, dtype=np.float16)
    _check_finite(embeddings, clips["file"], path)
    column = pa.FixedSizeListArray.from_arrays(pa.array(embeddings.reshape(-1)), embeddings.shape[1])
    table = pa.Table.from_pandas(clips, preserve_index=False).append_column("embedding", column)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), KEY: json.dumps(provenance).encode()})
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    try:
        # The two bytes of a float16 compress better apart: exponents repeat, mantissas do not.
        split = {"embedding.list.element": "BYTE_STREAM_SPLIT"}
        pq.write_table(table, partial, compression="zstd", use_dictionary=list(clips.columns), column_encoding=split)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


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
        `sequifi_lite.corpora.scan(...).table`: the clip table with a column ``path``.
    encoder : sequifi_lite.encoders.Encoder
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
    signature["states"] = [[state.st_size, state.st_mtime_ns] for state in states]  # a clip replaced meanwhile is embedded anew
    part = out.with_name(out.name + ".part")
    _open_part(part, signature)
    lock = FileLock(part / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise PackError(f"{out} is being written by another run; wait for it, or choose another --out.") from error
    try:
        clips, embeddings = _embed_blocks(table, encoder, batches, part, progress)
    finally:
        lock.release()
    provenance["sources_sha256"] = hashlib.sha256("\n".join(clips["sha256"]).encode()).hexdigest()
    write_pack(out, clips, embeddings, provenance)
    shutil.rmtree(part)
    return out


def _embed_blocks(table: pd.DataFrame, encoder, batches: list[np.ndarray], part: Path, progress: bool):
    """Clip table with checksums and embeddings; blocks that an earlier run has finished are read, not computed."""
    blocks = [batches[i : i + BLOCK_BATCHES] for i in range(0, len(batches), BLOCK_BATCHES)]
    duration = table["duration"].to_numpy()
    embeddings = np.empty((len(table), encoder.dim), dtype=np.float32)
    digests = np.empty(len(table), dtype=object)
    with tqdm(total=round(float(duration.sum())), unit="s", desc=table["corpus"].iloc[0], disable=not progress) as bar:
        for number, block in enumerate(blocks):
            rows = np.concatenate(block)
            kept = part / f"{number:04d}.npz"
            done = _read_block(kept)
            if done is None:
                vectors, sums = zip(*(_embed_batch(table.iloc[batch], encoder) for batch in block))
                partial = kept.with_suffix(".partial.npz")
                np.savez(partial, embeddings=np.concatenate(vectors), sha256=np.concatenate(sums))
                os.replace(partial, kept)
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


def install(paths: list[str | Path], to: str | Path | None = None) -> list[Path]:
    """Check files made by `embed_corpus` against each other and against the shipped pack, and put them where `load_pack` looks.

    Raises
    ------
    PackError
        If a file is damaged, holds an unknown corpus, was made with another encoder, layer or pooling, or holds the same corpus
        as another. Nothing is copied then.
    """
    folder = Path(to) if to is not None else user_folder()
    read = [(Path(path), read_pack(path)) for path in paths]
    beside = SHIPPED if to is None else folder  # the reader's corpora join these
    reference = [
        (f"the {'shipped ' if to is None else ''}{path.stem}", _provenance(path, _schema(path)))
        for path in sorted(beside.glob("*.parquet"))[:1]
    ]
    reference += [(str(path), pack.provenance) for path, pack in read]
    names = [pack.provenance["corpus"] for _, pack in read]
    for (path, _), name in zip(read, names):
        if names.count(name) > 1:
            raise PackError(f"{path} holds {name}, and so does another file given; give one file for each corpus.")
    for path, pack in read:
        if pack.provenance["corpus"] not in CORPORA:
            check_name(pack.provenance["corpus"])
        for key in SAME:
            if pack.provenance[key] != reference[0][1][key]:
                raise PackError(
                    f"{path} was made with {key} {pack.provenance[key]} but {reference[0][0]} with {reference[0][1][key]}; "
                    "embed it again with the same settings, or keep it apart with `--to FOLDER`."
                )
    for name in names:
        check_writable(folder / f"{name}.parquet", "--to")
    targets = []
    for _, pack in read:
        target = folder / f"{pack.provenance['corpus']}.parquet"
        write_pack(target, pack.clips, pack.embeddings, pack.provenance)
        targets.append(target)
    return targets


def benchmark(table: pd.DataFrame, encoder, clips: int = 64) -> dict:
    """CPU seconds per second of audio, and the share of this machine's matrix-product rate that the encoder reaches.

    Returns
    -------
    dict
        ``audio_s``, ``cpu_s`` (reading and features included), ``rtf`` = cpu_s / audio_s, ``gflop`` counted by PyTorch in
        the network alone, ``gflop_per_s``, ``limit_gflop_per_s`` (float32 matrix product at the width of the encoder's
        feed-forward layer), ``share`` of that limit.
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
    return {"clips": len(sample), "audio_s": audio, "cpu_s": cpu, "rtf": cpu / audio, "gflop": gflop,
            "gflop_per_s": gflop / cpu, "limit_gflop_per_s": limit, "share": gflop / cpu / limit}  # fmt: skip


def plan_batches(seconds: np.ndarray) -> list[np.ndarray]:
    """Row numbers of clips of like length, at most `BATCH_SECONDS` of padded audio together; fixed by the lengths alone."""
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
                f"{path} lasts {len(waveform) / RATE:.3f} s, less than one 25 ms window; remove the file or get it again."
            )
    sums = [hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in rows["path"]]
    return encoder.embed(waveforms), np.array(sums)


def _open_part(part: Path, signature: dict) -> None:
    """Keep blocks of an earlier run with the same settings and files; drop those of any other."""
    plan = part / "plan.json"
    if part.exists() and not plan.is_file() and (not part.is_dir() or any(part.iterdir())):
        raise PackError(f"{part} is in the way and was not made by `sequifi-lite embed`; move it, or choose another --out.")
    try:
        if json.loads(plan.read_text()) == signature:
            return
    except (OSError, ValueError):
        pass  # no plan yet, or half a one: nothing to go on from
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    partial = part / "plan.partial"
    partial.write_text(json.dumps(signature))
    os.replace(partial, plan)


def _make_provenance(table: pd.DataFrame, encoder, recorded_as: str, licence: str) -> dict:
    weights = hashlib.sha256()
    for key, tensor in sorted(encoder.network.state_dict().items()):
        weights.update(key.encode() + tensor.numpy().tobytes())
    name = table["corpus"].iloc[0]
    corpus = CORPORA.get(name)
    facts = (corpus.LICENCE, corpus.HOME, corpus.CITATION) if corpus else (licence, "", "")
    versions = {p: metadata.version(p) for p in ("torch", "torchaudio", "transformers", "numpy", "soundfile", "pyarrow")}
    settings = f"--encoder {recorded_as} --layer {encoder.layer} --pooling {encoder.pooling}"
    return {
        "corpus": name, "clips": len(table), "encoder": recorded_as, "layer": encoder.layer, "pooling": encoder.pooling,
        "dim": encoder.dim, "dtype": "float16", "rate": RATE, "weights_sha256": weights.hexdigest(),
        "licence": facts[0], "home": facts[1], "citation": facts[2],
        "versions": {"sequifi_lite": __version__, "python": platform.python_version(), **versions},
        "date": datetime.date.today().isoformat(),
        "command": f"sequifi-lite embed FOLDER --corpus {name} {settings}",
    }  # fmt: skip


def _find(name: str) -> Path | None:
    if not re.fullmatch("[a-z][a-z0-9_-]*", name):  # a name is no path
        return None
    for folder in (user_folder(), SHIPPED):
        path = folder / f"{name}.parquet"
        if path.is_file():
            return path
    return None


def _schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise PackError(f"{path} is not a readable file of embeddings; delete it, or make it again.") from error


def _provenance(path: Path, schema: pa.Schema) -> dict:
    try:
        kept = json.loads((schema.metadata or {})[KEY])
        whole = {*SAME, "corpus", "clips", "licence", "date"} <= kept.keys() and isinstance(kept["dim"], int)
    except (KeyError, ValueError, AttributeError):
        whole = False
    if not whole or "embedding" not in schema.names:
        raise PackError(f"{path} is not a file of embeddings made by this package; make it with `sequifi-lite embed`.")
    return kept


def _check_finite(embeddings: np.ndarray, files: pd.Series, path: Path) -> None:
    # All exponent bits set is inf or NaN; on the raw bits this takes milliseconds for a whole corpus.
    bad = ((embeddings.view(np.uint16) & 0x7C00) == 0x7C00).any(axis=1)
    if bad.any():
        file = files.iloc[int(np.flatnonzero(bad)[0])]
        raise PackError(
            f"{path}: the embedding of {file} holds a value that is not a finite float16; "
            "check that clip and embed the corpus again."
        )
