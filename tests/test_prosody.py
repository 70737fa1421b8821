"""Measuring a voice: against sines, pulse trains and noises of which everything is known."""

from pathlib import Path

import numpy as np
import pytest

from sequifi_lite import load_pack
from sequifi_lite.data.audio import read_audio
from sequifi_lite.data.emotions import FOUR
from sequifi_lite.errors import AudioError
from sequifi_lite.studies import results
from sequifi_lite.teaching.prosody import FEATURES, analyse, autocorrelation, measure

RATE = 16_000
TIME = np.arange(RATE) / RATE


def pulses(pitch, seconds=1.0, rate=RATE):
    """Twelve harmonics of a pitch (Hz, a number or one per sample), falling by 6 dB an octave."""
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(pitch, round(seconds * rate)) / rate)
    return 0.1 * sum(np.sin(k * phase) / k for k in range(1, 13))


def test_autocorrelation_is_the_definition_and_one_at_the_period():
    frames = np.stack(
        [np.sin(2 * np.pi * 100 * TIME[:640]), np.random.default_rng(0).normal(size=640), np.zeros(640)]
    )
    r = autocorrelation(frames, 200)
    window = np.hanning(642)[1:-1]
    for row, frame in enumerate(frames[:2]):
        x = frame * window
        for lag in (0, 1, 37, 160):
            plain = (x[: 640 - lag] * x[lag:]).sum() / (x**2).sum()
            shape = (window[: 640 - lag] * window[lag:]).sum() / (window**2).sum()
            assert r[row, lag] == pytest.approx(plain / shape)
    assert r[0, 160] == pytest.approx(1, abs=0.02) and abs(r[1, 160]) < 0.3
    assert (r[2] == 0).all()


@pytest.mark.parametrize("pitch", [75, 110, 200, 330, 520])
@pytest.mark.parametrize("rate", [16_000, 24_000])
def test_pitch_of_a_pulse_train(pitch, rate):
    found = analyse(pulses(pitch, rate=rate), rate)
    inner = found.pitch[2:-2]
    assert np.isfinite(inner).all()
    np.testing.assert_allclose(inner, pitch, rtol=0.01)


def test_noise_and_silence_have_no_pitch():
    noise = np.random.default_rng(0).normal(0, 0.1, RATE)
    assert np.isnan(analyse(noise).pitch).mean() > 0.97
    assert np.isnan(analyse(np.zeros(RATE)).pitch).all()
    # Speech, a pause full of hiss, speech again.
    broken = pulses(150)
    broken[6000:10000] = 0.001 * noise[6000:10000]
    voiced = np.isfinite(analyse(broken).pitch)
    time = analyse(broken).time
    assert voiced[(time > 0.05) & (time < 0.35)].all() and not voiced[(time > 0.4) & (time < 0.6)].any()


def test_a_hum_behind_the_speech_is_no_voice_and_octaves_are_kept():
    hum = 0.05 * pulses(75, 2.0)
    speech = pulses(np.linspace(180, 240, 2 * RATE), 2.0)
    inside = (np.arange(2 * RATE) > 0.5 * RATE) & (np.arange(2 * RATE) < 1.5 * RATE)
    found = analyse(hum + speech * inside)
    voiced = np.isfinite(found.pitch)
    assert (
        not voiced[(found.time < 0.45) | (found.time > 1.55)].any()
        and voiced[(found.time > 0.55) & (found.time < 1.45)].all()
    )
    assert 185 < np.nanmin(found.pitch) and np.nanmax(found.pitch) < 235


def test_features_say_what_was_put_in():
    flat = measure(pulses(100.0))
    assert list(flat) == list(FEATURES)
    assert flat["pitch"] == pytest.approx(0, abs=0.1) and flat["range"] < 0.2 and abs(flat["slope"]) < 0.2
    assert flat["level"] == pytest.approx(10 * np.log10(np.mean(pulses(100.0) ** 2)), abs=0.2)
    assert flat["length"] == pytest.approx(1, abs=0.05) and flat["harmonics"] > 0.95
    rising = measure(pulses(100 * 2 ** (TIME * 6 / 12)))  # six semitones in a second
    assert rising["slope"] == pytest.approx(6, abs=0.3) and rising["range"] == pytest.approx(0.8 * 6, abs=0.4)
    assert measure(2 * pulses(100.0))["level"] - flat["level"] == pytest.approx(20 * np.log10(2), abs=0.01)
    assert measure(pulses(210.0))["pitch"] == pytest.approx(12 * np.log2(2.1), abs=0.1)


def test_tilt_is_the_ratio_of_two_bands():
    two = np.sin(2 * np.pi * 200 * TIME) + 0.1 * np.sin(2 * np.pi * 2000 * TIME)
    assert measure(two)["tilt"] == pytest.approx(-20, abs=0.5)


def test_tempo_counts_bursts():
    beats = pulses(150, 2.0) * (0.02 + np.sin(np.pi * 4 * np.arange(2 * RATE) / RATE) ** 2)  # four a second
    assert measure(beats)["tempo"] == pytest.approx(4, abs=0.5)


def test_what_cannot_be_measured_is_missing():
    silent = measure(np.zeros(RATE))
    assert silent["level"] == pytest.approx(-120) and all(
        np.isnan(v) for k, v in silent.items() if k != "level"
    )
    hiss = measure(np.random.default_rng(1).normal(0, 0.1, RATE))
    assert np.isnan(hiss["pitch"]) and np.isfinite(hiss["level"])


@pytest.mark.parametrize("wave", [np.zeros(100), np.zeros((2, RATE)), np.full(RATE, np.nan)])
def test_bad_waves_are_refused_in_a_sentence(wave):
    with pytest.raises(AudioError) as caught:
        analyse(wave)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


# ---------------------------------------------------------------- the shipped table

SHARED = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "emodb"


def test_the_shipped_table_covers_the_four_emotions_of_the_pack():
    table, provenance = results.load("prosody")
    assert list(table) == ["corpus", "file", *FEATURES] and provenance["features"] == FEATURES
    for name in ("cremad", "ravdess", "emodb", "mesd", "nemo"):
        clips = load_pack(name).clips
        clips = clips[clips["emotion"].isin(FOUR) & (clips["defect"] == "")]
        assert set(table.loc[table["corpus"] == name, "file"]) == set(clips["file"])
    assert table[list(FEATURES)].notna().mean().min() > 0.99
    assert table["pitch"].dropna().between(-8, 32).all() and (table["range"].dropna() >= 0).all()


def test_the_shipped_table_is_what_the_code_measures():
    files = sorted(SHARED.rglob("*.flac"))[::60]
    if not files:
        pytest.skip("needs the lossless Emo-DB beside the repository, ../shared/corpora/emodb")
    table = results.load("prosody")[0].set_index("file")
    compared = 0
    for path in files:
        file = f"wav/{path.stem}.wav"
        if file in table.index:
            for name, value in measure(read_audio(path)).items():
                assert value == pytest.approx(table.loc[file, name], abs=0.02)
            compared += 1
    assert compared
