"""Kept states on disk.

The frozen part of an encoder meets every clip once in its life, and memory stays free.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..data.files import sweep, whole_file, written_to
from ..data.sealed import is_sealed, seal
from ..errors import SequifiError, expanded
from .classifier import SpeechClassifier
from .clips import Clips
from .states import States, keep_states


class DiskStates(States):
    """`States` in files, float16, memory-mapped.

    One for each clip, named by a hash of it, in a folder named by the encoder's.

    A file appears whole or not at all, so several processes may fill one folder, and any of them may be
    killed. Behind the states it has a digest of them and of the clip they belong to, checked once a process.

    Parameters
    ----------
    clips, model, block
        As for `States`.
    folder : str or Path
    """

    def __init__(self, clips, model: SpeechClassifier, block: int, folder: str | Path):
        super().__init__(clips, model, block)
        self.folder = expanded(folder) / encoder_key(model, block)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SequifiError(
                f"States cannot be kept in {folder} ({error.strerror}); choose another folder."
            ) from error
        sweep(self.folder)

    def __getitem__(self, row: int) -> torch.Tensor:
        if row not in self._kept:
            clip = self.clips[row]
            path = self.folder / f"{hashlib.sha256(clip.contiguous().numpy().tobytes()).hexdigest()[:32]}.npy"
            if not path.is_file():
                self._write(path, self.model.frames_behind(clip, self.block).half().numpy())
            try:
                if not is_sealed(path, self._name(path)):
                    raise ValueError("another digest")
                # Copy on write: torch wants memory that it may write to, and the file stays as it is.
                self._kept[row] = torch.from_numpy(np.load(path, mmap_mode="c"))
            except (ValueError, EOFError, OSError) as error:
                raise SequifiError(f"{path} is damaged; delete it, and it is computed anew.") from error
        return self._kept[row]

    def _write(self, path: Path, states: np.ndarray) -> None:
        with written_to(path, "`folder`"), whole_file(path) as partial:
            content = io.BytesIO()  # np.save loses the system's number of an error, and with it "disk full"
            np.save(content, states)
            partial.write_bytes(content.getvalue())
            seal(partial, self._name(path))

    def _name(self, path: Path) -> str:
        """Name what a file has to belong to: this encoder, this block and this clip."""
        return f"{self.folder.name}/{path.name}"


def encoder_key(model: SpeechClassifier, block: int) -> str:
    """Hash what decides the states behind a block.

    The weights up to it, the numbers that shape them, and the precision.
    """
    network, digest = model.network, hashlib.sha256(b"sealed")
    config: Any = getattr(network, "encoder" if hasattr(network, "encoder") else "model").config
    shape = {
        name: value
        for name, value in config.to_dict().items()
        if name not in ("_name_or_path", "transformers_version")
    }
    digest.update(f"{block} {model.precision} {sorted(shape.items(), key=str)}".encode())
    behind = {id(p) for later in network.blocks[block:] for p in later.parameters()}
    for name, p in network.named_parameters():
        if id(p) not in behind:
            digest.update(name.encode() + p.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def keep_states_on_disk(
    model: SpeechClassifier, X: Clips, folder: str | Path
) -> tuple[SpeechClassifier, Clips]:
    """Keep states as `keep_states` does, in a folder: for corpora larger than memory and many trainings.

    And for many trainings.

    Parameters
    ----------
    folder : str or Path
        Grows by 100 bytes a second and unit of the encoder's width (float16, 50 frames a second): 51 kB a
        second for Whisper base. It may be deleted at any time between trainings.

    Returns
    -------
    model, X
        As `keep_states`.

    Raises
    ------
    SequifiError
        If the folder cannot be written, or holds a damaged file.
    """
    top, kept = keep_states(model, X)
    if kept is X:
        return model, X
    return top, Clips(DiskStates(X.store, model, top.start, folder), X.rows)
