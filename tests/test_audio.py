import math

import numpy as np
import pytest
import soundfile

from sequifi_lite.data.audio import RATE, SUFFIXES, audio_info, read_audio, resample
from sequifi_lite.errors import AudioError, SequifiError


def tone(hertz, rate, seconds=0.5, level=0.5):
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)).astype(np.float32)


def pitch(wave, rate=RATE):
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    return np.argmax(spectrum) * rate / len(wave)


def test_sixteen_kilohertz_pcm16_is_read_sample_for_sample(tmp_path):
    samples = np.random.default_rng(0).integers(-(2**15), 2**15, 1600).astype(np.int16)
    soundfile.write(tmp_path / "a.wav", samples, RATE, subtype="PCM_16")
    wave = read_audio(tmp_path / "a.wav")
    assert wave.dtype == np.float32 and wave.shape == (1600,)
    assert np.array_equal(wave, samples.astype(np.float32) / 2**15)


@pytest.mark.parametrize("subtype", ["PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_other_widths(tmp_path, subtype):
    wave = tone(440, RATE)
    soundfile.write(tmp_path / "a.wav", wave, RATE, subtype=subtype)
    assert np.abs(read_audio(tmp_path / "a.wav") - wave).max() < 1e-6


def test_channels_are_averaged(tmp_path):
    left, right = tone(440, RATE), tone(1000, RATE)
    soundfile.write(tmp_path / "a.wav", np.stack([left, right], 1), RATE, subtype="FLOAT")
    assert audio_info(tmp_path / "a.wav").channels == 2
    assert np.allclose(read_audio(tmp_path / "a.wav"), (left + right) / 2, atol=1e-6)


@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 44_100, 48_000, 96_000])
def test_other_rates_keep_length_pitch_and_level(tmp_path, rate):
    soundfile.write(tmp_path / "a.wav", tone(1000, rate), rate, subtype="FLOAT")
    wave = read_audio(tmp_path / "a.wav")
    assert len(wave) == RATE // 2
    middle = wave[1000:-1000]
    assert abs(pitch(middle) - 1000) < 4
    assert abs(np.sqrt(np.mean(middle**2)) - 0.5 / math.sqrt(2)) < 1e-3


def test_what_sixteen_kilohertz_cannot_hold_is_removed_not_folded_back(tmp_path):
    soundfile.write(tmp_path / "a.wav", tone(11_000, 48_000), 48_000, subtype="FLOAT")
    assert np.abs(read_audio(tmp_path / "a.wav")[1000:-1000]).max() < 1e-3


def test_another_target_rate(tmp_path):
    soundfile.write(tmp_path / "a.wav", tone(500, RATE), RATE)
    assert len(read_audio(tmp_path / "a.wav", rate=8_000)) == 4_000


def test_same_rate_is_left_alone():
    wave = tone(440, RATE)
    assert np.array_equal(resample(wave, RATE), wave)


@pytest.mark.parametrize(
    "name, options",
    [
        ("a.wav", {}),
        ("a.WAV", {}),
        ("a.flac", {}),
        ("a.ogg", {"format": "OGG", "subtype": "VORBIS"}),
        ("a.opus", {"format": "OGG", "subtype": "OPUS"}),
        ("a.mp3", {"format": "MP3"}),
    ],
)
def test_every_format_of_the_list(tmp_path, name, options):
    assert (tmp_path / name).suffix.lower() in SUFFIXES
    wave = tone(440, RATE, seconds=1.0)
    soundfile.write(tmp_path / name, wave, RATE, **options)
    info = audio_info(tmp_path / name)
    assert info.channels == 1 and abs(info.seconds - 1) < 0.1
    read = read_audio(tmp_path / name)
    assert abs(len(read) - RATE) < 0.1 * RATE
    assert abs(pitch(read) - 440) < 2


def test_header(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros((4800, 2), np.float32), 48_000)
    info = audio_info(tmp_path / "a.wav")
    assert (info.frames, info.rate, info.channels, info.seconds) == (4800, 48_000, 2, 0.1)


def text(path):
    path.write_text("this is not audio, however it is named\n" * 20)


def empty(path):
    path.write_bytes(b"")


def no_samples(path):
    soundfile.write(path, np.zeros(0, np.float32), RATE)


def cut(path):
    soundfile.write(path, tone(440, RATE), RATE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def cut_by_two_bytes(path):
    soundfile.write(path, tone(440, RATE), RATE)
    path.write_bytes(path.read_bytes()[:-2])


def cut_in_the_header(path):
    soundfile.write(path, tone(440, RATE), RATE)
    path.write_bytes(path.read_bytes()[:30])


def absent(path):
    pass


def folder(path):
    path.mkdir()


@pytest.mark.parametrize(
    "make, says",
    [
        (text, "cannot be read as audio"),
        (empty, "is an empty file"),
        (no_samples, "holds no samples"),
        (cut, "is cut short"),
        (cut_by_two_bytes, "is cut short"),
        (cut_in_the_header, "cannot be read as audio"),
        (absent, "does not exist"),
        (folder, "does not exist"),
    ],
)
def test_bad_files_end_in_one_sentence_that_names_them(tmp_path, make, says):
    path = tmp_path / "bad.wav"
    make(path)
    for read in (audio_info, read_audio):
        with pytest.raises(AudioError) as caught:
            read(path)
        message = str(caught.value)
        assert str(path) in message and says in message
        assert message.endswith(".") and "\n" not in message and "; " in message
        assert isinstance(caught.value, SequifiError)


def test_a_flac_cut_half_way_is_refused_when_decoded(tmp_path):
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, RATE)
    path = tmp_path / "a.flac"
    soundfile.write(path, noise, RATE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(AudioError, match="a.flac"):
        read_audio(path)


def test_an_mp3_cut_half_way_is_refused_when_decoded(tmp_path):
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 2 * RATE)
    path = tmp_path / "a.mp3"
    soundfile.write(path, noise, RATE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(AudioError, match="a.mp3"):
        read_audio(path)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_samples_that_are_no_numbers(tmp_path, value):
    wave = tone(440, RATE)
    wave[100] = value
    soundfile.write(tmp_path / "a.wav", wave, RATE, subtype="FLOAT")
    with pytest.raises(AudioError, match="not finite"):
        read_audio(tmp_path / "a.wav")


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF])
def test_a_streamed_wav_that_states_no_length_is_read(tmp_path, length):
    path = tmp_path / "a.wav"
    soundfile.write(path, tone(440, RATE), RATE)
    data = bytearray(path.read_bytes())
    data[4:8] = length.to_bytes(4, "little")
    path.write_bytes(bytes(data))
    assert len(read_audio(path)) == RATE // 2


def test_a_path_may_be_text_with_spaces_and_accents(tmp_path):
    path = tmp_path / "señal de prueba.wav"
    soundfile.write(path, tone(440, RATE), RATE)
    assert len(read_audio(str(path))) == RATE // 2


@pytest.mark.parametrize("missing", [1, 2, 3, 1000])
def test_a_wav_that_lacks_even_one_byte_of_sound_is_refused(tmp_path, missing):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(2_000), 16_000)
    path.write_bytes(path.read_bytes()[:-missing])
    with pytest.raises(AudioError, match="cut short"):
        audio_info(path)


def test_a_missing_pad_byte_is_no_loss(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(2_001), 16_000, subtype="PCM_U8")
    whole = path.read_bytes()
    assert len(whole) % 2 == 0  # the odd data chunk is padded
    path.write_bytes(whole[:-1])
    assert audio_info(path).frames == 2_001
