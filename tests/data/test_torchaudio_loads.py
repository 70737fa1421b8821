"""A torchaudio that cannot be imported: nothing that does without breaks, and nothing else is blamed.

In processes of their own, with a module called torchaudio that raises what a wrong build raises.
"""

import os
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from tiny_encoders import write_whisper

CODE = """
import sys
import numpy as np, soundfile
from sequifi_lite.data.audio import read_audio
from sequifi_lite.data.encoders.load import load_encoder
from sequifi_lite.data.torchaudio_loads import torchaudio_loads, why_not
wave = read_audio(sys.argv[2])
print(len(wave), torchaudio_loads(), load_encoder(sys.argv[1], 1, "mean").embed([wave]).shape, why_not())
t = np.arange(16_000) / 16_000
print(np.abs(wave - 0.5 * np.sin(2 * np.pi * 440 * t))[500:-500].max() < 1e-3)
"""


@pytest.fixture(scope="module")
def tiny_whisper(tmp_path_factory):
    return str(write_whisper(tmp_path_factory.mktemp("tiny")))


@pytest.fixture
def broken(tmp_path):
    """An environment in which importing torchaudio fails as it does beside a torch of another build."""
    folder = tmp_path / "broken" / "torchaudio"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise OSError('Could not load this library: libtorchaudio.so')\n")
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(folder.parent), *sys.path])}


def test_sound_is_resampled_and_embedded_without_it(tmp_path, broken, tiny_whisper):
    t = np.arange(44_100) / 44_100
    soundfile.write(tmp_path / "a.wav", 0.5 * np.sin(2 * np.pi * 440 * t), 44_100, subtype="FLOAT")
    done = subprocess.run(
        [sys.executable, "-c", CODE, tiny_whisper, str(tmp_path / "a.wav")],
        capture_output=True, text=True, env=broken,
    )  # fmt: skip
    told, true = done.stdout.splitlines()
    assert told == "16000 False (1, 32) OSError: Could not load this library: libtorchaudio.so", done.stderr
    assert true == "True"


def test_a_library_that_cannot_be_imported_is_not_blamed_on_the_encoder(monkeypatch, tiny_whisper):
    from sequifi_lite.data.encoders.load import load_encoder
    from sequifi_lite.errors import EncoderError

    monkeypatch.setitem(sys.modules, "transformers.audio_utils", None)
    with pytest.raises(
        EncoderError, match="Nothing is wrong with .* transformers cannot be imported here"
    ) as one:
        load_encoder(tiny_whisper, 1, "mean")
    assert "sequifi-lite doctor" in str(one.value)
