"""A sample of the malformed files that ``tools/fuzz_sounds.py`` makes by the ten thousand."""

import random
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from fuzz_sounds import FAILURES, Case, case, fuzz, original, read


def test_a_malformed_file_is_read_or_refused_in_one_sentence():
    outcomes = fuzz(seed=7, numbers=list(range(150)), jobs=1)
    assert len(outcomes) == 150
    failures = {case(7, n).name: one for n, one in outcomes.items() if one.kind in FAILURES}
    assert not failures
    assert {one.kind for one in outcomes.values()} == {"read", "noted", "refused"}


def test_the_same_seed_makes_the_same_files():
    assert case(3, 5) == case(3, 5) and case(3, 5).data != case(4, 5).data


@pytest.mark.parametrize("form", ["FLAC", "OGG VORBIS", "OGG OPUS", "MP3", "ADPCM"])
def test_lost_sound_would_be_noticed(tmp_path, form):
    """Read a whole file of which it is said that it held five times as much."""
    path = tmp_path / "a.wav"
    drawn = (original(random.Random(number)) for number in range(500))
    whole = Case(*next(one for one in drawn if form in one[0]), False)
    assert read(whole, path).kind == "read"
    assert read(whole._replace(samples=5 * whole.samples), path).kind == "lost"


def test_lost_samples_of_a_plain_wav_would_be_noticed(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.random.default_rng(0).normal(0, 0.1, 8_000), 16_000)
    data, more = path.read_bytes(), b"junk" + (16_000).to_bytes(4, "little") + bytes(16_000)
    data = data[:4] + (len(data) + len(more) - 8).to_bytes(4, "little") + data[8:] + more
    assert read(Case("0 WAV PCM_16: none", data, 8_000, False), path).kind == "read"
    assert read(Case("0 WAV PCM_16: none", data, 16_000, False), path).kind == "lost"
