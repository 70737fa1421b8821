"""The twin.

Six miniature corpora of synthetic speech in the folder trees, names, formats and flaws of the real ones.

Names, lengths and loudness of its files are those of published files, so everything that reads a corpus can
be tried on it; the sound is made by `sequifi_lite.data.synthetic.voice`. It is for tests and for pages that
need something to listen to. No result is ever quoted from it: its emotions are what we programmed.
"""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
import zlib
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePosixPath

import numpy as np
import soundfile
from scipy.signal import resample_poly

from ...errors import SequifiError, expanded
from ..corpora.published import corpus as module_of, described, published
from ..files import partial_of, sweep, written_to
from ..sound import fingerprints
from . import voice
from .chosen import NARROW, chosen
from .voice import Prosody, Voice

NAMES = ("cremad", "ravdess", "emodb", "mesd", "shemo", "nemo")

SHARED = {"1006_TIE_NEU_XX": "1006_TIE_HAP_XX", "03-01-03-01-02-02-07": "03-01-03-01-02-01-07"}
SHARED["Happiness_C_A_lento_dentro"] = "Happiness_C_A_dentro"  # name -> the recording it repeats
SILENT = ("1076_MTI_SAD_XX",)

# Noise in dB below the loudest speech, lowest and highest frequency in Hz, silence before and after a phrase
# in seconds.
_ROOMS = {
    "cremad": (-38.0, 70, 7500, 0.25),
    "ravdess": (-58.0, 60, 11500, 0.75),
    "emodb": (-50.0, 60, 7800, 0.08),
    "mesd": (-52.0, 60, 11500, 0.03),
    "shemo": (-34.0, 90, 7000, 0.05),
    "nemo": (-46.0, 60, 11000, 0.12),
}

README = """SYNTHETIC SPEECH

These folders were written by `sequifi-lite twin` ({what}, seed {seed}).
They imitate the layout, the file names, the formats, the lengths and the flaws of six corpora
of emotional speech.
Nobody speaks in them: every sound was computed. No words, no people, no result to be quoted.
The real corpora are described at
{homes}
"""
COMMENT = "synthetic: written by sequifi-lite twin, not a recording"


def write_twin(folder: str | Path, seed: int = 0, corpora: Iterable[str] | None = None) -> dict[str, Path]:
    """Write miniature synthetic corpora.

    Parameters
    ----------
    folder : str or Path
        New or empty; it will hold one official folder tree per corpus, and a README.txt. It appears only when
        all is written.
    seed : int
        Other seeds give other voices and readings under the same file names. On one machine the same seed
        gives the same bytes.
    corpora : iterable of str, optional
        Which ones; all six by default. A corpus comes out the same whether alone or with others.

    Returns
    -------
    dict of str to Path
        The root of each corpus, as `sequifi_lite.data.corpora.scan.scan` takes it.

    Raises
    ------
    SequifiError
        If the folder is there and not empty, or cannot be written; if a corpus is unknown, or the seed below
        0.
    """
    folder = expanded(folder).resolve()
    names = tuple(
        NAMES if corpora is None else dict.fromkeys([corpora] if isinstance(corpora, str) else corpora)
    )
    _check(folder, seed, names)
    # Beside its place, so that the last step is a mere renaming; a killed run leaves no half-written twin
    # under the name, and the next one sweeps what it left.
    made = [parent for parent in folder.parents if not parent.exists()]
    work = partial_of(folder)
    try:
        with written_to(folder, "DIR"):
            folder.parent.mkdir(parents=True, exist_ok=True)
            sweep(folder.parent)
            work.mkdir()
            for name in names:
                _write_corpus(name, work / name, seed)
            homes = "\n".join(f"  {module_of(name).TITLE}: {module_of(name).HOME}" for name in names)
            text = README.format(what=", ".join(names), seed=seed, homes=homes)
            (work / "README.txt").write_text(text, encoding="utf-8")
            try:
                work.replace(folder)  # in one step, onto an empty folder too
            except OSError:
                _check(folder, seed, names)  # another process may have written its twin there meanwhile
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
        with contextlib.suppress(OSError):
            for parent in made:
                parent.rmdir()
    return {name: folder / name for name in names}


def _check(folder: Path, seed: int, names: tuple[str, ...]) -> None:
    """Refuse what `write_twin` cannot do, before anything is written."""
    if not names:
        raise SequifiError(f"No corpus was asked for; choose from {', '.join(NAMES)}.")
    for name in names:
        module_of(name)
    if seed < 0:
        raise SequifiError(f"The seed is {seed}; choose a whole number from 0 upwards.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        what = "not empty" if folder.is_dir() else "a file"
        raise SequifiError(f"{folder} is {what}; name a new folder for the twin.")


def _generator(seed: int, *words: str) -> np.random.Generator:
    """Random numbers that depend on a name and not on what was drawn before."""
    return np.random.default_rng([seed, zlib.crc32("/".join(words).encode())])


# ---------------------------------------------------------------- who speaks, and how

_MANNER = ("pitch", "range", "slope", "ending", "tilt")


def speaker_voice(name: str, speaker: str, gender: str, seed: int = 0) -> Voice:
    """Draw the voice of one speaker of one corpus."""
    rng = _generator(seed, name, speaker)
    pitch, tract = {"male": (118, 1.0), "female": (205, 0.87), "child": (275, 0.75)}[gender]
    return Voice(
        pitch=pitch * 2 ** (rng.normal() * 2.2 / 12),
        tract=tract * float(np.exp(0.05 * rng.normal())),
        breath=0.02 + 0.08 * rng.random(),
        tilt=1.3 * rng.normal(),
    )


def reading(
    name: str, speaker: str, stem: str, emotion: str, intensity: str | None, seed: int = 0
) -> Prosody:
    """Draw how a clip is said.

    The emotion's prosody as strongly and in the manner that the speaker has, no two clips quite alike.
    """
    of_speaker, of_clip = _generator(seed, name, speaker, emotion), _generator(seed, name, stem, "prosody")
    strength = {"high": 1.25, "strong": 1.25, "low": 0.75}.get(intensity or "", 1.0)
    strength *= np.exp(0.25 * of_speaker.normal() + 0.15 * of_clip.normal())
    prosody = voice.towards(voice.PROSODY[emotion], strength)
    spread = dict(zip(_MANNER, (1.0, 1.0, 1.0, 1.0, 0.5)))
    own = {
        key: getattr(prosody, key) + size * (of_speaker.normal() + 0.5 * of_clip.normal())
        for key, size in spread.items()
    }
    return replace(prosody, **{**own, "range": max(own["range"], 0.3)})


def _speaker(name: str, stem: str, fields: dict, seed: int) -> str:
    """MESD's eleven voices are not named: three women, two men, six children, drawn for each clip."""
    if fields["speaker"]:
        return fields["speaker"]
    voices = {"female": 3, "male": 2, "child": 6}[fields["gender"]]
    return f"{fields['gender']} {_generator(seed, name, stem, 'voice').integers(voices)}"


def _syllables(name: str, fields: dict, seconds: float) -> int:
    """As many as fit into the usual length of the sentence, the same for quick and slow readings."""
    usual = _usual_length(name).get(fields["sentence"], seconds)
    return max(1, round(4.5 * max(usual - 2 * _ROOMS[name][3], 0.2)))


@cache
def _usual_length(name: str) -> dict[str, float]:
    lengths: dict[str, list[float]] = {}
    for file, seconds in published(name).items():
        if seconds:
            lengths.setdefault(described(name, PurePosixPath(file).stem)["sentence"], []).append(seconds)
    return {sentence: float(np.median(values)) for sentence, values in lengths.items()}


# ---------------------------------------------------------------- files


def _write_corpus(name: str, root: Path, seed: int) -> None:
    for file in chosen(name):
        stem = PurePosixPath(file).stem
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        samples, rate, subtype = _clip(name, SHARED.get(stem, stem), seed)
        with io.BytesIO() as whole:
            with soundfile.SoundFile(whole, "w", rate, samples.shape[1], subtype, format="WAV") as sound:
                sound.comment = COMMENT
                sound.write(samples)
            path.write_bytes(whole.getvalue())  # unlike libsndfile, this says why a disk takes no more
    if name == "nemo":
        _write_table(root)


def _clip(name: str, stem: str, seed: int):
    """Integer samples (frames, channels), rate in Hz and sample format of one file."""
    fields = described(name, stem)
    module = module_of(name)
    rate = module.RATES[-1] if fields["speaker"] == NARROW else module.RATES[0]
    frames = round(published(name)[fields["file"]] * rate)
    rng = _generator(seed, name, stem)
    subtype = "PCM_24" if name == "mesd" else "PCM_16"
    if stem in SILENT:
        return np.zeros((frames, 1), dtype=np.int16), rate, subtype

    noise, low, high, margin = _ROOMS[name]
    seconds = frames / rate
    speaker = _speaker(name, stem, fields, seed)
    phrase = voice.phrase(
        fields["language"], _syllables(name, fields, seconds), _generator(0, name, fields["sentence"])
    )
    prosody = reading(name, speaker, stem, fields["emotion"], fields["intensity"], seed)
    said = voice.speak(
        phrase,
        speaker_voice(name, speaker, fields["gender"], seed),
        prosody,
        seconds,
        rng,
        fields["language"],
        margin,
    )
    hum = rng.normal(size=len(said)) * 0.1 * 10 ** (noise / 20)
    heard = _at_rate(_band(said + hum, low, min(high, 0.46 * rate)), rate, frames)
    loudness = fingerprints(name).get(fields["file"])
    dbfs = loudness[0] if loudness else 20 * np.log10(np.sqrt(np.mean(heard**2))) + 2
    wave = levelled(heard, dbfs, rate, full=module.FULL_SCALE)[:, None]
    if stem in module.STEREO:
        apart = wave * 0.05 + 10 ** (-70 / 20) * rng.normal(size=wave.shape)
        wave = np.concatenate([wave + apart, wave - apart], axis=1)
    if subtype == "PCM_24":
        return np.round(wave * (2**23 - 1)).astype(np.int32) << 8, rate, subtype
    return np.round(wave * (2**15 - 1)).astype(np.int16), rate, subtype


def _band(wave: np.ndarray, low: float, high: float) -> np.ndarray:
    """What microphone and medium let through, at the synthesiser's rate."""
    spectrum = np.fft.rfft(wave)
    frequencies = np.fft.rfftfreq(len(wave), 1 / voice.RATE)
    spectrum *= (
        1 / np.sqrt(1 + (low / np.maximum(frequencies, 1)) ** 8) / np.sqrt(1 + (frequencies / high) ** 24)
    )
    return np.fft.irfft(spectrum, len(wave))


def _at_rate(wave: np.ndarray, rate: int, frames: int) -> np.ndarray:
    out = wave if rate == voice.RATE else resample_poly(wave, rate // 300, voice.RATE // 300, padtype="line")
    return np.pad(out, (0, max(frames - len(out), 0)))[:frames]


def levelled(wave: np.ndarray, dbfs: float, rate: int, full: bool = False) -> np.ndarray:
    """Scale a wave to a loudness; where its peak must not, or must, reach full scale, the dynamics give way.

    Too high a peak is limited smoothly; where the peak is not high enough, all that is far from it fades.

    Parameters
    ----------
    wave : ndarray, shape (samples,)
    dbfs : float
        Wanted root mean square of the whole clip in dB, 0 is full scale (1.0).
    rate : int
        Samples per second.
    full : bool
        The highest peak shall be exactly 1; else it stays below 0.95.
    """
    rms, ceiling = 10 ** (dbfs / 20), 1.0 if full else 0.95
    wave = wave / np.max(np.abs(wave))
    wanted = rms / ceiling  # RMS of a wave whose peak is 1
    if np.sqrt(np.mean(wave**2)) < wanted:
        wave = _bisect(lambda drive: wave * (1 + drive) / (1 + drive * np.abs(wave)), wanted, 0.0, 60.0)
    elif full:
        away = np.abs(np.arange(len(wave)) - np.argmax(np.abs(wave))) / rate
        wave = _bisect(lambda slow: wave * np.exp(-away / np.exp(slow)), wanted, np.log(0.002), np.log(60.0))
    if full:
        return wave
    return wave * min(rms / np.sqrt(np.mean(wave**2)), ceiling)


def _bisect(change, wanted: float, low: float, high: float) -> np.ndarray:
    """The change, peak 1, whose RMS is the wanted one; the RMS rises from `low` to `high`."""
    for _ in range(18):
        middle = (low + high) / 2
        wave = change(middle)
        wave = wave / np.max(np.abs(wave))
        low, high = (middle, high) if np.sqrt(np.mean(wave**2)) < wanted else (low, middle)
    return wave


def _write_table(root: Path) -> None:
    """nEMO comes with a table, whose speaker names are padded with spaces."""
    with open(root / "data.tsv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(("file_id", "emotion", "raw_text", "normalized_text", "speaker_id", "gender", "age"))
        for name in chosen("nemo"):
            path = PurePosixPath(name)
            fields = described("nemo", path.stem)
            text = f"(synthetic sentence {fields['sentence']})"
            writer.writerow(
                (path.name, fields["label"], text, text, f"{'':8}{fields['speaker']}", fields["gender"], "")
            )
