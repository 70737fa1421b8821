"""What a fine-tuning study reads and the repository does not hold: audio and the encoder's weights.

Two environment variables say where they are.

SEQUIFI_LITE_CORPORA
    Folder of corpora as `sequifi-lite get` lays them out, one folder each; ``corpora`` unless given.
SEQUIFI_LITE_ENCODER
    Folder of the encoder in the hub's layout, or its name on the hub; openai/whisper-base unless given.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from ..data.audio import read_audio
from ..data.corpora.published import TOLERANCE, published
from ..data.corpora.scan import scan
from ..data.sound import QUIETER, SILENT, fingerprints, measure
from ..errors import SequifiError, expanded


def corpora_folder() -> Path:
    """Read which folder of corpora the environment names, its ``~`` expanded."""
    return expanded(os.environ.get("SEQUIFI_LITE_CORPORA", "corpora"))


@cache
def audio_root(name: str) -> Path:
    """Find the folder of a corpus.

    Raises
    ------
    SequifiError
        If SEQUIFI_LITE_CORPORA does not lead to it.
    """
    root = corpora_folder() / name
    if not root.is_dir():
        raise SequifiError(
            f"There is no folder {root}, and this study reads audio: get it with `sequifi-lite get {name}`,"
            " or name the folder that holds it in the environment variable SEQUIFI_LITE_CORPORA."
        )
    return root


@cache
def audio_of(name: str) -> dict[str, str] | None:
    """Hash what a corpus at hand holds: its clip table, and the samples of all its clips; None if absent.

    ``clips``: names, speakers, emotions, sentences, defects. ``samples``: every clip as it is read, so copies
    in another lossless container have the same.
    """
    if not (corpora_folder() / name).is_dir():
        return None
    table = scan(name, audio_root(name)).table
    rows = table.drop(columns=["path", "duration", "sample_rate", "channels"]).to_csv(index=False)
    samples = hashlib.sha256()
    for path in table["path"]:
        samples.update(read_audio(path).astype("<f4").tobytes())
    return {"clips": hashlib.sha256(rows.encode()).hexdigest()[:16], "samples": samples.hexdigest()[:16]}


@cache
def encoder_of(name: str) -> str | None:
    """Hash an encoder's file of weights (SHA-256), in a folder or in the hub's cache; None if absent."""
    from huggingface_hub import try_to_load_from_cache

    path = expanded(name) / "model.safetensors"
    if not path.is_file() and not path.parent.is_dir():
        path = try_to_load_from_cache(name, "model.safetensors")
    return (
        hashlib.sha256(Path(path).read_bytes()).hexdigest()
        if isinstance(path, (str, Path)) and Path(path).is_file()
        else None
    )


def encoder_name() -> str:
    """Read which encoder the environment names: a folder, or a name on the hub."""
    name = os.environ.get("SEQUIFI_LITE_ENCODER", "openai/whisper-base")
    return str(expanded(name)) if name.startswith("~") else name


def inputs(corpora: Sequence[str]) -> dict:
    """Hash sound and weights as they are at hand; None for what is not."""
    return {"encoder": encoder_of(encoder_name()), "audio": {corpus: audio_of(corpus) for corpus in corpora}}


def unlike_published(name: str) -> list[str]:
    """List the clips of a corpus at hand whose length or loudness is not that of the published file.

    All of them where none is known.
    """
    known, lengths, out = fingerprints(name), published(name), []
    for file, path in scan(name, audio_root(name)).table[["file", "path"]].itertuples(index=False):
        sound, length = measure(path), lengths[file]
        near = file in known and length is not None and abs(sound.seconds - length) <= TOLERANCE
        if not (near and (abs(sound.dbfs - known[file][0]) <= QUIETER or sound.span <= SILENT)):
            out.append(file)
    return out
