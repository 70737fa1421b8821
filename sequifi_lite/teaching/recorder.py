"""A reader's own voice: a recorder that runs in the page, and a file from an upload button of any version of ipywidgets."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePath

import numpy as np

from ..data.audio import SUFFIXES, read_audio
from ..errors import AudioError

# Samples are kept as they come and put behind a WAV header: no browser records WAV by itself. Nothing leaves the page.
_RECORDER = """<div style="font-family:sans-serif;margin:.5em 0">
<button type="button">Record {seconds} s</button> <span role="status">The recording stays in this browser.</span><br>
<audio controls hidden></audio> <a hidden download="my_voice.wav">Save my_voice.wav</a>
<script>(function () {{
  const box = document.currentScript.parentElement, [button, status, player, link] =
    ["button", "span", "audio", "a"].map(tag => box.querySelector(tag));
  function wav(samples, rate) {{
    const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
    const text = (at, word) => [...word].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
    text(0, "RIFF"); view.setUint32(4, 36 + 2 * samples.length, true); text(8, "WAVEfmt ");
    view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
    view.setUint32(24, rate, true); view.setUint32(28, 2 * rate, true); view.setUint16(32, 2, true);
    view.setUint16(34, 16, true); text(36, "data"); view.setUint32(40, 2 * samples.length, true);
    samples.forEach((x, i) => view.setInt16(44 + 2 * i, Math.round(32767 * Math.max(-1, Math.min(1, x))), true));
    return new Blob([view], {{type: "audio/wav"}});
  }}
  button.onclick = async function () {{
    let stream;
    try {{ stream = await navigator.mediaDevices.getUserMedia({{audio: true}}); }}
    catch (error) {{ status.textContent = "No microphone here (" + error.name + "); record a file and upload it."; return; }}
    const context = new AudioContext(), source = context.createMediaStreamSource(stream);
    const node = context.createScriptProcessor(4096, 1, 1), samples = [];
    source.connect(node); node.connect(context.destination); button.disabled = true; status.textContent = "Speak now.";
    node.onaudioprocess = function (event) {{
      if (samples.length < {seconds} * context.sampleRate) {{ samples.push(...event.inputBuffer.getChannelData(0)); return; }}
      node.onaudioprocess = null; node.disconnect(); stream.getTracks().forEach(track => track.stop());
      player.src = link.href = URL.createObjectURL(wav(samples, context.sampleRate)); context.close();
      player.hidden = link.hidden = button.disabled = false; status.textContent = "Listen, save, then upload the file.";
    }};
  }};
}})();</script></div>"""


def recorder(seconds: int = 3):
    """A button that records from the microphone and offers the sound as a WAV file to save.

    It works where a notebook runs scripts in its outputs and the browser grants the microphone (Jupyter on your own machine, most
    browsers); elsewhere it says so. The sound goes nowhere but into the file that you save.

    Returns
    -------
    IPython.display.HTML
    """
    from IPython.display import HTML

    return HTML(_RECORDER.format(seconds=int(seconds)))


def upload_button():
    """A button to choose one sound file; `uploaded` reads what was chosen."""
    import ipywidgets

    return ipywidgets.FileUpload(accept=",".join(SUFFIXES), multiple=False, description="Your recording")


def uploaded(value) -> np.ndarray | None:
    """The wave behind an upload button.

    Parameters
    ----------
    value : tuple or dict
        The button's `.value`: a tuple of files in ipywidgets 8, a dict of them in ipywidgets 7.

    Returns
    -------
    ndarray of float32, shape (samples,), or None
        Mono at 16 kHz; None if nothing has been chosen.

    Raises
    ------
    AudioError
        If the file is no sound that can be read.
    """
    files = (
        [{"name": name, **file} for name, file in value.items()] if isinstance(value, dict) else list(value)
    )
    if not files:
        return None
    name = PurePath(str(files[-1]["name"])).name
    if PurePath(name).suffix.lower() not in SUFFIXES:
        raise AudioError(f"{name} is none of {', '.join(SUFFIXES)}; save it as WAV and upload it again.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{PurePath(name).suffix}"
        path.write_bytes(bytes(files[-1]["content"]))
        try:
            return read_audio(path)
        except AudioError as error:
            reason = str(error).removeprefix(f"{path} ").rsplit("; ", 1)[0]
            raise AudioError(f"{name} {reason}; save it as WAV and upload it again.") from error
