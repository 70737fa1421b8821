"""Sound file in, 16 kHz mono waveform out: the one place where audio is decoded."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from ..errors import AudioError
from .containers import Malformed, contents
from .levels import Levels
from .resampling import resample

RATE = 16_000  # Hz, what every encoder of the book was trained on
SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3")
# Other names of these formats, and rarer ones; what a file is, its first bytes say.
READABLE = SUFFIXES + (
    *(".wave", ".bwf", ".rf64", ".w64", ".oga", ".mpga", ".mp2"),
    *(".aif", ".aiff", ".aifc", ".caf", ".au", ".snd", ".sph", ".nist"),
)
# Formats that are common on telephones, and that our decoder does not read.
CONVERT = (
    *(".m4a", ".m4b", ".m4r", ".aac", ".mp4", ".wma", ".amr", ".3gp", ".3ga", ".webm", ".weba", ".mov"),
    *(".mka", ".spx", ".ape", ".wv", ".tta", ".ac3", ".alac"),
)
BLOCK = 1 << 18  # samples decoded at a time, over all channels
TOLERANCE = 0.1  # s that a lossy format may state more than it keeps: more than any padding
RATES = 4_000, 768_000  # Hz; below, no speech is left, and above is no recorder
# Digital silence packs to almost nothing. More than this is no recording: it costs gigabytes and minutes.
SAMPLES_A_BYTE, ALWAYS = 256, 1 << 24
_WIDTHS = {"PCM_S8": 1, "PCM_U8": 1, "PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8}
_WIDTHS |= {"ULAW": 1, "ALAW": 1}  # bytes of a sample
_EXACT = ("WAV", "WAVEX", "RF64", "W64", "AIFF", "AU", "CAF", "NIST", "FLAC")


@dataclass(frozen=True)
class AudioInfo:
    """What a file holds by its header: frames per channel, sample rate in Hz, number of channels.

    `note` says where the header is not to be trusted, the middle of a sentence; "" if all is well.
    """

    frames: int
    rate: int
    channels: int
    note: str = ""

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


class Recording:
    """A sound file, opened, its header compared with the bytes that are there.

    Parameters
    ----------
    path : str or Path

    Attributes
    ----------
    rate, channels : int
    subtype : str
        How samples are stored, in libsndfile's words.
    stated : int
        Samples per channel that the file states; 0 if it states none.
    note : str
        As in `AudioInfo`.

    Raises
    ------
    AudioError
        If the file is missing, is not audio, holds no samples, or fewer than it states.
    """

    def __init__(self, path: str | Path):
        self.path = path = Path(path)
        if not path.is_file():
            raise AudioError(f"{path} does not exist; check the path.")
        try:
            self.size = path.stat().st_size
            if self.size == 0:
                raise AudioError(f"{path} is an empty file (0 bytes); get it again from the corpus's home.")
            found = contents(path)
        except Malformed as error:
            raise self._refusal(str(error)) from error
        except OSError as error:
            raise AudioError(
                f"{path} cannot be opened ({error.strerror}); give yourself the right to read it."
            ) from error
        self._links = found.links or (None,)
        heads = [self._head(link) for link in self._links]
        self.rate, self.channels, self.subtype, self._format = heads[0][1:]
        if any(head[1:3] != heads[0][1:3] for head in heads):
            raise self._refusal("changes its sample rate or its channels on the way")
        self.stated = sum(head[0] for head in heads) if found.stated is None else found.stated
        self.note = found.note
        self._plausible(self.stated)
        if self.stated <= 0 and found.stated is None:
            raise self._refusal("holds no samples")
        self._compare_sizes(found.sound, found.tail)

    def _head(self, link: bytes | None) -> tuple[int, int, int, str, str]:
        try:
            with self._open(link) as file:
                return file.frames, file.samplerate, file.channels, file.subtype, file.format
        except (soundfile.LibsndfileError, RuntimeError, OSError) as error:
            raise self._refusal(f"cannot be read as audio ({_reason(error)})") from error

    def _open(self, link: bytes | None) -> soundfile.SoundFile:
        return soundfile.SoundFile(str(self.path) if link is None else io.BytesIO(link))

    def _refusal(self, text: str) -> AudioError:
        return AudioError(f"{self.path} {text}; get it again from the corpus's home.")

    def _plausible(self, frames: int) -> None:
        if not RATES[0] <= self.rate <= RATES[1]:
            raise self._refusal(
                f"states a sample rate of {self.rate:,} Hz, and recordings have {RATES[0]:,} to"
                f" {RATES[1]:,} Hz"
            )
        if frames > max(SAMPLES_A_BYTE * self.size, ALWAYS):
            raise self._refusal(
                f"states {frames:,} samples or more, which its {self.size:,} bytes can hardly hold"
            )

    def _compare_sizes(self, sound: int | None, tail: int) -> None:
        """Refuse a header that leaves sound out, or states more than its own sizes have room for."""
        if sound is None:
            return
        width = _WIDTHS.get(self.subtype, 0) * self.channels
        wanted = sound // width if width else self.stated
        if wanted != self.stated:
            raise self._refusal(f"states {self.stated:,} samples and has bytes for {wanted:,}")
        if tail > TOLERANCE * self.rate * sound / self.stated:
            raise AudioError(
                f"{self.path} states {self.stated:,} samples, and {tail:,} bytes behind them belong to"
                " nothing that its header names, so they may be sound; put its header right, e.g. with"
                " `sox --ignore-length`, or get it again from the corpus's home."
            )
        if tail:
            self.note = self.note or f"holds {tail:,} bytes behind its sound that its header does not name"

    def blocks(self, size: int = BLOCK) -> Iterator[np.ndarray]:
        """Decode from start to end, `size` samples over all channels at a time.

        Yields
        ------
        ndarray of float32, shape (samples, channels)
            Full scale is 1.0.

        Raises
        ------
        AudioError
            If decoding fails midway, or ends before or behind what the file states.
        """
        step, frames = max(1, size // self.channels), 0
        for link in self._links:
            try:
                with self._open(link) as file:
                    # Read in a row, whatever length is stated: soundfile would stop and seek there.
                    file._info.seekable = 0
                    while len(block := file.read(step, dtype="float32", always_2d=True)):
                        frames += len(block)
                        self._plausible(frames)
                        yield block
            except (soundfile.LibsndfileError, RuntimeError, ValueError, OSError, MemoryError) as error:
                raise self._refusal(f"breaks off while decoding ({_reason(error)})") from error
        if frames == 0:
            raise self._refusal("holds no samples")
        missing = self.stated - frames
        if missing > (0 if self._format in _EXACT else TOLERANCE * self.rate):
            raise self._refusal(f"breaks off after {frames:,} of {self.stated:,} samples")
        if self.stated and -missing > TOLERANCE * self.rate:
            raise self._refusal(f"states {self.stated:,} samples and holds {frames:,}")


def audio_info(path: str | Path) -> AudioInfo:
    """Read what a sound file says of itself, and compare it with the bytes that are there.

    Samples are decoded only where the header states no length.

    Raises
    ------
    AudioError
        If the file is missing, is not audio, holds no samples, or fewer than it states.
    """
    recording = Recording(path)
    frames = recording.stated or sum(len(block) for block in recording.blocks())
    return AudioInfo(frames, recording.rate, recording.channels, recording.note)


def read_audio(path: str | Path, rate: int = RATE) -> np.ndarray:
    """Decode a file from start to end, average its channels and resample it.

    Parameters
    ----------
    path : str or Path
        A sound file of one of `READABLE`; what it is is told by its first bytes.
    rate : int
        Wanted sample rate in Hz.

    Returns
    -------
    ndarray of float32, shape (samples,)
        Full scale is 1.0.

    Raises
    ------
    AudioError
        As `audio_info`; and if decoding fails midway, gives values that are not finite or of another scale,
        or channels that cancel each other.
    """
    recording, levels, mono = Recording(path), Levels(), []
    for block in recording.blocks():
        if not np.isfinite(block).all():
            raise AudioError(
                f"{path} holds samples that are not finite numbers; get it again from the corpus's home."
            )
        mono.append(average(block))
        levels.add(block, mono[-1])
    levels.check(path, recording.subtype)
    return resample(np.concatenate(mono), recording.rate, rate)


def average(block: np.ndarray) -> np.ndarray:
    """Average the channels of samples (n, channels); sums of absurd values become infinite without a word."""
    with np.errstate(over="ignore", invalid="ignore"):
        return block.mean(axis=1)


def _reason(error: BaseException) -> str:
    text = str(error).split(": ", 1)[-1].strip().rstrip(".")
    return text or "the decoder gives no reason"
