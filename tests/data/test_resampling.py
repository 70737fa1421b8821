"""Resampling: the packs' filter, at a cost that depends on no common divisor."""

import time

import numpy as np
import pytest
import torch
from torchaudio.functional import resample as torchaudios

from sequifi_lite.data.audio import RATE
from sequifi_lite.data.resampling import resample


def theirs(wave, source, rate=RATE):
    """torchaudio's, with the parameters that the shipped embeddings were made with."""
    return torchaudios(
        torch.from_numpy(wave),
        source,
        rate,
        lowpass_filter_width=64,
        rolloff=0.9475937167399596,
        resampling_method="sinc_interp_kaiser",
        beta=14.769656459379492,
    ).numpy()


@pytest.mark.parametrize("source", [48_000, 44_100, 22_050, 8_000, 24_000, 11_025, 96_000, 32_000])
@pytest.mark.parametrize("samples", [1, 401, 9_999])
def test_usual_rates_have_the_filter_of_the_packs(source, samples):
    wave = np.random.default_rng(samples).normal(0, 0.1, samples).astype(np.float32)
    ours, wanted = resample(wave, source), theirs(wave, source)
    assert ours.dtype == np.float32 and ours.shape == wanted.shape
    np.testing.assert_array_equal(ours, wanted)  # bit for bit: shipped embeddings and trainings rest on it


def by_hand(wave, source, outputs):
    """The packs' filter written out: a weighted sum of all samples for each of some outputs."""
    distance = outputs[:, None] / RATE - np.arange(len(wave)) / source  # s
    lower = min(source, RATE) * 0.9475937167399596
    crossings = np.clip(distance * lower, -64, 64)
    window = np.i0(14.769656459379492 * np.sqrt(1 - (crossings / 64) ** 2)) / np.i0(14.769656459379492)
    return (np.sinc(crossings) * window * lower / source) @ wave


# Just above 16 kHz the edge of soxr's own filter, 0.95 of half the rate, touches what is kept.
@pytest.mark.parametrize(
    "source, off", [(24_414, 3e-3), (16_001, 3e-2), (44_101, 3e-3), (19_999, 3e-3), (48_000, 1e-5)]
)
def test_odd_rates_have_nearly_the_same_filter(source, off):
    wave = np.random.default_rng(0).normal(0, 0.1, source // 4).astype(np.float32)
    outputs = np.arange(300, RATE // 4 - 300, 17)
    wanted = by_hand(wave, source, outputs)
    error = resample(wave, source)[outputs] - wanted
    assert np.sqrt(np.mean(error**2)) < off * np.sqrt(np.mean(wanted**2))


@pytest.mark.parametrize("source", [24_414, 16_001, 44_101, 22_050, 8_000, 8_001, 47_999, 192_000])
def test_a_clip_costs_little_at_any_rate(source):
    wave = np.random.default_rng(0).normal(0, 0.1, 3 * source).astype(np.float32)
    assert abs(len(resample(wave, source)) - 3 * RATE) <= 1
    start = time.process_time()
    for _ in range(3):
        resample(wave, source)
    assert (time.process_time() - start) / 3 < 0.25  # about 0.01 s; a kernel of all phases takes 5 s and more


@pytest.mark.parametrize("source", [44_100, 48_000, 22_050, 24_414])
def test_thirty_seconds_stay_thirty_seconds(source):
    assert len(resample(np.zeros(30 * source, np.float32), source)) == 30 * RATE


def test_nothing_stays_nothing_and_the_same_rate_is_left_alone():
    assert len(resample(np.zeros(0, np.float32), 48_000)) == 0
    wave = np.random.default_rng(0).normal(0, 0.1, 1000).astype(np.float32)
    assert resample(wave, RATE) is wave
