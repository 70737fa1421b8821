"""Sound file in, 16 kHz mono waveform out: the one place where audio is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from ..errors import AudioError

RATE = 16_000  # Hz, what every encoder of the book was trained on
SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3")


@dataclass(frozen=True)
class AudioInfo:
    """What a file's header says: frames per channel, sample rate in Hz, number of channels."""

    frames: int
    rate: int
    channels: int

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


def audio_info(path: str | Path) -> AudioInfo:
    """Read the header of a sound file.

    Raises
    ------
    AudioError
        If the file is missing, is not audio, or holds no samples.
    """
    path = Path(path)
    if not path.is_file():
        raise AudioError(f"{path} does not exist; check the path.")
    if path.stat().st_size == 0:
        raise AudioError(f"{path} is an empty file (0 bytes); get it again from the corpus's home.")
    try:
        info = soundfile.info(str(path))
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise AudioError(
            f"{path} cannot be read as audio ({_reason(error)}); get it again from the corpus's home."
        ) from error
    if info.frames <= 0:
        raise AudioError(f"{path} holds no samples; get it again from the corpus's home.")
    _refuse_truncated(path, info)
    return AudioInfo(info.frames, info.samplerate, info.channels)


def read_audio(path: str | Path, rate: int = RATE) -> np.ndarray:
    """Decode a file, average its channels and resample it.

    Parameters
    ----------
    path : str or Path
        A .wav, .flac, .ogg, .opus or .mp3 file.
    rate : int
        Wanted sample rate in Hz.

    Returns
    -------
    ndarray of float32, shape (samples,)
        Full scale is 1.0.

    Raises
    ------
    AudioError
        As `audio_info`, and if decoding fails midway or gives values that are not finite.
    """
    info = audio_info(path)
    try:
        samples, source_rate = soundfile.read(str(path), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise AudioError(
            f"{path} breaks off while decoding ({_reason(error)}); get it again from the corpus's home."
        ) from error
    if len(samples) == 0:
        raise AudioError(f"{path} holds no samples; get it again from the corpus's home.")
    # Compressed formats may state a length that their data do not reach; a tenth of a second is more than any
    # padding.
    if info.frames - len(samples) > 0.1 * source_rate:
        raise AudioError(
            f"{path} breaks off after {len(samples)} of {info.frames} samples; get it again from the corpus's"
            " home."
        )
    if not np.isfinite(samples).all():
        raise AudioError(
            f"{path} holds samples that are not finite numbers; get it again from the corpus's home."
        )
    return resample(samples.mean(axis=1), source_rate, rate)


def resample(waveform: np.ndarray, source_rate: int, rate: int = RATE) -> np.ndarray:
    """Resample with a Kaiser-windowed sinc of 64 zero crossings, band-limited (torchaudio).

    Parameters
    ----------
    waveform : ndarray of float32, shape (samples,)
    source_rate, rate : int
        Sample rates in Hz.
    """
    if source_rate == rate:
        return np.ascontiguousarray(waveform, dtype=np.float32)
    import torch
    import torchaudio.functional

    out = torchaudio.functional.resample(
        torch.from_numpy(np.ascontiguousarray(waveform, dtype=np.float32)),
        source_rate,
        rate,
        lowpass_filter_width=64,
        rolloff=0.9475937167399596,
        resampling_method="sinc_interp_kaiser",
        beta=14.769656459379492,
    )
    return out.numpy()


def _refuse_truncated(path: Path, info) -> None:
    """A RIFF file states how many bytes follow; libsndfile reads a shorter one without a word."""
    if info.format not in {"WAV", "WAVEX"}:
        return
    size = path.stat().st_size
    with open(path, "rb") as file:
        head = file.read(12)
        if head[:4] != b"RIFF":
            return
        # One byte less is no loss: some writers leave out the byte that pads the last chunk to an even
        # length.
        ends = [int.from_bytes(head[4:8], "little") + 8 - 1]
        while len(chunk := file.read(8)) == 8:
            length = int.from_bytes(chunk[4:], "little")
            if chunk[:4] == b"data":
                ends.append(file.tell() + length)
                break
            file.seek(length + length % 2, 1)
    # Streamed files leave a length at 0 or at its maximum: they promise nothing.
    promised = max((end for end in ends if 64 < end < 0xFFFFFFF0), default=0)
    if size < promised:
        raise AudioError(
            f"{path} is cut short: its header promises {promised:,} bytes and {size:,} are there; "
            "get it again from the corpus's home."
        )


def _reason(error: Exception) -> str:
    return str(error).split(": ", 1)[-1].strip().rstrip(".")
