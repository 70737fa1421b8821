"""Clips of different lengths where the loop expects a matrix.

Row numbers into a store, cut and taken as a tensor is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
import torch

from ..data.audio import read_audio
from ..data.corpora.scan import scan
from ..data.emotions import FOUR
from ..data.problem import Problem
from ..data.splits import Split, split
from ..errors import SequifiError


class Store(Protocol):
    """What gives clips by their number."""

    def __len__(self) -> int: ...

    def __getitem__(self, row: Any, /) -> torch.Tensor: ...


class Clips:
    """A tensor of clips that have no common shape.

    It answers what schedules, the loop and the methods ask of a matrix of inputs: ``X[rows]``, `index_select`
    along the first axis, `reshape`, slices. All of these move row numbers; the clips themselves are looked up
    when a network wants them.

    Parameters
    ----------
    store : sequence of tensors, or what answers as one
        ``store[i]`` is clip i: a waveform, mel frames, or states of an encoder.
    rows : ndarray of int, optional
        All clips of the store unless given.
    """

    device = torch.device("cpu")

    def __init__(self, store: Store, rows: np.ndarray | None = None):
        self.store = store
        self.rows = np.arange(len(store)) if rows is None else rows

    @property
    def shape(self) -> tuple[int, ...]:
        return self.rows.shape

    def dim(self) -> int:
        return self.rows.ndim

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key) -> Clips:
        return Clips(self.store, self.rows[key])

    def index_select(self, axis: int, rows: torch.Tensor) -> Clips:
        return Clips(self.store, self.rows.take(rows.numpy(), axis))

    def reshape(self, *shape: int) -> Clips:
        return Clips(self.store, self.rows.reshape(shape))

    def expand(self, *shape: int) -> Clips:
        return Clips(self.store, np.broadcast_to(self.rows, shape))

    def tensors(self) -> list[torch.Tensor]:
        """List the clips, one behind the other, whatever the shape."""
        return [self.store[row] for row in self.rows.reshape(-1)]


class Audio:
    """A store that reads clips when they are first wanted, and keeps what was prepared of them.

    Parameters
    ----------
    paths : sequence of paths
    prepare : f(waveform) -> tensor
        ``prepare`` of an encoder's network, or `torch.from_numpy` for bare waveforms.
    """

    def __init__(self, paths: Sequence[str | Path], prepare: Callable[[np.ndarray], torch.Tensor]):
        self.paths, self.prepare = list(paths), prepare
        self._kept: dict[int, torch.Tensor] = {}

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, row: int) -> torch.Tensor:
        if row not in self._kept:
            self._kept[row] = self.prepare(read_audio(self.paths[row]))
        return self._kept[row]


def audio_problem(
    roots: Mapping[str, str | Path],
    fold: int,
    prepare: Callable[[np.ndarray], torch.Tensor],
    emotions: Sequence[str] = FOUR,
) -> Problem:
    """Fold a chain of corpora on disk as `sequifi_lite.data.problem.load_problem` folds packs.

    With audio in the place of embeddings.

    Parameters
    ----------
    roots : dict of corpus name to folder
        In the order of the chain; the first is the source.
    fold : int
        0 to 4.
    prepare : f(waveform) -> tensor
        See `Audio`.

    Returns
    -------
    Problem
        Its X is a `Clips`. Clips that a folder lacks are left out; an incomplete corpus keeps its folds.

    Raises
    ------
    CorpusError
        If a folder does not hold the corpus.
    SequifiError
        If a corpus has no training, validation or test clip of one of the emotions in this fold.
    """
    tables, parts, offset = [], {}, 0
    for name, root in roots.items():
        found = scan(name, root)
        found.check()
        rows = split(found.table, fold, emotions)
        for part in ("train", "valid", "test"):
            here = set(found.table["emotion"].iloc[getattr(rows, part)])
            if set(emotions) - here:
                raise SequifiError(
                    f"{name} in {root} has no {part} clip of {', '.join(sorted(set(emotions) - here))} in"
                    f" fold {fold}; get the rest of the corpus, or choose another fold."
                )
        used = np.sort(np.concatenate([rows.train, rows.valid, rows.test]))
        numbers = (np.searchsorted(used, part) + offset for part in (rows.train, rows.valid, rows.test))
        parts[name] = Split(*numbers, scheme=rows.scheme)
        tables.append(found.table.iloc[used])
        offset += len(used)
    clips = pd.concat(tables, ignore_index=True)
    y = (
        clips.loc[:, "emotion"]
        .map({emotion: k for k, emotion in enumerate(emotions)})
        .to_numpy(np.int64, copy=True)
    )
    X = Clips(Audio(clips.loc[:, "path"], prepare))
    return Problem(tuple(roots), tuple(emotions), X, torch.from_numpy(y), parts, clips)
