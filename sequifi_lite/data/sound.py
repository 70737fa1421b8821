"""What decoding one file tells: length, loudness, peaks, clipping, and a digest of its samples."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from .audio import BLOCK, Recording, average
from .levels import Levels

FULL = 0.9999  # of full scale; the largest 16-bit sample is 0.99997
RUN = 3  # samples on end at full scale that count as clipping; a single one is only a peak
# half the span between highest and lowest sample, -60 dB; the quietest published clip reaches -47 dB
SILENT = 1e-3
QUIETER = 3.0  # dB; resampling to 16 kHz changes a published clip by less than 1.8 dB


@dataclass(frozen=True)
class Sound:
    """What decoding one file tells.

    Attributes
    ----------
    frames, rate, channels : int
    dbfs : float
        Root mean square of the whole clip, channels averaged, in dB where 0 is full scale (1.0); -inf for
        digital silence.
    peak : float
        Largest absolute sample of any channel, full scale is 1.0.
    span : float
        Half the distance between the highest and the lowest sample of the average of the channels.
    run : int
        Longest run of samples at full scale in any channel.
    finite : bool
        False if a sample is not a finite number; the measures above then leave those samples out.
    digest : str
        Twelve hexadecimal digits of the BLAKE2b sum of the averaged channels as 32-bit floats: equal for
        equal sounds in whatever lossless container.
    hint : str
        What looks odd and may yet be right (`Levels.hint`), the middle of a sentence; "" for nothing.
    """

    frames: int
    rate: int
    channels: int
    dbfs: float
    peak: float
    span: float
    run: int
    finite: bool
    digest: str
    hint: str = ""

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


def measure(path: str | Path) -> Sound:
    """Decode a file from start to end, in blocks.

    Raises
    ------
    AudioError
        If it cannot be decoded, holds no samples, breaks off before the length that its header states, or
        holds numbers of another scale or channels that cancel each other.
    """
    digest = hashlib.blake2b(digest_size=6)
    recording, levels = Recording(path), Levels()
    frames, low, high, run, carry, finite = 0, np.inf, -np.inf, 0, 0, True
    for block in recording.blocks(BLOCK):
        mono = average(block)
        digest.update(mono.astype("<f4", copy=False).tobytes())
        frames += len(block)
        if not np.isfinite(block).all():
            finite = False
            block, mono = np.nan_to_num(block, posinf=0, neginf=0), np.nan_to_num(mono, posinf=0, neginf=0)
        levels.add(block, mono)
        low, high = min(low, float(mono.min())), max(high, float(mono.max()))
        # Runs at full scale lie between the samples that are below it; the last one may go on in the next
        # block.
        largest = np.abs(block).max(axis=1)
        gaps = np.diff(np.flatnonzero(np.concatenate([[True], largest < FULL, [True]]))) - 1
        gaps[0] += carry
        run, carry = max(run, int(gaps.max())), int(gaps[-1])
    levels.check(path, recording.subtype)
    rms = np.sqrt(levels.energy / frames)
    dbfs = float(20 * np.log10(rms)) if rms > 0 else -np.inf
    return Sound(
        frames, recording.rate, recording.channels, dbfs, levels.peak, (high - low) / 2, run, finite,
        digest.hexdigest(), levels.hint(recording.subtype),
    )  # fmt: skip


@cache
def fingerprints(name: str) -> dict[str, tuple[float, int, str]]:
    """Read loudness (dBFS), longest run at full scale and digest of the published files, as of `measure`.

    From a list shipped with the package, written by ``tools/make_fingerprints.py``; empty for ShEMO, whose
    audio was not at hand.
    """
    path = Path(__file__).parent / "corpora" / "sound" / f"{name}.csv"
    if not path.exists():
        return {}
    with open(path, encoding="utf-8", newline="") as file:
        return {
            row["file"]: (float(row["dbfs"]), int(row["run"]), row["digest"]) for row in csv.DictReader(file)
        }
