"""Headers that lie: all of the sound is read, or the file is refused, or what is wrong is told."""

import io
import struct

import numpy as np
import pytest
import soundfile

from sequifi_lite.data.audio import RATE, audio_info, read_audio
from sequifi_lite.data.containers.mpeg import frame_at
from sequifi_lite.data.sound import measure
from sequifi_lite.errors import AudioError

WAVE = np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32)
WAVE[RATE // 2 :] *= 0.1  # halves can be told apart


def made(kind="WAV", wave=WAVE, **options):
    file = io.BytesIO()
    soundfile.write(file, wave, options.pop("rate", RATE), format=kind, **options)
    return file.getvalue()


def written(tmp_path, data, name="a.wav"):
    (tmp_path / name).write_bytes(data)
    return tmp_path / name


def with_number(data, place, number, width=4, order="little"):
    return data[:place] + number.to_bytes(width, order) + data[place + width :]


def refused(path, words):
    for read in (audio_info, read_audio, measure):
        with pytest.raises(AudioError, match=words) as caught:
            read(path)
        message = str(caught.value)
        assert str(path) in message and "\n" not in message and message.endswith(".") and "; " in message


def read_whole(path, note=""):
    info = audio_info(path)
    assert info.frames == len(read_audio(path)) == measure(path).frames
    assert note in info.note and bool(note) == bool(info.note)
    return info


@pytest.mark.parametrize(
    "riff, data",
    [
        (0x7FFFF024, 0x7FFFF000),  # sox, espeak
        (0x80000024, 0x80000000),  # arecord
        (0x7FFFFFFF, 0x7FFFFFDB),
        (0xFFFFFFFF, 0xFFFFFFFF),  # ffmpeg, mpg123
        (0xFFFFFFFF, 0xFFFFFFFF - 36),
        (0, 0),  # a recorder that was killed
        (36, 0),
    ],
)
def test_a_wav_written_into_a_pipe_is_read_to_its_end_and_said_to_have_no_length(tmp_path, riff, data):
    whole = made()
    path = written(tmp_path, with_number(with_number(whole, 4, riff), 40, data))
    assert read_whole(path, "states no length").frames == RATE
    np.testing.assert_array_equal(read_audio(path), read_audio(written(tmp_path, whole, "b.wav")))


@pytest.mark.parametrize("more", [8, 9, 100_000, -100])
def test_a_wrong_size_of_the_whole_file_loses_no_sound(tmp_path, more):
    whole = made()
    assert read_whole(written(tmp_path, with_number(whole, 4, len(whole) - 8 + more))).frames == RATE


@pytest.mark.parametrize(
    "kind, place, order", [("WAV", 40, "little"), ("AU", 8, "big"), ("RF64", 28, "little")]
)
def test_sound_behind_the_stated_end_is_refused(tmp_path, kind, place, order):
    width = 8 if kind == "RF64" else 4
    path = written(tmp_path, with_number(made(kind), place, RATE, width, order))
    refused(path, "bytes behind them belong to nothing|has bytes for")


@pytest.mark.parametrize("kind", ["WAV", "WAVEX", "RF64", "W64", "AIFF", "AU", "CAF", "NIST", "FLAC", "OGG"])
@pytest.mark.parametrize("part", [0.5, 0.97])
def test_a_file_cut_in_two_is_refused(tmp_path, kind, part):
    data = made(kind)
    path = written(tmp_path, data[: int(part * len(data))])
    with pytest.raises(AudioError, match="cut short|breaks off"):
        read_audio(path)
    with pytest.raises(AudioError, match="cut short|breaks off"):
        measure(path)


def test_chunks_tags_and_zeros_behind_the_sound_are_no_sound(tmp_path):
    whole = made()
    for behind in (b"LIST" + (4).to_bytes(4, "little") + b"INFO", b"TAG" + bytes(125), bytes(4000)):
        assert read_whole(written(tmp_path, whole + behind)).frames == RATE
    assert read_whole(written(tmp_path, whole + b"junk!" * 20), "behind its sound").frames == RATE


def test_two_wavs_in_one_file_are_refused(tmp_path):
    refused(written(tmp_path, made() + made()), "belong to nothing|cannot be read")


def test_a_count_that_does_not_fit_the_size_of_the_sound(tmp_path):
    halved = made("NIST").replace(b"sample_count -i 16000", b"sample_count -i 08000")
    refused(written(tmp_path, halved), "has bytes for|belong to nothing")
    # Of the two numbers of an AIFF file the size of its sound is the one that is believed.
    assert read_whole(written(tmp_path, with_number(made("AIFF"), 22, RATE // 2, order="big"))).frames == RATE


def test_more_chunks_than_a_file_has_bytes_end_at_once(tmp_path):
    refused(
        written(tmp_path, b"RIFF\x00\x00\x00\x00WAVE" + b"junk\x00\x00\x00\x00" * 20_000),
        "thousands of chunks",
    )
    refused(written(tmp_path, b"RIFF" + bytes(4) + b"WAVE"), "cannot be read as audio")


def flac_with_count(count):
    data = made("FLAC")
    field = int.from_bytes(data[18:26], "big") >> 36 << 36 | count
    return with_number(data, 18, field, 8, "big")


def test_a_flac_without_a_number_of_samples_is_decoded_to_its_end(tmp_path):
    path = written(tmp_path, flac_with_count(0), "a.flac")
    assert read_whole(path, "states no length").frames == RATE
    with pytest.raises(AudioError, match="breaks off"):
        audio_info(written(tmp_path, flac_with_count(0)[:-3000], "a.flac"))


@pytest.mark.parametrize("count", [RATE // 2, RATE - 4096, RATE + 1, 2 * RATE, (1 << 36) - 1])
def test_a_flac_with_a_wrong_number_of_samples_is_refused(tmp_path, count):
    path = written(tmp_path, flac_with_count(count), "a.flac")
    with pytest.raises(AudioError, match="states .* and holds 16,000|breaks off after|can hardly hold"):
        read_audio(path)


def test_streams_one_behind_the_other_are_read_as_one(tmp_path):
    for kind, subtype in (("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("OGG", "OPUS")):
        one = made(kind, subtype=subtype)
        path = written(tmp_path, one + one + one)
        assert read_whole(path, "is 3 ").frames == 3 * RATE
        wave = read_audio(path)
        np.testing.assert_allclose(wave[:RATE], wave[2 * RATE :], atol=1e-4)
    refused(written(tmp_path, made("OGG") + made("OGG", rate=8_000)), "changes its sample rate")
    refused(written(tmp_path, made("OGG") + made("OGG", np.stack([WAVE, WAVE], 1))), "its channels")


def test_pages_of_ogg_that_are_damaged_missing_or_unfinished(tmp_path):
    data = made("OGG", np.tile(WAVE, 4))
    pages = [i for i in range(len(data)) if data[i : i + 4] == b"OggS"]
    flipped = bytearray(data)
    flipped[pages[-1] - 100] ^= 1
    refused(written(tmp_path, bytes(flipped)), "does not fit its checksum")
    refused(written(tmp_path, data[: pages[-2]] + data[pages[-1] :]), "a page is missing")
    assert "no mark at its end" in audio_info(written(tmp_path, data[: pages[-1]])).note
    refused(written(tmp_path, data + b"what?"), "there is no page")


def mp3_without_count(**options):
    """The frames of a file of 6 s of variable bit rate, without the one that counts them."""
    loud = np.concatenate([np.zeros(3 * RATE), np.random.default_rng(0).uniform(-0.9, 0.9, 3 * RATE)])
    data = made("MP3", loud, bitrate_mode="VARIABLE", **options)
    assert b"Xing" in data[:100] or b"Info" in data[:100]
    return data[frame_at(data, 0).length :], data


def test_an_mp3_without_a_count_of_its_frames_is_read_whole(tmp_path):
    bare, data = mp3_without_count()
    with soundfile.SoundFile(io.BytesIO(bare)) as file:
        assert abs(file.frames - 6 * RATE) > RATE  # the decoder's guess from the first frame
    for path in (written(tmp_path, bare), written(tmp_path, bare + b"TAG" + bytes(125))):
        assert abs(read_whole(path).frames - 6 * RATE) < 0.15 * RATE
    assert read_whole(written(tmp_path, data)).frames == 6 * RATE


def test_an_mp3_whose_count_is_wrong(tmp_path):
    _, data = mp3_without_count()
    place = max(data.find(b"Xing", 0, 100), data.find(b"Info", 0, 100)) + 8
    frames = int.from_bytes(data[place : place + 4], "big")
    half = written(tmp_path, with_number(data, place, frames // 2, order="big"))
    assert abs(read_whole(half, "all of which are read").frames - 6 * RATE) < 0.15 * RATE
    refused(written(tmp_path, with_number(data, place, 2 * frames, order="big")), "promises")
    refused(written(tmp_path, data[: len(data) // 2]), "promises")
    both = read_whole(written(tmp_path, data + data), "all of which are read")
    assert abs(both.frames - 12 * RATE) < 0.3 * RATE
    hole = data[: len(data) // 2] + b"\0" * 3000 + data[len(data) // 2 :]
    refused(written(tmp_path, hole), "between its frames")


def test_an_absurd_sample_rate_is_refused(tmp_path):
    for rate in (1, 1000, 0x7FFFFFFF):
        refused(
            written(tmp_path, with_number(made(), 24, rate)), "states a sample rate|cannot be read as audio"
        )


def test_a_little_file_cannot_unfold_to_gigabytes(tmp_path):
    silence = made("FLAC", np.zeros(18_000_000, np.int16))
    assert len(silence) < 70_000
    refused(written(tmp_path, silence), "can hardly hold")
    assert audio_info(written(tmp_path, made("FLAC", np.zeros(60 * RATE, np.int16)))).seconds == 60


def test_a_file_is_told_by_its_first_bytes_whatever_its_name(tmp_path):
    for name, kind in (
        ("a.wav", "FLAC"),
        ("a.mp3", "WAV"),
        ("a.oga", "OGG"),
        ("a.sph", "NIST"),
        ("a.mpga", "MP3"),
    ):
        assert abs(read_whole(written(tmp_path, made(kind), name)).frames - RATE) < 0.1 * RATE


def test_other_endings_of_bytes(tmp_path):
    for kind, options in (
        ("WAV", {"endian": "BIG"}),
        ("AIFF", {"endian": "LITTLE"}),
        ("AU", {"endian": "LITTLE"}),
    ):
        data = made(kind, subtype="PCM_16", **options)
        assert read_whole(written(tmp_path, data)).frames == RATE
        refused(written(tmp_path, data[:-2000]), "cut short")


def test_a_wav_of_float_samples_that_was_streamed(tmp_path):
    data = made("WAV", subtype="FLOAT")
    place = data.index(b"data") + 4
    path = written(tmp_path, with_number(data, place, 0xFFFFFFFF))
    assert read_whole(path, "states no length").frames >= RATE
    np.testing.assert_allclose(read_audio(path)[:RATE], WAVE)
    assert struct.unpack("<I", data[place : place + 4])[0] == 4 * RATE
