"""What the ear listens for, as numbers: pitch, loudness, slope of the spectrum, tempo.

One small table of features for a clip.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft, signal

from ..data.audio import RATE
from ..errors import AudioError

HOP = 0.010  # seconds between two frames
WINDOW = 0.040  # seconds; holds two and a half periods of the lowest pitch
LOWEST, HIGHEST = 65.0, 600.0  # Hz, of a pitch
VOICED = 0.5  # least autocorrelation of a voiced frame
QUIET = 35.0  # dB below the loudest frame; what is quieter counts as a pause
ABOVE = 8.0  # dB above the noise; what is quieter counts as a pause too

FEATURES = {
    "pitch": "median pitch (semitones above 100 Hz)",
    "range": "pitch range, 10th to 90th percentile (semitones)",
    "slope": "pitch slope (semitones per second)",
    "level": "level of speech (dB re full scale)",
    "dynamics": "spread of the level, 10th to 90th percentile (dB)",
    "tilt": "level above 1 kHz less level below (dB)",
    "harmonics": "median autocorrelation of voiced frames",
    "tempo": "loudness peaks a second",
    "length": "seconds from first to last sound",
}


@dataclass(frozen=True)
class Frames:
    """A clip, frame by frame.

    Attributes
    ----------
    time : ndarray, shape (frames,)
        Middle of each frame in seconds.
    pitch : ndarray, shape (frames,)
        Hz; NaN where the frame is not voiced.
    strength : ndarray, shape (frames,)
        Autocorrelation at the pitch period, at most 1.
    level : ndarray, shape (frames,)
        Root mean square in dB, 0 is full scale (1.0).
    tilt : ndarray, shape (frames,)
        Level from 1 to 5 kHz less level from 50 Hz to 1 kHz, in dB.
    """

    time: np.ndarray
    pitch: np.ndarray
    strength: np.ndarray
    level: np.ndarray
    tilt: np.ndarray


def autocorrelation(frames: np.ndarray, lags: int) -> np.ndarray:
    """Compute the normalised autocorrelation of windowed frames, freed from the shape of the window.

    Parameters
    ----------
    frames : ndarray, shape (n, samples)
        Without window and mean.
    lags : int
        How many lags, from 0.

    Returns
    -------
    ndarray, shape (n, lags)
        r(0) = 1; a sine has r = 1 at its period. Silent frames are 0.

    Notes
    -----
    Boersma 1993, https://www.fon.hum.uva.nl/paul/papers/Proceedings_1993.pdf: the autocorrelation of the
    windowed frame is divided by that of the window.
    """
    window = np.hanning(frames.shape[1] + 2)[1:-1]
    size = fft.next_fast_len(frames.shape[1] + lags, real=True)

    def raw(rows):
        spectrum = np.asarray(fft.rfft(rows, size, axis=-1))
        return np.asarray(fft.irfft(np.abs(spectrum) ** 2, size, axis=-1))[..., :lags]

    own, ours = raw(frames * window), raw(window)
    power = own[:, :1]
    return np.divide(own, power * (ours / ours[0]), out=np.zeros_like(own), where=power > 1e-12)


def analyse(wave: np.ndarray, rate: int = RATE) -> Frames:
    """Find pitch, level and spectral slope of a clip every 10 ms.

    Parameters
    ----------
    wave : ndarray, shape (samples,)
        Full scale is 1.0.
    rate : int
        Samples per second, at least 8,000.

    Notes
    -----
    Two looks, the second near the voice's own pitch, are an idea of De Looze and Hirst (Speech Prosody 2008);
    bounds are ours.

    Raises
    ------
    AudioError
        If the wave is shorter than one frame or holds values that are not finite.
    """
    wave = np.asarray(wave, dtype=np.float64)
    width, hop = round(WINDOW * rate), round(HOP * rate)
    if wave.ndim != 1 or len(wave) < width:
        raise AudioError(
            f"A wave of shape {wave.shape} at {rate:,} Hz has no frame of {WINDOW:g} s; give a longer mono"
            " clip."
        )
    if not np.isfinite(wave).all():
        raise AudioError(
            "The wave holds samples that are not finite numbers; read the file with"
            " sequifi_lite.data.audio.read_audio."
        )
    frames = np.lib.stride_tricks.sliding_window_view(wave, width)[::hop]
    frames = frames - frames.mean(axis=1, keepdims=True)
    level = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-12)

    loud = level > _floor(level)
    lags = np.arange(int(np.ceil(rate / LOWEST)) + 3)
    r = autocorrelation(frames, len(lags))
    pitch, strength = _best(r, rate, LOWEST, HIGHEST)
    voiced = loud & (strength > VOICED)
    if voiced.any():
        # A second look near the voice's own pitch: most errors are of an octave.
        low, high = np.percentile(pitch[voiced], [25, 75])
        pitch, strength = _best(r, rate, max(LOWEST, 0.75 * low), min(HIGHEST, 1.9 * high))
        voiced = loud & (strength > VOICED)
    # A frame that stands alone is chance.
    voiced &= np.convolve(voiced, np.ones(3), mode="same") >= 2

    power = np.abs(np.asarray(fft.rfft(frames * np.hanning(width), axis=1))) ** 2
    frequency = fft.rfftfreq(width, 1 / rate)
    low = power[:, (frequency >= 50) & (frequency < 1000)].sum(axis=1)
    high = power[:, (frequency >= 1000) & (frequency <= 5000)].sum(axis=1)
    tilt = 10 * np.log10((high + 1e-12) / (low + 1e-12))
    time = (np.arange(len(frames)) * hop + width / 2) / rate
    return Frames(time, np.where(voiced, pitch, np.nan), np.clip(strength, 0, 1), level, tilt)


def _floor(level: np.ndarray) -> float:
    """The level in dB below which a frame is a pause.

    The twentieth part of the frames that is quietest tells the noise.
    """
    noise = min(
        np.percentile(level, 5) + ABOVE, level.max() - 15
    )  # in a clip without a pause it would be speech
    return max(level.max() - QUIET, noise, -80.0)


def _best(r: np.ndarray, rate: int, lowest: float, highest: float) -> tuple[np.ndarray, np.ndarray]:
    """Pitch in Hz and autocorrelation at the best peak of each frame between two pitches.

    -1 where there is no peak.
    """
    short, long = max(int(rate / highest), 1), min(int(np.ceil(rate / lowest)), r.shape[1] - 2)
    # Multiples of the period fit as well as the period itself: of equal peaks the shorter lag shall win.
    cost = 0.03 * np.log2(np.arange(short, long + 1) / short)
    inner = r[:, short : long + 1]
    peak = (inner >= r[:, short - 1 : long]) & (inner >= r[:, short + 1 : long + 2])
    best = short + np.argmax(np.where(peak, inner - cost, -2.0), axis=1)
    rows = np.arange(len(r))
    before, at, after = r[rows, best - 1], r[rows, best], r[rows, best + 1]
    bend = before - 2 * at + after
    shift = np.divide(0.5 * (before - after), bend, out=np.zeros_like(at), where=bend < -1e-9)
    return rate / (best + np.clip(shift, -0.5, 0.5)), np.where(peak.any(axis=1), at, -1.0)


def measure(wave: np.ndarray, rate: int = RATE) -> dict[str, float]:
    """Measure the features of one clip, as named in `FEATURES`.

    What rests on pitch is NaN where fewer than five frames are voiced, and everything but the level is where
    the clip is silent.

    Raises
    ------
    AudioError
        As `analyse`.
    """
    frames = analyse(wave, rate)
    out = dict.fromkeys(FEATURES, float("nan"))
    loud = frames.level > _floor(frames.level)
    if not loud.any():
        return {**out, "level": float(frames.level.max())}
    first, last = np.flatnonzero(loud)[[0, -1]]
    inside = slice(first, last + 1)
    out["length"] = float((last - first + 1) * HOP)
    out["level"] = float(10 * np.log10(np.mean(10 ** (frames.level[loud] / 10))))
    out["dynamics"] = float(np.subtract(*np.percentile(frames.level[loud], [90, 10])))
    bell = np.hanning(9)[1:-1]  # 70 ms
    smooth = np.convolve(np.pad(frames.level[inside], 3, mode="edge"), bell / bell.sum(), mode="valid")
    peaks, _ = signal.find_peaks(np.concatenate([[-120.0], smooth, [-120.0]]), prominence=3.0, distance=8)
    out["tempo"] = len(peaks) / out["length"]
    voiced = np.isfinite(frames.pitch)
    if voiced.sum() >= 5:
        semitones = 12 * np.log2(frames.pitch[voiced] / 100)
        out["pitch"] = float(np.median(semitones))
        out["range"] = float(np.subtract(*np.percentile(semitones, [90, 10])))
        out["slope"] = float(np.polyfit(frames.time[voiced], semitones, 1)[0])
        out["harmonics"] = float(np.median(frames.strength[voiced]))
        power = 10 ** (frames.level[voiced] / 10)
        out["tilt"] = float(np.average(frames.tilt[voiced], weights=power))
    return out
