"""From one sample rate to another, at a cost that depends on the length of a clip alone."""

from __future__ import annotations

from functools import lru_cache
from math import gcd

import numpy as np

from .torchaudio_loads import torchaudio_loads

MOST_PHASES = 640  # 44,100, 22,050 and 11,025 Hz have 441 against 160, 320 and 640


def resample(waveform: np.ndarray, source_rate: int, rate: int = 16_000) -> np.ndarray:
    """Resample with a Kaiser-windowed sinc of 64 zero crossings, band-limited (torchaudio).

    Its kernel has a phase for every place that an output can have between two inputs: 1 at 48,000 Hz, 160 at
    44,100 Hz, 8,000 at 24,414 Hz. Where they are too many, the clip goes by way of three times the wanted
    rate (soxr), whose own filter lies far above what is kept; from a rate that is lower, straight (soxr).
    Where torchaudio cannot be imported, soxr does it all.

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
    if not torchaudio_loads():
        import soxr

        return soxr.resample(waveform, source_rate, rate, quality="VHQ")
    import torch

    return _kaiser(source_rate, rate)(torch.from_numpy(waveform)).numpy()


@lru_cache(maxsize=16)
def _kaiser(source_rate: int, rate: int):
    """Make torchaudio's resampler, with the filter that the shipped embeddings were made with."""
    import torch
    from torchaudio.transforms import Resample

    return Resample(
        source_rate,
        rate,
        resampling_method="sinc_interp_kaiser",
        lowpass_filter_width=64,
        rolloff=0.9475937167399596,
        beta=14.769656459379492,
        dtype=torch.float32,  # of the kernel's own computation, as torchaudio.functional has it
    )
