"""A small source-filter synthesiser.

Glottal pulses and noise through formant resonators, prosody by a handful of numbers.

It says no words. A sentence is a row of syllables drawn from the vowels and consonants of a language; what
can be heard is who speaks (pitch, length of the vocal tract), with which accent, and in which mood. Its one
purpose is the twin, and pages on which one property of a voice is to be turned while all others stay.

Sources: glottal pulse of Klatt and Klatt (J. Acoust. Soc. Am. 87, 1990, doi:10.1121/1.398894); cascade of
digital resonators of Klatt (J. Acoust. Soc. Am. 67, 1980, doi:10.1121/1.383940). Formants are rounded
textbook values.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import fft

from .phonemes import ACCENTS, CONSONANTS, VOWELS

RATE = 24_000  # Hz; enough for the hiss of an s
HOP = 192  # samples between two settings of the filters, 8 ms
# dB per octave; so smooth a pulse is darker than real ones, whose level above 1 kHz is some 15 dB below the
# rest
_BRIGHT = 3.0
_FFT = 1024  # a frame of two hops, and room for its echo in the vocal tract


@dataclass(frozen=True)
class Syllable:
    onset: str
    vowel: str
    coda: str | None
    stressed: bool


def phrase(language: str, syllables: int, rng: np.random.Generator) -> list[Syllable]:
    """Draw the syllables of a sentence.

    Parameters
    ----------
    language : str
        en, de, es, fa or pl.
    syllables : int
        How many, at least one.
    """
    accent = ACCENTS[language]
    vowels, consonants = accent.vowels.split(), accent.consonants.split()
    out: list[Syllable] = []
    while len(out) < syllables:
        foot = min(int(rng.integers(2, 4)), syllables - len(out))
        stress = accent.stressed if accent.stressed >= 0 else max(foot + accent.stressed, 0)
        for place in range(foot):
            stressed = place == stress
            vowel = vowels[rng.integers(len(vowels))]
            onset = consonants[rng.integers(len(consonants))]
            coda = consonants[rng.integers(len(consonants))] if rng.random() < accent.closed else None
            if accent.weak and not stressed and rng.random() < 0.7:
                vowel = accent.weak
            out.append(Syllable(onset, vowel, coda, stressed))
    return out


@dataclass(frozen=True)
class Voice:
    """Who speaks.

    Attributes
    ----------
    pitch : float
        Usual fundamental frequency in Hz.
    tract : float
        Length of the vocal tract, 1 for a grown man; formants lie at the textbook values divided by it.
    breath : float
        Noise of the glottis relative to its pulses, 0 to 1.
    tilt : float
        Change of the spectrum's slope in dB per octave; below 0 is darker.
    """

    pitch: float = 115.0
    tract: float = 1.0
    breath: float = 0.05
    tilt: float = 0.0


@dataclass(frozen=True)
class Prosody:
    """How it is said; the defaults are a neutral reading.

    Attributes
    ----------
    pitch : float
        Shift of the pitch in semitones.
    range : float
        Height of the accents on stressed syllables in semitones.
    slope : float
        Change of pitch from the first to the last sound in semitones.
    ending : float
        Movement of the pitch on the last syllable in semitones; above 0 rises.
    level : float
        Loudness in dB.
    tilt : float
        Change of the spectrum's slope in dB per octave; above 0 is sharper, as in a raised voice.
    rate : float
        Tempo, 1 for a neutral reading.
    jitter : float
        Irregularity of the length of a period, as a share of it.
    breath : float
        Added noise of the glottis.
    spread : float
        Factor on the formants; a smile, which shortens the tract, raises them.
    """

    pitch: float = 0.0
    range: float = 3.0
    slope: float = -3.0
    ending: float = -1.0
    level: float = 0.0
    tilt: float = 0.0
    rate: float = 1.0
    jitter: float = 0.006
    breath: float = 0.0
    spread: float = 1.0


# Signs follow the literature on acted emotion (Banse, Scherer 1996, doi:10.1037/0022-3514.70.3.614); sizes
# are ours.
PROSODY = {
    "neutral": Prosody(),
    "anger": Prosody(3.0, 5.5, -3.5, -3.0, 6.0, 4.0, 1.12, 0.014, 0.0, 1.01),
    "happiness": Prosody(5.0, 6.5, -1.0, 2.5, 3.0, 1.8, 1.06, 0.006, 0.06, 1.08),
    "sadness": Prosody(-1.0, 1.3, -4.0, -1.0, -5.0, -3.2, 0.86, 0.016, 0.25, 0.97),
    "disgust": Prosody(-1.5, 3.0, -4.0, -2.0, -1.0, -0.5, 0.88, 0.022, 0.05, 0.96),
    "fear": Prosody(6.0, 3.0, -0.5, 0.5, 0.0, 0.3, 1.15, 0.028, 0.15, 1.02),
    "surprise": Prosody(5.0, 7.5, 1.0, 6.0, 2.5, 0.8, 1.0, 0.008, 0.05, 1.03),
    "boredom": Prosody(-2.0, 1.0, -2.0, -0.5, -3.5, -1.3, 0.8, 0.008, 0.05, 0.98),
    "calm": Prosody(-0.7, 2.0, -2.5, -1.0, -3.0, -1.2, 0.9, 0.006, 0.08, 1.0),
}


def towards(prosody: Prosody, strength: float) -> Prosody:
    """Mix a prosody between neutral (strength 0) and the one given (1), or beyond it."""
    plain = Prosody()
    mixed = {
        name: (1 - strength) * getattr(plain, name) + strength * getattr(prosody, name)
        for name in vars(plain)
    }
    return replace(
        plain, **{**mixed, "jitter": max(mixed["jitter"], 0.0), "breath": max(mixed["breath"], 0.0)}
    )


def speak(
    syllables: list[Syllable],
    voice: Voice,
    prosody: Prosody,
    seconds: float,
    rng: np.random.Generator,
    language: str = "en",
    margin: float = 0.1,
) -> np.ndarray:
    """Say a phrase.

    Parameters
    ----------
    syllables : list of Syllable
        From `phrase`.
    seconds : float
        Length of the whole clip. The phrase fills it but for `margin` at both ends, and less of it at a
        higher rate.
    rng : Generator
        Draws the noise, and how this reading differs a little from the next one.

    Returns
    -------
    ndarray of float64, shape (samples,)
        At `RATE`; its loudest tenth of a second has an RMS of -20 dB re 1 plus `prosody.level`.
    """
    samples = round(seconds * RATE)
    frames = samples // HOP + 2
    track = _tracks(syllables, voice, prosody, seconds, frames, rng, language, margin)

    place = np.arange(samples) / HOP
    at = np.arange(frames)

    def per_sample(name):
        return np.interp(place, at, track[name])

    # Glottis: the derivative of one flow pulse per period, each period a little too long or too short.
    phase = np.cumsum(per_sample("f0")) / RATE
    cycles = np.arange(int(phase[-1]) + 3)
    phase = phase + np.interp(phase, cycles, prosody.jitter * rng.normal(size=len(cycles)))
    inside = np.maximum(phase, 0) % 1.0
    opening = np.minimum(inside / 0.62, 1.0)
    pulse = np.where(inside < 0.62, 2 * opening - 3 * opening**2, 0.0)
    shimmer = 1 + 4 * prosody.jitter * rng.normal(size=len(cycles) + 2)
    pulse *= shimmer[np.maximum(phase, 0).astype(int)]
    breath = voice.breath + prosody.breath
    noise = rng.normal(size=(2, samples))
    glottis = per_sample("voicing") * (pulse + 0.35 * breath * noise[0] * (0.4 + (inside < 0.62)))
    glottis += 0.12 * per_sample("breath") * noise[0]
    out = _filter(glottis, 0.25 * per_sample("hiss") * noise[1], track, voice, prosody)

    window = RATE // 10
    energy = np.concatenate([[0.0], np.cumsum(out**2)])
    power = np.max(energy[window:] - energy[:-window]) / window if samples > window else energy[-1] / samples
    return out * (0.1 * 10 ** (prosody.level / 20) / np.sqrt(power))


def _tracks(syllables, voice, prosody, seconds, frames, rng, language, margin):
    """What the sources and filters are set to at each frame."""
    sounds, stretch = [], ACCENTS[language].stretch
    for number, syllable in enumerate(syllables):
        last = number == len(syllables) - 1
        long = (stretch if syllable.stressed else 1.0) * (1.35 if last else 1.0)
        sounds.append((number, syllable.onset, CONSONANTS[syllable.onset].length))
        sounds.append((number, syllable.vowel, long))
        if syllable.coda:
            sounds.append((number, syllable.coda, CONSONANTS[syllable.coda].length * (1.2 if last else 0.9)))
    lengths = np.array([length for *_, length in sounds]) * np.exp(0.08 * rng.normal(size=len(sounds)))
    room = max(seconds - 2 * margin, 0.6 * seconds)
    spoken = min(room * (0.93 / prosody.rate) ** 0.5, room)
    start = (seconds - spoken) / 2
    ends = start + spoken * np.cumsum(lengths) / lengths.sum()
    time = np.arange(frames) * HOP / RATE
    index = np.clip(np.searchsorted(ends, time, side="right"), 0, len(sounds) - 1)
    silent = (time < start) | (time >= ends[-1])

    formants = np.array(
        [VOWELS[s] if s in VOWELS else CONSONANTS[s].formants for _, s, _ in sounds], dtype=float
    )
    table = [CONSONANTS.get(sound) for _, sound, _ in sounds]
    voicing = np.array([1.0 if c is None else c.voicing for c in table])
    hiss = np.array([0.0 if c is None else c.hiss for c in table])
    centre = np.array([3000.0 if c is None else c.centre for c in table])
    breath = np.array([0.0 if c is None else c.breath for c in table])
    stressed = np.array([syllables[number].stressed for number, *_ in sounds])
    voicing *= np.where(stressed, 1.0, 0.75)

    # A stop is silent for the first two thirds of its time.
    begins = np.concatenate([[start], ends[:-1]])
    share = (time - begins[index]) / (ends - begins)[index]
    # Syllables swell and fade, and the breath behind a phrase runs out.
    swell = (0.55 + 0.45 * np.sin(np.pi * np.clip(0.1 + 0.85 * share, 0, 1))) * (
        1 - 0.35 * np.clip((time - start) / spoken, 0, 1)
    )
    closed = np.array([c is not None and c.burst for c in table])[index] & (share < 0.65)

    # Vowels give way to their neighbours: the tongue is slower than the breath.
    track = {
        "formants": np.stack([_smooth(np.log(formants[index, k]), 9) for k in range(3)], axis=1),
        "voicing": _smooth(np.where(silent, 0.0, voicing[index] * swell), 5),
        "hiss": _smooth(np.where(silent | closed, 0.0, hiss[index]), 3),
        "breath": _smooth(np.where(silent | closed, 0.0, breath[index]), 5),
        "centre": centre[index],
    }
    place = np.clip((time - start) / spoken, 0, 1)
    height = prosody.slope * (place - 0.5)
    bump = np.zeros(len(sounds))
    strong = np.array([sound in VOWELS and syllables[number].stressed for number, sound, _ in sounds])
    bump[strong] = prosody.range * np.exp(0.25 * rng.normal(size=strong.sum()))
    height += _smooth(bump[index], 15)
    final = np.array([number == len(syllables) - 1 for number, *_ in sounds])[index]
    if final.any():
        begin = time[final][0]
        height += prosody.ending * np.clip((time - begin) / max(ends[-1] - begin, HOP / RATE), 0, 1)
    track["f0"] = np.clip(voice.pitch * 2 ** ((prosody.pitch + _smooth(height, 9)) / 12), 55, 700)
    return track


def _smooth(values: np.ndarray, width: int) -> np.ndarray:
    """Running mean with a raised-cosine weight over `width` frames, ends held."""
    weight = np.hanning(width + 2)[1:-1]
    return np.convolve(np.pad(values, width // 2, mode="edge"), weight / weight.sum(), mode="valid")


_FREQUENCIES = np.arange(_FFT // 2 + 1) * RATE / _FFT


def resonances(formants: np.ndarray, bandwidths: np.ndarray) -> np.ndarray:
    """Compute the transfer function of a cascade of digital resonators with gain 1 at 0 Hz.

    Parameters
    ----------
    formants, bandwidths : ndarray, shape (frames, formants)
        In Hz.

    Returns
    -------
    ndarray of complex128, shape (frames, 513)
        At 0 Hz to 12 kHz.
    """
    c = -np.exp(-2 * np.pi * bandwidths / RATE)
    b = 2 * np.sqrt(-c) * np.cos(2 * np.pi * formants / RATE)
    denominator = np.zeros((len(formants), 2 * formants.shape[1] + 1))
    denominator[:, 0] = 1
    for k in range(formants.shape[1]):
        one, two = denominator[:, :-1].copy(), denominator[:, :-2].copy()
        denominator[:, 1:] -= b[:, k, None] * one
        denominator[:, 2:] -= c[:, k, None] * two
    return np.prod(1 - b - c, axis=1)[:, None] / fft.rfft(denominator, _FFT, axis=1)


def _filter(glottis, hiss, track, voice, prosody):
    """Both sources through their filters, frame by frame with overlapping raised-cosine windows."""
    frames, samples = len(track["f0"]), len(glottis)
    scale = prosody.spread / voice.tract
    high = np.arange(3500, 8000, 1000)[None].repeat(frames, 0)
    formants = np.concatenate([np.exp(track["formants"]), high], axis=1) * scale
    formants[:, 0] = np.maximum(
        formants[:, 0], track["f0"]
    )  # singers and children open the mouth rather than lose the first formant
    formants = np.minimum(formants, 11_500)
    widths = np.array([70, 90, 130, 200, 280, 350, 420, 500], dtype=float) * np.ones((frames, 1))
    tract = resonances(formants, widths)
    octaves = np.log2(np.maximum(_FREQUENCIES, 250) / 250)
    tract *= 10 ** ((_BRIGHT + voice.tilt + prosody.tilt) * octaves / 20)

    mouth = np.log2(np.maximum(_FREQUENCIES, 20) / track["centre"][:, None])
    mouth = np.exp(-0.5 * (mouth / 0.45) ** 2)

    window = np.hanning(2 * HOP + 1)[:-1]
    spectrum = fft.rfft(_frames(glottis, frames) * window, _FFT, axis=1) * tract
    spectrum += fft.rfft(_frames(hiss, frames) * window, _FFT, axis=1) * mouth
    echo = np.asarray(fft.irfft(spectrum, _FFT, axis=1))
    # Overlap-add: a frame's echo reaches over several hops, so it is cut into pieces of one hop each.
    pieces = -(-_FFT // HOP)
    echo = np.pad(echo, ((0, 0), (0, pieces * HOP - _FFT))).reshape(frames, pieces, HOP)
    out = np.zeros((frames + pieces, HOP))
    for piece in range(pieces):
        out[piece : piece + frames] += echo[:, piece]
    return out.reshape(-1)[HOP : HOP + samples]


def _frames(signal: np.ndarray, frames: int) -> np.ndarray:
    """Frames of two hops, the k-th centred on sample k * HOP."""
    padded = np.zeros((frames + 1) * HOP)
    padded[HOP : HOP + len(signal)] = signal[: len(padded) - HOP]
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * HOP)[::HOP][:frames]
