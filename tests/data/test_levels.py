"""Numbers of another scale, and channels that cancel each other: refused or told, in both ways of reading."""

import numpy as np
import pytest
import soundfile

from sequifi_lite.data.audio import RATE, read_audio
from sequifi_lite.data.sound import measure
from sequifi_lite.errors import AudioError

WAVE = np.random.default_rng(0).normal(0, 0.1, RATE)


def refused(path, *words):
    for read in (read_audio, measure):
        with pytest.raises(AudioError) as caught:
            read(path)
        message = str(caught.value)
        assert all(word in message for word in (str(path), *words)), message
        assert message.endswith(".") and "; " in message


@pytest.mark.parametrize(
    "full, bits", [(2**7, "8-bit"), (2**15, "16-bit"), (2**23, "24-bit"), (2**31, "32-bit")]
)
@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_integers_stored_as_floats_are_refused_with_their_scale(tmp_path, full, bits, subtype):
    soundfile.write(tmp_path / "a.wav", np.round(WAVE * full), RATE, subtype=subtype)
    refused(tmp_path / "a.wav", f"{bits} numbers", f"divide them by {full:,}")


def test_numbers_of_no_scale_are_refused(tmp_path):
    soundfile.write(tmp_path / "a.wav", WAVE * 1e37, RATE, subtype="FLOAT")
    refused(tmp_path / "a.wav", "which no recorder writes")
    both = np.full((RATE, 2), 3e38, np.float32)
    soundfile.write(tmp_path / "b.wav", both, RATE, subtype="FLOAT")
    refused(tmp_path / "b.wav", "which no recorder writes")


def test_floats_a_little_above_full_scale_are_read(tmp_path):
    soundfile.write(tmp_path / "a.wav", WAVE * 10, RATE, subtype="FLOAT")
    assert 1 < np.abs(read_audio(tmp_path / "a.wav")).max() < 8


def test_sixteen_bits_in_thirty_two_are_refused_with_what_to_do(tmp_path):
    numbers = np.round(WAVE * 2**15).astype(np.int32)
    soundfile.write(tmp_path / "a.wav", numbers, RATE, subtype="PCM_32")
    refused(tmp_path / "a.wav", "16-bit numbers", "multiply them by 65,536")
    soundfile.write(tmp_path / "b.wav", numbers * 65_536, RATE, subtype="PCM_32")
    assert np.abs(read_audio(tmp_path / "b.wav") - WAVE).max() < 1e-3


@pytest.mark.parametrize(
    "subtype, full, says",
    [
        ("PCM_32", 2**23, "24-bit numbers"),
        ("PCM_24", 2**15, "16-bit numbers"),
        ("PCM_16", 2**7, "8-bit numbers"),
    ],
)
def test_fewer_bits_than_the_file_has_are_told(tmp_path, subtype, full, says):
    bits = int(subtype[4:])
    numbers = np.round(WAVE * full).astype(np.int64)
    width = 16 if bits == 16 else 32  # soundfile takes 24-bit numbers in the upper part of 32
    shifted = numbers << (8 if bits == 24 else 0)
    soundfile.write(tmp_path / "a.wav", shifted.astype(f"int{width}"), RATE, subtype=subtype)
    assert says in measure(tmp_path / "a.wav").hint
    assert len(read_audio(tmp_path / "a.wav")) == RATE


def test_what_was_divided_twice_is_told(tmp_path):
    soundfile.write(tmp_path / "a.wav", WAVE / 2**15, RATE, subtype="FLOAT")
    assert "divided by full scale twice" in measure(tmp_path / "a.wav").hint


def test_silence_is_no_other_scale(tmp_path):
    for subtype in ("PCM_16", "PCM_32", "FLOAT"):
        soundfile.write(tmp_path / "a.wav", np.zeros(RATE), RATE, subtype=subtype)
        assert measure(tmp_path / "a.wav").hint == "" and not read_audio(tmp_path / "a.wav").any()


def stereo(path, correlation):
    other = np.random.default_rng(1).normal(0, 0.1, RATE)
    right = correlation * WAVE + np.sqrt(1 - correlation**2) * other
    soundfile.write(path, np.stack([WAVE, right], 1), RATE)


@pytest.mark.parametrize(
    "correlation, words", [(-1, "leaves silence|loses"), (-0.98, "loses"), (-0.9, "loses")]
)
def test_channels_of_opposite_phase_are_refused(tmp_path, correlation, words):
    stereo(tmp_path / "a.wav", correlation)
    refused(tmp_path / "a.wav", "opposite phase", "remix 1")
    with pytest.raises(AudioError, match=words):
        read_audio(tmp_path / "a.wav")


def test_channels_that_weaken_each_other_are_told_and_others_are_not(tmp_path):
    stereo(tmp_path / "a.wav", -0.5)
    assert "averaging them loses 3 dB" in measure(tmp_path / "a.wav").hint
    for correlation in (0, 0.5, 1):
        stereo(tmp_path / "a.wav", correlation)
        assert measure(tmp_path / "a.wav").hint == ""
    one = np.zeros((RATE, 6))
    one[:, 2] = WAVE  # the voice in one channel of six
    soundfile.write(tmp_path / "a.wav", one, RATE)
    assert measure(tmp_path / "a.wav").hint == "" and len(read_audio(tmp_path / "a.wav")) == RATE
