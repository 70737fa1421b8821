"""The exercises of chapter 5 accept what is right and say what is wrong."""

import numpy as np
import pytest

from sequifi_lite.teaching.exercises import check


def verdict(capsys, name, function):
    right = check(name, function)
    return right, capsys.readouterr().out


def frame_pitch(frame, rate):
    lags = np.arange(rate // 500, rate // 75)
    return rate / lags[np.argmax([np.dot(frame[:-lag], frame[lag:]) for lag in lags])]


def own_neutral(values, speakers, emotions):
    out = np.empty(len(values))
    for who in np.unique(speakers):
        rows = speakers == who
        out[rows] = values[rows] - values[rows & (emotions == "neutral")].mean()
    return out


def test_right_answers(capsys):
    assert verdict(capsys, "frame_pitch", frame_pitch)[0]
    assert verdict(capsys, "own_neutral", own_neutral)[0]


@pytest.mark.parametrize(
    "wrong, said",
    [
        (lambda f, r: None, "nothing so far"),
        (lambda f, r: r / frame_pitch(f, r), "period in samples"),
        (lambda f, r: frame_pitch(f, r) / r, "multiply by the rate"),
        (lambda f, r: frame_pitch(f, r) / 2, "multiple of the period"),
        (lambda f, r: 1 / frame_pitch(f, r), "period in seconds"),
        (lambda f, r: max(np.dot(f[:-k], f[k:]) for k in range(r // 500, r // 75)), "argmax and not max"),
        (
            lambda f, r: r / np.argmax([np.dot(f[:-k], f[k:]) for k in range(r // 500, r // 75)]),
            "lags[argmax]",
        ),
        (
            lambda f, r: (
                r / (r // 500 + np.argmin([np.dot(f[:-k], f[k:]) for k in range(r // 500, r // 75)]))
            ),
            "not argmin",
        ),
        (lambda f, r: 15.625 * np.argmax(abs(np.fft.rfft(f))), "too coarse"),
        (lambda f, r: 20.0, "look only at lags"),
        (lambda f, r: 150.0, "for a pitch of 125 Hz"),
        (lambda f, r: f, "one number"),
    ],
)
def test_wrong_pitches(capsys, wrong, said):
    right, out = verdict(capsys, "frame_pitch", wrong)
    assert not right and said in out and "Hint:" in out


@pytest.mark.parametrize(
    "wrong, said",
    [
        (lambda v, s, e: None, "nothing so far"),
        (lambda v, s, e: v - v[e == "neutral"].mean(), "all speakers together"),
        (lambda v, s, e: v - np.array([v[s == w].mean() for w in s]), "only the neutral"),
        (lambda v, s, e: -own_neutral(v, s, e), "signs"),
        (lambda v, s, e: v - own_neutral(v, s, e), "take them off"),
        (lambda v, s, e: v / (v - own_neutral(v, s, e)), "do not divide"),
        (lambda v, s, e: v - np.array([v[(s == w) & (e == "neutral")][0] for w in s]), "first neutral clip"),
        (lambda v, s, e: np.concatenate([own_neutral(v, s, e)[s == w] for w in "ab"]), "another order"),
        (lambda v, s, e: own_neutral(v, s, e)[s == "b"], "last speaker alone"),
        (lambda v, s, e: 3.0, "shape"),
    ],
)
def test_wrong_neutrals(capsys, wrong, said):
    right, out = verdict(capsys, "own_neutral", wrong)
    assert not right and said in out


def test_a_reader_may_write_into_the_values(capsys):
    def in_place(values, speakers, emotions):
        values[:] = own_neutral(values, speakers, emotions)
        return values

    assert verdict(capsys, "own_neutral", in_place)[0]
