"""Write results/embedding/: a million made-up clips embedded, killed ten times on the way, and read back.

    python tools/embed_million.py                    a million clips, two processes: half an hour
    python tools/embed_million.py --dask --clips 100000 --kills 3 --work .studies/dask
    python tools/embed_million.py --clips 20000 --kills 2 --out FOLDER

What is tried is the way that `sequifi-lite embed-list` takes: a list with the sound in it, processes or two
workers of a Dask cluster (``--dask``), shards, plan. Only the encoder is a cheap one, the loudness of 32
bands, since the time that a real one takes is known from `sequifi-lite embed --benchmark`. Clips are 25 to
50 ms of noise, each another.

The process and all its workers are killed without warning when they have done about a tenth, two tenths and
so on. Then the run is let end, every shard is compared with the list, names are counted, and some shards are
made once more: they have to be the same bytes of embeddings.

At last pyarrow, duckdb and `datasets` read the shards, each in a process of its own, and add up all numbers.
Of 16 bits and of this size, a million numbers add up without rounding, in any order. So the sums have to be
those that are computed from the list's sound without the library, to the last bit (``equal_sums``).

    table.csv    the run: clips, kills, what was read back, throughput, memory; dask.csv is that of --dask
    memory.csv   MiB that belong to the largest process alone, by tenths of the shards
    readers.csv  who has read it: clips, sums, seconds, and MiB when a tenth was read and at most
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata, util
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sequifi_lite import __version__
from sequifi_lite.data.shards import check_shards, embed_list
from sequifi_lite.studies.processes import cluster, processes

OUT, WORK = Path(__file__).resolve().parent.parent / "results" / "embedding", Path(".studies") / "million"
FILE, RATE = 50_000, 16_000  # clips of a file of the list; Hz
SHARDS = 200  # of how many clips, follows
# Of a clip of 40 ms three quarters of the time went into a megabyte that is given back to the system after
# every clip and asked for anew: the decoder's block. glibc is told to keep it.
KEEPING = {"MALLOC_TRIM_THRESHOLD_": str(2**28), "MALLOC_MMAP_THRESHOLD_": str(2**28)}
READERS = ("pyarrow", "duckdb", "datasets")
AT_ONCE = 10_000  # clips that pyarrow and datasets hand over together


class Bands:
    """Mean power of 32 bands, in dB: a stand-in for an encoder that costs next to nothing."""

    name, layer, pooling, dim = "bands", 0, "mean", 32
    network = torch.nn.Module()  # no weights

    def embed(self, waveforms: list[np.ndarray]) -> np.ndarray:
        """Describe clips: (clips, 32)."""
        waves = np.zeros((len(waveforms), 1024), np.float32)
        for row, wave in enumerate(waveforms):
            waves[row, : len(wave)] = wave[:1024]
        power = np.abs(np.fft.rfft(waves)[:, 1:]) ** 2
        return 10 * np.log10(1e-9 + power.reshape(len(waves), 32, 16).mean(2))


def header(samples: int) -> bytes:
    """Make the header of a WAV file of one channel and 16 bits."""
    size = 2 * samples
    numbers = [("<u4", 16), ("<u2", 1), ("<u2", 1), ("<u4", RATE), ("<u4", 2 * RATE), ("<u2", 2), ("<u2", 16)]
    form = b"".join(np.array(value, kind).tobytes() for kind, value in numbers)
    sizes = [np.array(value, "<u4").tobytes() for value in (36 + size, size)]
    return b"RIFF" + sizes[0] + b"WAVEfmt " + form + b"data" + sizes[1]


def write_list(folder: Path, clips: int) -> None:
    """Write a list of clips with their sound, in files of `FILE` rows."""
    folder.mkdir(parents=True, exist_ok=True)
    sound = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    for number, first in enumerate(range(0, clips, FILE)):
        path, rng, rows = folder / f"list-{number:04d}.parquet", np.random.default_rng(number), []
        if path.is_file():
            continue
        for row in range(first, min(first + FILE, clips)):
            samples = int(rng.integers(400, 801))
            noise = (rng.standard_normal(samples, np.float32) * 3000).astype("<i2")
            rows.append({"bytes": header(samples) + noise.tobytes(), "path": f"clip-{row:09d}.wav"})
        emotions = np.array(["anger", "happiness", "neutral", "sadness"])[rng.integers(0, 4, len(rows))]
        table = pa.table({"audio": pa.array(rows, sound), "emotion": emotions})
        pq.write_table(table, path.with_suffix(".partial"), row_group_size=1_000, compression="none")
        path.with_suffix(".partial").replace(path)


@contextmanager
def pool_of(jobs: int, dask: bool):
    """Give processes, or as many workers of a Dask cluster that is started here."""
    if not dask:
        with processes(jobs) as both:
            yield both
        return
    from distributed import LocalCluster

    with (
        LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address=None) as started,
        cluster(started.scheduler_address, 30) as both,
    ):
        yield both


def run(work: Path, size: int, jobs: int, dask: bool) -> None:
    """Embed as the command does; what the killed process does."""
    with pool_of(jobs, dask) as (pool, workers):
        made = embed_list(work / "list", work / "out", Bands, size=size, pool=pool, workers=workers)
    with open(work / "cpu.txt", "a", encoding="utf-8") as file:
        file.write(f"{made.cpu}\n")


class Watched:
    """A run in a process group of its own, and the memory of its processes as time goes on."""

    def __init__(self, work: Path, size: int, jobs: int, dask: bool, memory: list):
        words = [sys.executable, __file__, "--run", str(size), "--work", str(work)]
        words += ["--jobs", str(jobs), *["--dask"] * dask]
        environment = os.environ | KEEPING
        self.process = subprocess.Popen(words, start_new_session=True, env=environment)
        self.memory = memory
        self.out = work / "out"

    def done(self) -> int:
        return len(list(self.out.glob("part-*.parquet")))

    def look(self) -> None:
        """Note shards done, and the memory of the largest process in MiB that belongs to it alone."""
        sizes = [0.0]
        for process in [self.process.pid, *(c.pid for c in self._children())]:
            try:
                sizes.append(psutil.Process(process).memory_full_info().uss / 2**20)
            except psutil.Error:
                continue
        self.memory.append((self.done(), max(sizes)))

    def _children(self):
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.Error:
            return []

    def wait(self, shards: int | None) -> None:
        """Wait until so many shards are done, or, for None, until the end."""
        while self.process.poll() is None and (shards is None or self.done() < shards):
            self.look()
            time.sleep(2)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def same_again(work: Path, size: int, shards: int, number: int = 3) -> bool:
    """Make some shards once more, in a folder of their own: are they the same?"""
    there, again = work / "out", work / "again"
    again.mkdir(exist_ok=True)
    chosen = {f"part-{n:06d}.parquet" for n in random.Random(1).sample(range(shards), min(number, shards))}
    for path in [there / "plan.json", *there.glob("part-*.parquet")]:
        if path.name not in chosen and not (again / path.name).exists():
            os.link(path, again / path.name)
    if embed_list(work / "list", again, Bands, size=size).made != len(chosen):
        return False
    return all(pq.read_table(there / name).equals(pq.read_table(again / name)) for name in chosen)


def batches(reader: str, out: Path) -> Iterator[np.ndarray]:
    """Hand over the embeddings of shards as another program reads them: (clips, 32) at a time."""
    if reader == "pyarrow":
        for file in sorted(out.glob("*.parquet")):
            for batch in pq.ParquetFile(file).iter_batches(AT_ONCE, columns=["embedding"]):
                yield batch.column(0).flatten().to_numpy().reshape(-1, Bands.dim)
    elif reader == "datasets":
        import datasets

        files = {"data_files": str(out / "*.parquet"), "split": "train", "streaming": True}
        rows = datasets.load_dataset("parquet", **files).select_columns(["embedding"]).with_format("arrow")
        for table in rows.iter(AT_ONCE):
            for chunk in table["embedding"].chunks:
                yield chunk.flatten().to_numpy().reshape(-1, Bands.dim)
    else:
        import duckdb

        rows = duckdb.sql(f"select embedding from '{out}/*.parquet'").to_arrow_reader(AT_ONCE)
        for batch in rows:
            yield batch.column(0).flatten().to_numpy().reshape(-1, Bands.dim)


def read(reader: str, work: Path) -> None:
    """Read all shards and print what came of it; what a process of its own does."""
    expected, begun = json.loads((work / "sums.json").read_bytes()), time.monotonic()
    sums, clips, held = np.zeros(Bands.dim), 0, []
    for values in batches(reader, work / "out"):
        sums += values.astype(np.float64).sum(0)
        clips += len(values)
        held.append((clips, psutil.Process().memory_full_info().uss / 2**20))
    row = {
        "reader": reader,
        "clips": clips,
        "equal_sums": int(sums.tolist() == expected["sums"]),
        "seconds": time.monotonic() - begun,
        "first_tenth_mib": max(mib for n, mib in held if n <= max(held[0][0], expected["clips"] / 10)),
        "most_mib": max(mib for _, mib in held),
    }
    print(json.dumps(row))


def sums_of_sound(work: Path) -> None:
    """Add up what the embeddings have to be, from the samples in the list and without the library."""
    sums, clips = np.zeros(Bands.dim), 0
    for file in sorted((work / "list").glob("*.parquet")):
        for batch in pq.ParquetFile(file).iter_batches(1_000, columns=["audio"]):
            sounds = [np.frombuffer(one["bytes"][44:], "<i2") for one in batch.column(0).to_pylist()]
            vectors = Bands().embed([sound.astype(np.float32) / 2**15 for sound in sounds])
            sums += vectors.astype(np.float16).astype(np.float64).sum(0)
            clips += len(sounds)
    (work / "sums.json").write_text(json.dumps({"clips": clips, "sums": sums.tolist()}), encoding="utf-8")


def read_by_all(work: Path) -> list[dict]:
    """Read the shards by each program that is installed."""
    sums_of_sound(work)
    rows = []
    for reader in READERS:
        if util.find_spec(reader) is None:
            print(f"{reader} is not installed: it reads nothing.", file=sys.stderr)
            continue
        words = [sys.executable, __file__, "--read", reader, "--work", str(work)]
        told = subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout
        rows.append(json.loads(told))
    return rows


def by_tenths(memory: np.ndarray, shards: int) -> pd.DataFrame:
    """Give the most memory of a process while each tenth of the shards was made."""
    tenth = np.minimum(10, 1 + (10 * memory[:, 0]) // shards)
    most = pd.Series(memory[:, 1]).groupby(tenth).max().reindex(range(1, 11))
    return pd.DataFrame({"tenth": most.index, "mib": most.to_numpy()})


def killed(work: Path, size: int, jobs: int, dask: bool, kills: int, shards: int, memory: list) -> int:
    """Start, kill, start again, and let the last run end: shards that the others had done."""
    rng = random.Random(0)
    for kill in range(1, kills + 1):
        watched = Watched(work, size, jobs, dask, memory)
        watched.wait(watched.done() + 1)  # so that each run does something before it is killed
        watched.wait(kill * shards // (kills + 1))
        time.sleep(rng.uniform(0, 5))  # somewhere within a shard
        if watched.process.poll() is not None:
            sys.exit("error: a run ended before it was killed; remove the folder of --work and begin anew.")
        watched.kill()
        print(f"killed with {watched.done():,} of {shards:,} shards done", file=sys.stderr, flush=True)
    watched = Watched(work, size, jobs, dask, memory)
    before = watched.done()
    watched.wait(None)
    if watched.process.returncode:
        sys.exit("error: the last run, which nobody killed, has failed.")
    return before


def main(clips: int, kills: int, jobs: int, dask: bool, out: Path, work: Path) -> None:
    write_list(work / "list", clips)
    size, memory, begun = max(1, clips // SHARDS), [], time.monotonic()
    shards = sum(-(-min(FILE, clips - first) // size) for first in range(0, clips, FILE))
    before = killed(work, size, jobs, dask, kills, shards, memory)
    made, wall = check_shards(work / "list", work / "out"), (time.monotonic() - begun) / 60
    names = pa.concat_tables(
        pq.read_table(path, columns=["file"]) for path in (work / "out").glob("*.parquet")
    )
    tenths = by_tenths(np.array(memory), shards)
    readers = pd.DataFrame(read_by_all(work))
    row = {
        "clips": clips,
        "kills": kills,
        "read_back": len(names),
        "distinct": len(names["file"].unique()),
        "without_embedding": made.defects,
        "same_again": int(same_again(work, size, shards)),
        "equal_sums": int(readers["equal_sums"].all()),
        "first_tenth_mib": tenths["mib"].iloc[0],
        "last_tenth_mib": tenths["mib"].iloc[-1],
        "most_mib": tenths["mib"].max(),
        "clips_per_core_second": (clips - min(before * size, clips))
        / float((work / "cpu.txt").read_text(encoding="utf-8").split()[-1]),
        "jobs": jobs,
        "wall_minutes": wall,
    }
    out.mkdir(parents=True, exist_ok=True)
    tables = {"dask": pd.DataFrame([row])} if dask else {"table": pd.DataFrame([row])}
    if not dask:
        tables |= {"memory": tenths, "readers": readers}
    for name, table in tables.items():
        table.round(1).to_csv(out / f"{name}.csv", index=False, lineterminator="\n")
    command = f"python tools/embed_million.py{' --dask' * dask} --clips {clips} --kills {kills} --jobs {jobs}"
    tell(out / "provenance.json", "dask" if dask else "command", command)
    print(row)


def tell(path: Path, key: str, command: str) -> None:
    """Write how it was made, beside what another run has written there."""
    before = json.loads(path.read_bytes()) if path.is_file() else {"study": "embedding"}
    packages = [name for name in ("numpy", "soundfile", *READERS, "distributed") if util.find_spec(name)]
    now = {
        key: command,
        "sequifi_lite": __version__,
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in packages},
    }
    path.write_text(json.dumps(before | now, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--dask", action="store_true", help="workers of a Dask cluster instead of processes")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--work", type=Path, default=WORK, help="for the list, the shards, and going on")
    parser.add_argument("--run", type=int, metavar="SIZE", help=argparse.SUPPRESS)
    parser.add_argument("--read", choices=READERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        run(given.work, given.run, given.jobs, given.dask)
    elif given.read:
        read(given.read, given.work)
    else:
        main(given.clips, given.kills, given.jobs, given.dask, given.out, given.work)
