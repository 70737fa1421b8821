"""From one sample rate to another, at a cost that depends on the length of a clip alone."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, gcd

import numpy as np

# The filter that the shipped embeddings were made with.
CROSSINGS = 64  # zero crossings on each side
ROLLOFF = 0.9475937167399596  # where it falls to half, of the lower rate's half
BETA = 14.769656459379492  # of the Kaiser window
MOST_PHASES = 640  # 44,100, 22,050 and 11,025 Hz have 441 against 160, 320 and 640
TOGETHER = 128  # outputs of a row of the kernel, at least: enough for a matrix product
ROWS = 4096  # of a product: bounds the memory


def resample(waveform: np.ndarray, source_rate: int, rate: int = 16_000) -> np.ndarray:
    """Resample with a Kaiser-windowed sinc of 64 zero crossings, band-limited.

    Its kernel has a phase for every place that an output can have between two inputs: 1 at 48,000 Hz, 160 at
    44,100 Hz, 8,000 at 24,414 Hz. Where they are too many, the clip goes by way of three times the wanted
    rate (soxr), whose own filter lies far above what is kept; from a rate that is lower, straight (soxr).

    Parameters
    ----------
    waveform : ndarray of float32, shape (samples,)
    source_rate, rate : int
        Sample rates in Hz.

    Returns
    -------
    ndarray of float32, shape (samples * rate / source_rate,), one more or less
    """
    waveform = np.ascontiguousarray(waveform, dtype=np.float32)
    if source_rate != rate and max(source_rate, rate) // gcd(source_rate, rate) > MOST_PHASES:
        import soxr

        between = 3 * rate if source_rate > rate else rate
        waveform, source_rate = soxr.resample(waveform, source_rate, between, quality="VHQ"), between
    if source_rate == rate or not len(waveform):
        return waveform
    kernel, step, width = _kernel(source_rate, rate)
    samples = ceil(len(waveform) * rate / source_rate)
    rows = ceil(samples / len(kernel))
    padded = np.pad(waveform, (width, width + step))
    padded = np.pad(padded, (0, max(0, (rows - 1) * step + kernel.shape[1] - len(padded))))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape[1])[::step]
    parts = [windows[row : min(row + ROWS, rows)] @ kernel.T for row in range(0, rows, ROWS)]
    return np.concatenate(parts).reshape(-1)[:samples]


@lru_cache(maxsize=16)
def _kernel(source_rate: int, rate: int) -> tuple[np.ndarray, int, int]:
    """Make the kernel (outputs, inputs) of a step, its inputs, and how many lie before its first output."""
    common = gcd(source_rate, rate)
    step, outputs = source_rate // common, rate // common
    times = ceil(TOGETHER / outputs)
    step, outputs = step * times, outputs * times
    lower = min(step, outputs) * ROLLOFF
    width = ceil(CROSSINGS * step / lower)
    place = np.arange(-width, width + step) / step - np.arange(outputs)[:, None] / outputs
    place = np.clip(place * lower, -CROSSINGS, CROSSINGS)
    window = np.i0(BETA * np.sqrt(1 - (place / CROSSINGS) ** 2)) / np.i0(BETA)
    return (np.sinc(place) * window * lower / step).astype(np.float32), step, width
