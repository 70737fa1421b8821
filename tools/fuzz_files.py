"""Damage what lies on a disk, and see that each damage is named and none is used.

    python tools/fuzz_files.py                 # 100 damages, seed 0
    python tools/fuzz_files.py --number 300 --seed 1 --kind packs

Three kinds of files in turn: ``packs`` (files of embeddings), ``embed`` (the folder of a run that was broken
off) and ``get`` (what a download that was broken off has left). Bits are flipped, files cut, emptied,
lengthened, overwritten, exchanged for another one or renamed. What came of each is one line:

named     an error or a remark names the file
remade    the file was not used, and the result is that of an undisturbed run
SILENT    the result is another one, or comes of the damaged file, and nobody was told

Exit code 1 if one is SILENT. All is synthetic and lies in a folder that is removed at the end.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import hashlib
import http.server
import io
import random
import shutil
import sys
import tempfile
import threading
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
import torch

from sequifi_lite.data import embed as embedding, pack as packing
from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.data.corpora.clip_table import COLUMNS
from sequifi_lite.data.corpora.published import published
from sequifi_lite.data.corpora.sources import Archive, Download, Source
from sequifi_lite.data.download import get as getting, resume
from sequifi_lite.data.encoders.pooling import Encoder
from sequifi_lite.errors import SequifiError

# ---------------------------------------------------------------- damages


def damage(path: Path, other: Path, generator: random.Random) -> str:
    """Change a file in one of eight ways, `other` being what it may be exchanged for; say how."""
    data = path.read_bytes()
    place = generator.randrange(len(data)) if data else 0
    flipped = bytearray(data)
    for _ in range(generator.randint(1, 3)):
        if data:
            flipped[generator.randrange(len(data))] ^= 1 << generator.randrange(8)
    page = place // 512 * 512
    changes = {
        "bits flipped": bytes(flipped),
        "cut": data[:place],
        "emptied": b"",
        "lengthened": data + generator.randbytes(7),
        "a page of zeros": data[:page] + bytes(min(512, len(data) - page)) + data[page + 512 :],
        "overwritten": generator.randbytes(max(len(data), 8)),
        "exchanged": other.read_bytes(),
        "the head lost": data[place:],
    }
    changes = {how: changed for how, changed in changes.items() if changed != data}
    how = generator.choice(sorted(changes))
    path.write_bytes(changes[how])
    return how


# ---------------------------------------------------------------- files of embeddings


def write_packs(folder: Path) -> None:
    """Write files of embeddings of three corpora, made up."""
    provenance = {"encoder": "e", "layer": 1, "pooling": "mean", "dim": 16, "licence": "none"}
    for number, name in enumerate(("emodb", "mesd", "shemo")):
        files = list(published(name))[:60]
        clips = pd.DataFrame({"file": files, "corpus": name})
        clips = clips.assign(**{column: "x" for column in (*COLUMNS, "sha256") if column not in clips})
        clips = clips.assign(duration=1.0, sample_rate=16_000, channels=1)
        embeddings = np.random.default_rng(number).normal(size=(len(files), 16))
        facts = provenance | {"corpus": name, "clips": len(files), "date": "2026-01-01"}
        packing.write_pack(folder / f"{name}.parquet", clips, embeddings, facts)


def try_pack(folder: Path, generator: random.Random) -> tuple[str, str]:
    """Damage one file of embeddings and load it."""
    write_packs(folder)
    name, other = generator.sample(("emodb", "mesd", "shemo"), 2)
    path, how = folder / f"{name}.parquet", "renamed"
    if generator.random() < 0.15:
        (folder / f"{other}.parquet").replace(path)
    else:
        how = damage(path, folder / f"{other}.parquet", generator)
    user_folder = packing.user_folder
    packing.user_folder = lambda: folder
    try:
        packing.load_pack(name)
    except SequifiError as error:
        return f"pack {how}", "named" if str(path) in str(error) else f"SILENT: blames another, {error}"
    finally:
        packing.user_folder = user_folder
    return f"pack {how}", "SILENT"


# ---------------------------------------------------------------- the folder of a broken-off run


class Loudness(torch.nn.Module):
    """Two numbers every 10 ms; at call number `stop` it breaks off."""

    width = 2

    def __init__(self, stop: int | None = None):
        super().__init__()
        self.calls, self.stop = 0, stop

    def forward(self, waveforms):
        self.calls += 1
        if self.calls == self.stop:
            raise KeyboardInterrupt
        return [torch.from_numpy(w[: len(w) // 160 * 160].reshape(-1, 160)[:, :2].copy()) for w in waveforms]


def write_clips(folder: Path) -> pd.DataFrame:
    """Write 24 short clips and their clip table."""
    from sequifi_lite.data.corpora.scan import scan

    (folder / "emodb" / "wav").mkdir(parents=True)
    for number, file in enumerate(list(published("emodb"))[:24]):
        wave = np.random.default_rng(number).normal(0, 0.1, 4_000 + 400 * number)
        soundfile.write(folder / "emodb" / file, wave, 16_000)
    return scan("emodb", folder / "emodb").table


def run_embed(table: pd.DataFrame, out: Path, stop: int | None = None) -> Path:
    """Embed with small blocks, so that there are several; break off at a call if one is given."""
    embedding.BLOCK_BATCHES, embedding.BATCH_SECONDS = 2, 2
    return embedding.embed_corpus(table, Encoder(Loudness(stop), "loudness", 1, "mean+std"), out)


def try_embed(folder: Path, generator: random.Random) -> tuple[str, str]:
    """Break a run off, damage its folder, and run it again."""
    table = write_clips(folder)
    whole = run_embed(table, folder / "whole.parquet").read_bytes()
    out = folder / "out.parquet"
    with contextlib.suppress(KeyboardInterrupt):
        run_embed(table, out, stop=5)
    files = sorted(path for path in (folder / "out.parquet.part").iterdir() if path.name != "lock")
    path, other = generator.sample(files, 2)
    how = damage(path, other, generator)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            same = run_embed(table, out).read_bytes() == whole
        except SequifiError as error:
            return f"{path.name} {how}", "named" if "out.parquet" in str(error) else f"SILENT: {error}"
    told = any(path.name in str(w.message) or "begun anew" in str(w.message) for w in said)
    return f"{path.name} {how}", "SILENT" if not same else "named" if told else "SILENT: not told"


# ---------------------------------------------------------------- what a download has left


class Handler(http.server.BaseHTTPRequestHandler):
    """Send the server's bytes, whole or from a place on; break off where the server says so."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        start = int((self.headers.get("Range") or "bytes=0-")[6:].rstrip("-"))
        if self.headers.get("If-Range") not in (None, '"one"'):
            start = 0
        body = self.server.data[start:]
        self.send_response(206 if start else 200)
        if start:
            total = len(self.server.data)
            self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        for name, value in (("Content-Type", "application/zip"), ("ETag", '"one"')):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.server.cut])


@contextlib.contextmanager
def served(data: bytes):
    """Serve bytes on this machine."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.data, server.cut = data, None
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def archive_of_emodb() -> bytes:
    """Zip clips under Emo-DB's names, each of a few samples."""
    with io.BytesIO() as out:
        with zipfile.ZipFile(out, "w") as archive:
            for number, file in enumerate(published("emodb")):
                with io.BytesIO() as sound:
                    soundfile.write(sound, np.full(9, (number + 1) / 999), 16_000, format="WAV")
                    archive.writestr(file, sound.getvalue())
        return out.getvalue()


def tree_of(folder: Path) -> dict[str, bytes]:
    """Read all files of sound below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.wav"))}


def try_get(folder: Path, generator: random.Random) -> tuple[str, str]:
    """Break a download off, or a run after it, damage what it has left, and run it again."""
    data = archive_of_emodb()
    checksum = generator.choice([None, f"md5:{hashlib.md5(data).hexdigest()}"])
    kept, attempts = CORPORA["emodb"].DOWNLOAD, resume.ATTEMPTS
    with served(data) as server:
        source = Source(f"http://127.0.0.1:{server.server_port}/emodb.zip", checksum)
        CORPORA["emodb"].DOWNLOAD = Download(100_000, "", (Archive("emodb.zip", (source,)),))
        try:
            getting.get("emodb", folder / "whole")
            resume.ATTEMPTS = 0
            if finished := generator.random() < 0.4:
                examine, getting._examine = getting._examine, stop
            else:
                server.cut = generator.randrange(1, len(data))
            with contextlib.suppress(SequifiError, KeyboardInterrupt):
                getting.get("emodb", folder / "c")
            if finished:
                getting._examine = examine
            server.cut, resume.ATTEMPTS = None, attempts
            return _after_damage(folder, generator)
        finally:
            CORPORA["emodb"].DOWNLOAD, resume.ATTEMPTS = kept, attempts


def stop(*_):
    """Break off as a reader does."""
    raise KeyboardInterrupt


def _after_damage(folder: Path, generator: random.Random) -> tuple[str, str]:
    staging = folder / "c" / "emodb.part"
    files = [path for path in sorted(staging.rglob("*")) if path.is_file() and path.name != "lock"]
    files = [path for path in files if "unpacked" not in path.parts]  # written anew in any case
    path, other = generator.sample(files, 2)
    how, said, error_text = damage(path, other, generator), [], ""
    for _ in range(2):  # the first may end with the error that names it; the second has to succeed then
        try:
            getting.get("emodb", folder / "c", say=said.append)
            break
        except SequifiError as error:
            error_text += str(error)
    same = (folder / "c" / "emodb").exists() and tree_of(folder / "c/emodb") == tree_of(
        folder / "whole/emodb"
    )
    told = path.name.removesuffix(".json").removesuffix(".part") in error_text + " ".join(said)
    return f"{path.name} {how}", "SILENT" if not same else "named" if told else "remade"


# ---------------------------------------------------------------- all of them

KINDS = {"packs": try_pack, "embed": try_embed, "get": try_get}


def fuzz(number: int, seed: int, kinds: tuple[str, ...] = tuple(KINDS)) -> list[tuple[str, str, str]]:
    """Make so many damages, the kinds in turn; the same ones for the same seed.

    Returns
    -------
    list of (kind, what was damaged and how, what came of it)
    """
    out = []
    for turn in range(number):
        kind = kinds[turn % len(kinds)]
        folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        try:
            out.append((kind, *KINDS[kind](folder, random.Random(f"{seed} {turn}"))))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--number", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", choices=KINDS, action="append")
    asked = parser.parse_args()
    resume._sleep = lambda seconds: None
    outcomes = fuzz(asked.number, asked.seed, tuple(asked.kind or KINDS))
    for kind, what, verdict in outcomes:
        print(f"{kind:6} {what:40} {verdict}")
    counts = collections.Counter((kind, verdict.partition(":")[0]) for kind, _, verdict in outcomes)
    for (kind, verdict), count in sorted(counts.items()):
        print(f"{kind:6} {verdict:7} {count}")
    return int(any(verdict.startswith("SILENT") for _, _, verdict in outcomes))


if __name__ == "__main__":
    sys.exit(main())
