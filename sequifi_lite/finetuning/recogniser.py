"""A trained head with all that it takes to answer: scaler, emotions, encoder, temperature."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..data.audio import RATE, read_audio
from ..data.encoders.like import encoder_like
from ..data.encoders.pooling import SHORTEST, Encoder
from ..data.pack_file import Pack, difference
from ..data.resampling import resample
from ..data.scaler import Scaler
from ..errors import ArgumentError, AudioError, check_number, expanded
from ..learning.heads import MLP

FAR = 4.0  # times as far from the source's mean as the clips of training: no speech, or no such embeddings
BATCH = 12 * RATE  # samples that go through the encoder at once


@dataclass(frozen=True)
class Segment:
    """What is heard from one second to another.

    `probabilities` has one entry for each emotion; `emotion` is the likeliest, `probability` its share.
    """

    start: float
    end: float
    emotion: str
    probability: float
    probabilities: dict[str, float]


@dataclass(frozen=True)
class Answer:
    """What is heard in a recording: over all of it the mean of its segments' probabilities.

    Attributes
    ----------
    file : str or None
        None where samples were given.
    seconds : float
    emotion : str
    probability : float
    probabilities : dict of str to float
    segments : list of Segment
        One for a recording no longer than a segment.
    note : str
        Where the recording is unlike all that was trained on, the middle of a sentence; else "".
    """

    file: str | None
    seconds: float
    emotion: str
    probability: float
    probabilities: dict[str, float]
    segments: list[Segment]
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Give the answer as plain dicts and lists, for JSON."""
        return asdict(self)


class Recogniser:
    """Answer for recordings, or for embeddings as packs have them; made by `load_model`.

    Attributes
    ----------
    head : MLP with R runs
        Its inputs are scaled embeddings. Where there are several runs, their probabilities are averaged.
    scaler : Scaler
    card : dict
        What was saved with it: ``emotions``, ``encoder``, ``layer``, ``pooling``, ``corpora``, ``folds``,
        ``temperature``, ``stored`` and so on.
    """

    def __init__(self, head: MLP, scaler: Scaler, card: dict[str, Any]):
        self.head, self.scaler, self.card = head, scaler, card
        self._encoder: tuple[str | None, Encoder] | None = None

    @property
    def emotions(self) -> tuple[str, ...]:
        return tuple(self.card["emotions"])

    @property
    def made(self) -> str:
        """How the embeddings that it takes are made, in words."""
        return f"{self.card['encoder']} block {self.card['layer']} {self.card['pooling']}"

    @torch.no_grad()
    def probabilities(self, embeddings: np.ndarray | Pack) -> np.ndarray:
        """Compute calibrated probabilities (n, K) of embeddings (n, inputs) that are not scaled.

        Raises
        ------
        ArgumentError
            If they are of another encoder, were scaled already, have another width, or are not finite.
        """
        X = self._checked(embeddings)
        if not len(X):
            return np.zeros((0, len(self.emotions)))
        far, usual = float(np.median(self.distance(X))), max(self.card["distance"].values())
        if far > FAR * usual:
            raise ArgumentError(
                f"These embeddings lie {far:.1f} standard deviations from the source's mean, and those that"
                f" the model was trained on {usual:.1f}; give them as they are made by {self.made}, not"
                " scaled: load_pack(...).embeddings."
            )
        return self._answers(X)

    def _answers(self, X: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            z = torch.from_numpy(self.scaler(X)).to(self.head.W1.dtype)
            scores = self.head(z).double() / self.card["temperature"]
            return torch.softmax(scores, -1).mean(0).numpy()

    def _checked(self, embeddings: np.ndarray | Pack) -> np.ndarray:
        """Read embeddings (n, inputs) and round them as packs do."""
        if isinstance(embeddings, Pack):
            if unlike := difference(embeddings.provenance, self.card):
                raise ArgumentError(
                    f"The pack was made with {unlike[0]} and the model takes {unlike[1]}; embed the"
                    " corpus with"
                    f" {self.made}."
                )
            embeddings = embeddings.embeddings
        X = np.asarray(embeddings)
        width = len(self.scaler.mean)
        if X.ndim != 2 or X.shape[1] != width or not np.issubdtype(X.dtype, np.floating):
            raise ArgumentError(
                f"An array of {X.dtype} of shape {X.shape} was given, and the model takes embeddings of shape"
                f" (clips, {width}) as {self.made} makes them; for sound use predict."
            )
        with np.errstate(over="ignore"):
            X = X.astype(np.float16)
        if not np.isfinite(X).all():
            raise ArgumentError("Some embeddings hold values that are not finite; make them again.")
        return X

    def distance(self, X: np.ndarray) -> np.ndarray:
        """Measure how far embeddings (n, inputs) lie from the source's mean: (n,), root mean square of z."""
        return np.sqrt((self.scaler(X).astype(np.float64) ** 2).mean(1))

    def predict(
        self,
        sound: str | Path | np.ndarray,
        rate: int | None = None,
        segment: float | None = None,
        encoder: str | None = None,
    ) -> Answer:
        """Say what emotion is heard in a recording.

        Parameters
        ----------
        sound : path, or ndarray of float (samples,)
            A sound file, or samples of one channel, full scale 1.0.
        rate : int
            Samples a second, where samples are given.
        segment : float, optional
            Seconds; a longer recording is cut into equal pieces, none longer than this. By default the length
            of the longest clip that the model was trained on.
        encoder : str, optional
            A hub name or a folder; see `sequifi_lite.data.encoders.like.encoder_like` for where it is looked
            for otherwise. Other weights than those that the model was trained with are refused.

        Raises
        ------
        AudioError, ArgumentError
            If the recording cannot be read, is shorter than 25 ms, or is no such array.
        EncoderError
            If the encoder cannot be loaded.
        """
        waveform = self._waveform(sound, rate)
        longest = self.card["longest"] if segment is None else segment
        seconds = max(float(check_number("segment", longest, open_=True)), SHORTEST / RATE)
        most = round(seconds * RATE) + 1  # resampling may make a clip a sample longer
        pieces = np.array_split(waveform, max(1, -(-len(waveform) // most)))
        X = self._checked(self._embedded(pieces, encoder))
        shares = self._answers(X)
        ends = np.cumsum([len(piece) for piece in pieces]) / RATE
        starts = [0.0, *ends[:-1]]
        segments = [
            Segment(float(a), float(b), *self._told(p)) for a, b, p in zip(starts, ends, shares, strict=True)
        ]
        far = float(np.median(self.distance(X)))
        unlike = far > FAR / 2 * max(self.card["distance"].values())
        return Answer(
            str(sound) if isinstance(sound, (str, Path)) else None,
            len(waveform) / RATE,
            *self._told(np.average(shares, axis=0, weights=[len(piece) for piece in pieces])),
            segments,
            "unlike all clips that the model was trained on, so do not trust the answer" if unlike else "",
        )

    def _told(self, shares: np.ndarray) -> tuple[str, float, dict[str, float]]:
        named = {emotion: float(p) for emotion, p in zip(self.emotions, shares, strict=True)}
        best = max(named, key=lambda emotion: named[emotion])
        return best, named[best], named

    def _waveform(self, sound: str | Path | np.ndarray, rate: int | None) -> np.ndarray:
        if isinstance(sound, (str, Path)):
            waveform, name = read_audio(expanded(sound)), str(sound)
        else:
            waveform, name = np.asarray(sound), "The recording"
            if waveform.ndim != 1 or not np.issubdtype(waveform.dtype, np.floating) or rate is None:
                raise ArgumentError(
                    f"Sound is a path, or an array (samples,) of floats with its rate, and an array of"
                    f" {waveform.dtype} of shape {waveform.shape} was given, rate {rate}; give one channel,"
                    " full scale 1.0, and rate=. For embeddings use probabilities."
                )
            if not np.isfinite(waveform).all() or np.abs(waveform).max(initial=0) > 2:
                raise ArgumentError(
                    "The samples are not finite, or far beyond full scale; give floats from -1.0 to 1.0."
                )
            waveform = resample(waveform.astype(np.float32), int(rate), RATE)
        if len(waveform) < SHORTEST:
            raise AudioError(
                f"{name} lasts {len(waveform) / RATE:.3f} s, less than one window of 25 ms; give a longer"
                " one."
            )
        return waveform

    def _embedded(self, pieces: Sequence[np.ndarray], name: str | None) -> np.ndarray:
        if self._encoder is None or self._encoder[0] != name:
            self._encoder = name, encoder_like(self.card, name)
        encoder, size = self._encoder[1], max(1, BATCH // max(map(len, pieces)))
        batches: Iterable = (list(pieces[i : i + size]) for i in range(0, len(pieces), size))
        return np.concatenate([encoder.embed(batch) for batch in batches])
