"""Exercises of chapter 02, hearing emotion: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _frame_pitch(function: Callable) -> None:
    rate = 16_000
    time = np.arange(1024) / rate
    for pitch in (125.0, 200.0, 320.0):  # whole numbers of samples a period
        frame = sum(np.sin(2 * np.pi * k * pitch * time + k) / k for k in range(1, 9))
        got = function(frame.copy(), rate)
        if np.shape(got) != ():
            raise Wrong(f"it should return one number, and returns shape {np.shape(got)}.")
        if np.isclose(got, rate / pitch):
            raise Wrong("this is the period in samples: the pitch is the rate divided by it.")
        if np.isclose(got, pitch / rate):
            raise Wrong("this is the period's inverse in samples: multiply by the rate.")
        if np.isclose(got, 1 / pitch):
            raise Wrong("this is the period in seconds: the pitch is one divided by it.")
        r = [np.dot(frame[:-lag], frame[lag:]) for lag in range(rate // 500, rate // 75)]
        if np.isclose(got, max(r)):
            raise Wrong(
                "this is the height of the best peak: return the rate divided by its lag, so argmax and not max."
            )
        if np.isclose(got, rate / np.argmax(r)) or np.isclose(got, rate / (np.argmax(r) + 1)):
            raise Wrong(
                "argmax counts from the first lag that was tried: the lag is lags[argmax], not argmax."
            )
        if np.isclose(got, rate / (rate // 500 + np.argmin(r))):
            raise Wrong(
                "this is the lag at which the frame fits worst: the largest value counts, so argmax and not argmin."
            )
        if got > 600 or got < 60 or not np.isfinite(got):
            raise Wrong(
                f"it returns {got:g} Hz for a pitch of {pitch:g} Hz: look only at lags from rate / 500 to rate / 75."
            )
        if np.isclose(got, pitch / 2, rtol=0.03) or np.isclose(got, pitch / 3, rtol=0.03):
            raise Wrong(
                f"it returns {got:g} Hz for a pitch of {pitch:g} Hz, a multiple of the period: sum over the overlap only."
            )
        if not np.isclose(got, pitch, rtol=0.02):
            near = (
                ", near but too coarse: use lags, or a spectrum of finer steps"
                if np.isclose(got, pitch, rtol=0.07)
                else ""
            )
            raise Wrong(f"it returns {got:g} Hz for a pitch of {pitch:g} Hz{near}.")


def _own_neutral(function: Callable) -> None:
    values = np.array([200.0, 240.0, 100.0, 260.0, 130.0, 110.0])
    speakers = np.array(["a", "a", "b", "a", "b", "b"])
    emotions = np.array(["neutral", "anger", "neutral", "neutral", "anger", "neutral"])
    got = function(values.copy(), speakers.copy(), emotions.copy())
    right = [-30.0, 10.0, -5.0, 30.0, 25.0, 5.0]
    if np.shape(got) == (6,):
        everyone = values - values[emotions == "neutral"].mean()
        own_mean = values - np.array([values[speakers == who].mean() for who in speakers])
        if np.allclose(got, everyone):
            raise Wrong("this subtracts the neutral of all speakers together: each has to lose their own.")
        if np.allclose(got, own_mean):
            raise Wrong("this subtracts the mean of all clips of a speaker: only the neutral ones count.")
        if np.allclose(got, np.negative(right)):
            raise Wrong("the signs are turned: the value less the neutral.")
        neutral = values - np.array(right)
        first = np.array([values[(speakers == who) & (emotions == "neutral")][0] for who in speakers])
        if np.allclose(got, neutral):
            raise Wrong("these are the speakers' neutral means: take them off the values.")
        if np.allclose(got, values / neutral):
            raise Wrong("these are ratios: subtract the neutral mean, do not divide by it.")
        if np.allclose(got, values - first):
            raise Wrong(
                "this subtracts each speaker's first neutral clip: take the mean of all of their neutral ones."
            )
        if np.allclose(np.sort(got), np.sort(right)) and not np.allclose(got, right):
            raise Wrong(
                "the values are right, in another order: write each back to the row that it came from."
            )
    if np.shape(got) == (3,):
        raise Wrong(
            "it returns three values for six clips: those of the last speaker alone; keep one array for all clips."
        )
    same(got, right, "for six clips of two speakers")


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "frame_pitch": (
        _frame_pitch,
        (
            "For every lag from rate // 500 to rate // 75 multiply the frame with itself moved by that lag, and sum.",
            "np.dot(frame[:-lag], frame[lag:]) is the autocorrelation at one lag; the best lag is one period.",
            "lags = np.arange(rate // 500, rate // 75); take the lag with the largest value and return rate / lag.",
        ),
    ),
    "own_neutral": (
        _own_neutral,
        (
            "Go through the speakers one by one: each has a mean of their own neutral clips.",
            "For one speaker: rows = speakers == who; values[rows & (emotions == 'neutral')].mean() is what to subtract.",
            "out = np.empty(len(values)); for who in np.unique(speakers): out[rows] = values[rows] - the mean above.",
        ),
    ),
}
