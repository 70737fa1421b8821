"""The reader's own voice: an uploaded file becomes a wave, and the recorder's script makes a WAV file."""

import io
import shutil
import subprocess

import numpy as np
import pytest
import soundfile

from sequifi_lite.data.audio import READABLE
from sequifi_lite.errors import AudioError
from sequifi_lite.teaching import recorder as widgets


def content(wave, rate, kind="WAV"):
    file = io.BytesIO()
    soundfile.write(file, wave, rate, format=kind)
    return file.getvalue()


WAVE = 0.1 * np.sin(2 * np.pi * 200 * np.arange(8_000) / 8_000)


def test_both_forms_of_an_upload_are_read():
    data = content(WAVE, 8_000)
    eight = ({"name": "mine.WAV", "type": "audio/wav", "size": len(data), "content": memoryview(data)},)
    seven = {"mine.wav": {"metadata": {"name": "mine.wav"}, "content": data}}
    for value in (eight, seven):
        wave = widgets.uploaded(value)
        assert wave.dtype == np.float32 and len(wave) == 16_000
    assert widgets.uploaded(()) is None and widgets.uploaded({}) is None
    stereo = ({"name": "a.flac", "content": content(np.stack([WAVE, WAVE], 1), 8_000, "FLAC")},)
    assert widgets.uploaded(stereo).shape == (16_000,)


@pytest.mark.parametrize(
    "name, data", [("a.m4a", b"x"), ("../../a.wav", b"no sound"), ("a.wav", b""), ("a", b"x")]
)
def test_what_is_no_sound_is_refused_in_a_sentence(name, data):
    with pytest.raises(AudioError) as caught:
        widgets.uploaded(({"name": name, "content": data},))
    message = str(caught.value)
    assert (
        message.startswith("a")
        and message.endswith(".")
        and "tmp" not in message
        and "upload it again" in message
    )


def test_the_button_takes_what_the_library_reads():
    button = widgets.upload_button()
    assert button.accept == ",".join(READABLE) and widgets.uploaded(button.value) is None


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node to run the recorder's script")
def test_the_recorder_writes_a_wav_file(tmp_path):
    """The script's own function on a sine, run outside a browser; soundfile reads the result."""
    page = widgets.recorder(2).data
    assert "Record 2 s" in page and "{{" not in page and "src=" not in page, "nothing is fetched"
    function = page[page.index("function wav") : page.index("button.onclick")]
    path = str(tmp_path / "x.wav")
    code = (
        f"{function}\nconst x = Array.from({{length: 4800}}, (_, i) => 1.2 * Math.sin(i / 10));\n"
        f"wav(x, 48000).arrayBuffer().then(b => require('fs').writeFileSync({path!r}, Buffer.from(b)));"
    )
    subprocess.run(["node", "-e", code], check=True, timeout=60)
    wave, rate = soundfile.read(tmp_path / "x.wav")
    assert rate == 48_000
    np.testing.assert_allclose(wave, np.clip(1.2 * np.sin(np.arange(4800) / 10), -1, 1), atol=2e-4)
