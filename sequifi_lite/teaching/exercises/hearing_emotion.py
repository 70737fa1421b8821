"""Exercises of the chapter on hearing emotion."""

import numpy as np

from ._tools import Answer, agree, any_of, mistakes, refuse, shaped


def frame_pitch(answer: Answer) -> None:
    """Ask for the pitch of a frame by its autocorrelation.

    - For every lag from rate // 500 to rate // 75 multiply the frame with itself moved by that lag, and sum.
    - np.dot(frame[:-lag], frame[lag:]) is the autocorrelation at one lag; the best lag is one period.
    - argmax says at which place of your list of lags the product is largest, not which lag stands there; a
      lag is a period in samples, and the pitch says how many periods fit into a second.
    """
    rate = 16_000
    time = np.arange(1024) / rate
    for pitch in (125.0, 200.0, 320.0):  # whole numbers of samples a period
        waves = (np.sin(2 * np.pi * k * pitch * time + k) / k for k in range(1, 9))
        frame = sum(waves, np.zeros(len(time)))
        got = answer(frame.copy(), rate)
        refuse(np.shape(got) != (), f"it should return one number, and returns shape {np.shape(got)}.")
        if np.isclose(got, pitch, rtol=0.02):
            continue
        r = [np.dot(frame[:-lag], frame[lag:]) for lag in range(rate // 500, rate // 75)]
        best, said = np.argmax(r), f"it returns {got:g} Hz for a pitch of {pitch:g} Hz"
        multiple = np.isclose(got, pitch / 2, rtol=0.03) or np.isclose(got, pitch / 3, rtol=0.03)
        from_first, near = any_of(rate / best, rate / (best + 1)), np.isclose(got, pitch, rtol=0.07)
        known = {
            "this is the period in samples: the pitch is the rate divided by it.": rate / pitch,
            "this is the period's inverse in samples: multiply by the rate.": pitch / rate,
            "this is the period in seconds: the pitch is one divided by it.": 1 / pitch,
            "this is the height of the best peak: return the rate divided by its lag, so argmax and not "
            "max.": max(r),
            "argmax counts from the first lag that was tried: the lag is lags[argmax], not "
            "argmax.": from_first,
            "this is the lag at which the frame fits worst: the largest value counts, so argmax and not "
            "argmin.": rate / (rate // 500 + np.argmin(r)),
            f"{said}: look only at lags from rate / 500 to rate / 75.": not 60 <= got <= 600,
            f"{said}, a multiple of the period: sum over the overlap only.": multiple,
            f"{said}, near but too coarse: use lags, or a spectrum of finer steps.": near,
            f"{said}.": True,
        }
        mistakes(got, pitch, said, known)


def own_neutral(answer: Answer) -> None:
    """Ask for values less the mean of the same speaker's neutral clips.

    - Go through the speakers one by one: each has a mean of their own neutral clips.
    - Two masks meet for one speaker: the speaker's rows, and the neutral ones among them. The mean is over
      the second, the subtraction over the first.
    - Begin with an array as long as values, and fill in each speaker's rows where they stand.
    """
    values = np.array([200.0, 240.0, 100.0, 260.0, 130.0, 110.0])
    speakers = np.array(["a", "a", "b", "a", "b", "b"])
    emotions = np.array(["neutral", "anger", "neutral", "neutral", "anger", "neutral"])
    right = np.array([-30.0, 10.0, -5.0, 30.0, 25.0, 5.0])
    neutral, calm, means = values - right, emotions == "neutral", {"a": 700 / 3, "b": 340 / 3}
    by_all, by_mean = values - values[calm].mean(), values - [means[who] for who in speakers]
    got = answer(values.copy(), speakers.copy(), emotions.copy())
    shuffled = agree(np.sort(np.atleast_1d(got)), np.sort(right))
    known = {
        "this subtracts the neutral of all speakers together: each has to lose their own.": by_all,
        "this subtracts the mean of all clips of a speaker: only the neutral ones count.": by_mean,
        "the signs are turned: the value less the neutral.": -right,
        "these are the speakers' neutral means: take them off the values.": neutral,
        "these are ratios: subtract the neutral mean, do not divide by it.": values / neutral,
        "this subtracts each speaker's first neutral clip: take the mean of all of their neutral "
        "ones.": values - np.where(speakers == "a", 200, 100),
        "the values are right, in another order: write each back to the row that it came from.": shuffled,
        "it returns three values for six clips: those of the last speaker alone; keep one array for all "
        "clips.": shaped(3),
    }
    mistakes(got, right, "for six clips of two speakers", known)
