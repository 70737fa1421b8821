"""Read malformed sound files, thousands of them, and tell what became of each.

    python tools/fuzz_sounds.py --seed 0 --count 10000 --jobs 2

Files of a second or less are made, in all formats that are read, and mutated: bits, numbers in the header,
missing, doubled and foreign pieces. Each is read by `audio_info` and `read_audio` in a process with a limit
on memory and on time; a process serves many files, and is replaced when it dies. A file must be read or
refused in one sentence. Told, and counted as failures: tracebacks, crashes, hangs, memory above the limit,
values that are not finite or far above full scale, and sound that is missing in what was read without a note.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import os
import random
import resource
import signal
import sys
import tempfile
import traceback
from collections import Counter
from multiprocessing.connection import wait
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).parents[1]))

from sequifi_lite.data.audio import RATE, audio_info, read_audio
from sequifi_lite.errors import AudioError

GIB = 1 << 30
SECONDS = 5  # of CPU a file may cost; ten of them by the clock
FAILURES = ("traceback", "crash", "hang", "memory", "values", "lost")
FORMATS = (
    *(("WAV", kind) for kind in ("PCM_16", "PCM_U8", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW")),
    *(("WAV", kind) for kind in ("IMA_ADPCM", "MS_ADPCM", "GSM610")),
    *(("WAVEX", "PCM_16"), ("RF64", "PCM_16"), ("RF64", "FLOAT"), ("W64", "PCM_16"), ("W64", "FLOAT")),
    *(("AIFF", "PCM_16"), ("AU", "PCM_16"), ("CAF", "PCM_16"), ("NIST", "PCM_16")),
    *(("FLAC", "PCM_16"), ("FLAC", "PCM_24"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("OGG", "OPUS")),
    *(("OGG", "VORBIS"), ("MP3", "MPEG_LAYER_III"), ("MP3", "MPEG_LAYER_III"), ("MP3", "MPEG_LAYER_III")),
)
NUMBERS = (0, 1, 2, 3, 8, 255, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFF000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


class Case(NamedTuple):
    """A malformed file: what was done to what, its bytes, and the samples that there were before."""

    name: str
    data: bytes
    samples: int
    cut: bool  # bytes were taken away


class Outcome(NamedTuple):
    """What became of a file: ``read``, ``noted``, ``refused``, or one of `FAILURES`."""

    kind: str
    text: str


def original(draw: random.Random) -> tuple[str, bytes, int]:
    """Make a sound file: its format, its bytes, and its samples over all channels."""
    kind, subtype = draw.choice(FORMATS)
    rate = draw.choice((8_000, RATE, 24_000, 48_000) if kind in ("OGG", "MP3") else (RATE, 22_050, 44_100))
    if subtype == "GSM610":
        rate = 8_000
    channels = 1 if subtype == "GSM610" else draw.choice((1, 1, 2))
    frames = int(rate * draw.uniform(0.2, 1.0))
    noise = np.random.default_rng(draw.getrandbits(32))
    wave = 0.3 * np.sin(2 * np.pi * 300 * np.arange(frames) / rate)[:, None] + noise.normal(
        0, 0.03, (frames, channels)
    )
    file = io.BytesIO()
    options = {"bitrate_mode": draw.choice(("CONSTANT", "VARIABLE"))} if kind == "MP3" else {}
    soundfile.write(file, wave, rate, format=kind, subtype=subtype, **options)
    return f"{kind} {subtype}", file.getvalue(), frames * channels


def mutated(data: bytes, draw: random.Random) -> tuple[str, bytes, bool]:
    """Do one thing to a file: what it was, the new bytes, and whether some were taken away."""
    new, size = bytearray(data), len(data)
    what = draw.choice(
        ("bits", "head bits", "number", "number", "cut", "hole", "doubled", "foreign", "tail", "zeros")
    )
    place = draw.randrange(size)
    span = draw.randrange(1, max(2, size // 3))
    if what == "bits":
        for _ in range(draw.randint(1, 16)):
            new[draw.randrange(size)] ^= 1 << draw.randrange(8)
    elif what == "head bits":
        for _ in range(draw.randint(1, 4)):
            new[draw.randrange(min(size, 128))] ^= 1 << draw.randrange(8)
    elif what == "number":
        place, width = draw.randrange(min(size, 128)), draw.choice((1, 2, 4, 8))
        number = draw.choice((*NUMBERS, draw.getrandbits(32), size, size // 2)) % (1 << 8 * width)
        new[place : place + width] = number.to_bytes(width, draw.choice(("little", "big")))
    elif what == "cut":
        del new[place:]
    elif what == "hole":
        del new[place : place + span]
    elif what == "doubled":
        new[place:place] = data[place : place + span] if draw.random() < 0.5 else data
    elif what == "foreign":
        new[place : place + span] = draw.randbytes(span)
    elif what == "tail":
        new += draw.randbytes(span) if draw.random() < 0.5 else data
    else:
        new[place : place + span] = bytes(min(span, size - place))
    return what, bytes(new), what in ("cut", "hole")


def case(seed: int, number: int) -> Case:
    """Make the malformed file of a number; the same again for the same seed."""
    draw = random.Random(f"{seed}/{number}")
    kind, data, samples = original(draw)
    done, cut = [], False
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        if data:
            what, data, less = mutated(data, draw)
            done.append(what)
            cut = cut or less
    return Case(f"{number} {kind}: {', '.join(done)}", data, samples, cut)


def read(case: Case, path: Path) -> Outcome:
    """Read a malformed file in this process."""
    path.write_bytes(case.data)
    try:
        info = audio_info(path)
        wave = read_audio(path)
    except AudioError as error:
        text = str(error)
        if isinstance(error.__cause__, MemoryError):
            return Outcome("memory", text)
        good = str(path) in text and text.endswith(".") and "\n" not in text and "; " in text
        return Outcome("refused" if good else "traceback", text.removeprefix(f"{path} "))
    except MemoryError:
        return Outcome("memory", traceback.format_exc())
    except Exception:
        return Outcome("traceback", traceback.format_exc())
    if not np.isfinite(wave).all() or np.abs(wave).max(initial=0) > 100:
        return Outcome("values", f"up to {np.abs(wave).max():g}")
    if info.note:
        return Outcome("noted", info.note)
    held = info.frames * info.channels
    if not len(wave) or abs(len(wave) / RATE - info.seconds) > 0.15:
        return Outcome("lost", f"{len(wave)} samples read of {info.seconds:.2f} s stated")
    # A header may state another form of sample: fewer samples then, of as many bytes.
    stored = held * {"PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8, "PCM_16": 2}.get(_subtype(path), 1)
    packed = any(kind in case.name for kind in ("FLAC", "OGG", "MP3", "ADPCM", "GSM"))
    missing = case.samples - held
    if missing > max(0.2 * case.samples, 0.1 * info.rate * info.channels) and (
        packed or stored < 0.8 * len(case.data)
    ):
        return Outcome("lost", f"{held} samples read of {case.samples}")
    return Outcome("read", "")


def _subtype(path: Path) -> str:
    try:
        return soundfile.info(str(path)).subtype
    except soundfile.LibsndfileError:
        return ""


def serve(pipe, seed: int, folder: str) -> None:
    """Read the files whose numbers come through a pipe, under limits, until None comes."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)  # the decoder of mp3 writes what it thinks there
    path = Path(folder) / f"{os.getpid()}.wav"
    here = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (here + GIB, here + GIB))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends the process, wherever it is
    while (number := pipe.recv()) is not None:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        pipe.send((number, read(case(seed, number), path)))
        signal.setitimer(signal.ITIMER_PROF, 0)
    path.unlink(missing_ok=True)


class Worker:
    """A process that reads files, and the number of the one it has."""

    def __init__(self, seed: int, folder: str):
        self.pipe, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("fork").Process(target=serve, args=(theirs, seed, folder))
        self.process.start()
        theirs.close()
        self.number: int | None = None

    def give(self, number: int | None) -> None:
        self.number = number
        self.pipe.send(number)

    def end(self) -> str:
        """End a process that does not answer, or has died; says which."""
        self.process.join(timeout=0.5)
        code = self.process.exitcode
        self.process.kill()
        self.process.join()
        return "hang" if code in (None, -signal.SIGPROF) else "crash"


def fuzz(seed: int, numbers: list[int], jobs: int = 2) -> dict[int, Outcome]:
    """Read the malformed files of these numbers; what became of each."""
    outcomes, left = {}, list(reversed(numbers))
    with tempfile.TemporaryDirectory() as folder:
        workers = [Worker(seed, folder) for _ in range(jobs)]
        busy: dict = {}
        while left or busy:
            for worker in workers:
                if left and worker.number is None:
                    worker.give(left.pop())
                    busy[worker.pipe] = worker
            ready = wait(list(busy), timeout=2 * SECONDS)
            for pipe in ready or list(busy):
                worker = busy.pop(pipe)
                try:
                    if not ready:
                        raise EOFError
                    number, outcomes[worker.number] = pipe.recv()
                    worker.number = None
                except EOFError:
                    outcomes[worker.number] = Outcome(worker.end(), "")
                    workers[workers.index(worker)] = Worker(seed, folder)
        for worker in workers:
            worker.give(None)
            worker.process.join()
    return outcomes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", type=int, help="read one file here, and say all of it")
    parser.add_argument("--keep", type=Path, help="folder to write the files of failures into")
    arguments = parser.parse_args()
    numbers = list(range(arguments.count)) if arguments.only is None else [arguments.only]
    outcomes = fuzz(arguments.seed, numbers, arguments.jobs)
    for number, outcome in sorted(outcomes.items()):
        if outcome.kind in FAILURES or arguments.only is not None:
            one = case(arguments.seed, number)
            print(f"{outcome.kind}: {one.name}: {outcome.text}")
            if arguments.keep:
                arguments.keep.mkdir(parents=True, exist_ok=True)
                (arguments.keep / f"{arguments.seed}-{number}.wav").write_bytes(one.data)
    counts = Counter(outcome.kind for outcome in outcomes.values())
    print(", ".join(f"{kind} {n:,}" for kind, n in counts.most_common()))
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{usage.ru_utime + usage.ru_stime:.0f} CPU-s, at most {usage.ru_maxrss / 1024:,.0f} MiB in a process"
    )
    return int(any(kind in counts for kind in FAILURES))


if __name__ == "__main__":
    sys.exit(main())
