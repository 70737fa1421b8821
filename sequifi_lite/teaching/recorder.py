"""A reader's own voice: a recorder that runs in the page, and a file from an upload button."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePath

import numpy as np

from ..data.audio import READABLE, SUFFIXES, read_audio
from ..errors import AudioError
from .assets import asset


def recorder(seconds: int = 3):
    """Make a button that records from the microphone and offers the sound as a WAV file to save.

    It works where a notebook runs scripts in its outputs and the browser grants the microphone (Jupyter on
    your own machine, most browsers); elsewhere it says so. The sound goes nowhere but into the file that you
    save.

    Returns
    -------
    IPython.display.HTML
    """
    from IPython.display import HTML

    page = asset("recorder.html").replace("SCRIPT", asset("recorder.js"))
    return HTML(page.replace("SECONDS", str(int(seconds))))


def upload_button():
    """Make a button to choose one sound file; `uploaded` reads what was chosen."""
    import ipywidgets

    return ipywidgets.FileUpload(accept=",".join(READABLE), multiple=False, description="Your recording")


def uploaded(value) -> np.ndarray | None:
    """Read the wave behind an upload button.

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
    if PurePath(name).suffix.lower() not in READABLE:
        raise AudioError(f"{name} is none of {', '.join(SUFFIXES)}; save it as WAV and upload it again.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{PurePath(name).suffix}"
        path.write_bytes(bytes(files[-1]["content"]))
        try:
            return read_audio(path)
        except AudioError as error:
            reason = str(error).removeprefix(f"{path} ").rsplit("; ", 1)[0]
            raise AudioError(f"{name} {reason}; save it as WAV and upload it again.") from error
