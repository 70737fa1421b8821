"""Several corpora as one matrix of inputs, one vector of labels, and the rows of every part.

What a learner is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch

from ..errors import SequifiError
from .emotions import FOUR
from .fold_checks import check_parts
from .pack import load_pack
from .pack_file import Pack, difference
from .splits import Split, split

SCALINGS = ("zscore", "raw", "l2")


@dataclass(frozen=True)
class Problem:
    """Hold a chain of corpora, folded.

    Attributes
    ----------
    corpora : tuple of str
        In the order of the chain; the first is the source.
    emotions : tuple of str
        The closed label set; class k is ``emotions[k]``.
    X : tensor of float32, shape (n, inputs)
        Scaled embeddings of all clips that the parts use.
    y : tensor of int64, shape (n,)
    parts : dict of str to Split
        For every corpus its training, validation and test rows in X.
    clips : DataFrame, n rows
        The clip table in the row order of X.

    Examples
    --------
    >>> from sequifi_lite import load_problem
    >>> problem = load_problem(["mesd", "emodb"], fold=0)
    >>> problem.corpora, problem.emotions
    (('mesd', 'emodb'), ('anger', 'happiness', 'neutral', 'sadness'))
    >>> problem.X[problem.parts["emodb"].test].shape
    torch.Size([80, 1024])
    """

    corpora: tuple[str, ...]
    emotions: tuple[str, ...]
    X: Any  # in fine-tuning clips of different lengths, which answer as a tensor does
    y: torch.Tensor
    parts: dict[str, Split]
    clips: pd.DataFrame

    @property
    def labels(self) -> np.ndarray:
        return self.y.numpy()

    def subset(self, corpus: str, part: str = "test", most: int = 200) -> np.ndarray:
        """Draw a fixed stratified subset of a part, at most `most` rows, for continual evaluation."""
        rows = getattr(self.parts[corpus], part)
        if len(rows) <= most:
            return rows
        labels = self.labels[rows]
        generator = np.random.default_rng(0)
        counts = np.bincount(labels, minlength=len(self.emotions))
        shares = np.maximum(
            counts * most // len(rows), np.minimum(counts, 1)
        )  # no class that is there gets lost
        return np.sort(
            np.concatenate(
                [generator.choice(rows[labels == k], n, replace=False) for k, n in enumerate(shares)]
            )
        )


def principal(X: np.ndarray, rows: np.ndarray, components: int) -> np.ndarray:
    """Project all rows onto the principal axes of some: (n, components), float32.

    The axes are the eigenvectors of the covariance of ``X[rows]``, the largest variance first, each turned so
    that its entry of largest size is positive. The coordinates are not scaled: with as many components as
    inputs it is a rotation.
    """
    train = X[rows].astype(np.float64)
    mean = train.mean(0)
    axes = np.linalg.eigh((train - mean).T @ (train - mean))[1][:, ::-1][:, :components]
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(components)])
    return ((X - mean) @ axes).astype(np.float32)


def load_problem(
    corpora: Sequence[str],
    fold: int,
    emotions: Sequence[str] = FOUR,
    scaling: str = "zscore",
    components: int | None = None,
) -> Problem:
    """Load corpora from the pack, fold them and scale them.

    Parameters
    ----------
    corpora : sequence of str
        The chain; the first is the source.
    fold : int
        0 to 4, the same fold in every corpus.
    scaling : {"zscore", "raw", "l2"}
        ``zscore`` uses mean and standard deviation of the source's training rows for all corpora, so that no
        corpus after it has to be known when the source model is trained. ``l2`` divides every embedding by
        its length.
    components : int, optional
        After the scaling, keep so many principal components of the source's training rows, for all corpora:
        fewer inputs, less work. What varies in a later corpus alone, off these axes, is lost to it (chapter
        30 measures how much).

    Raises
    ------
    CorpusMissing
        If a corpus is not in the pack.
    SequifiError
        If a corpus of the chain lacks one of the emotions or has none of it in the fold's training part, a
        part of the fold has no clip, a corpus was embedded in another way, the scaling does not exist, or
        there are not so many components.

    Examples
    --------
    >>> from sequifi_lite import load_problem
    >>> problem = load_problem(["mesd", "emodb"], fold=0, emotions=["anger", "sadness"])
    >>> tuple(problem.X.shape), problem.y.unique().tolist()
    ((476, 1024), [0, 1])
    """
    if scaling not in SCALINGS:
        raise SequifiError(f"Scaling {scaling!r} does not exist; choose one of {', '.join(SCALINGS)}.")
    for what, names in (("corpora", corpora), ("emotions", emotions)):
        if isinstance(names, str) or not names or len(set(names)) < len(names):
            raise SequifiError(f"The {what} have to be a list of different names; {names!r} is none.")
    packs = {name: load_pack(name) for name in corpora}
    _check_alike(packs, emotions)
    X, clips, parts = _joined(packs, fold, emotions)
    _check_learnable(parts, labels := clips.loc[:, "emotion"], fold, emotions)
    source = parts[corpora[0]].train
    X = _scaled(X, source, scaling)
    if components is not None:
        most = min(len(source), X.shape[1])
        if not 1 <= components <= most:
            raise SequifiError(
                f"{components} components cannot be had from {corpora[0]}; ask for 1 to {most}."
            )
        X = principal(X, source, components)
    y = labels.map({emotion: k for k, emotion in enumerate(emotions)}).to_numpy(np.int64, copy=True)
    return Problem(tuple(corpora), tuple(emotions), torch.from_numpy(X), torch.from_numpy(y), parts, clips)


def _check_alike(packs: dict[str, Pack], emotions: Sequence[str]) -> None:
    """Refuse corpora that were embedded in different ways, or lack an emotion."""
    source = next(iter(packs))
    for name, pack in packs.items():
        if unlike := difference(pack.provenance, packs[source].provenance):
            raise SequifiError(
                f"{name} was embedded with {unlike[0]} but {source} with {unlike[1]}; embed both with the"
                " same one."
            )
        absent = set(emotions) - set(pack.clips["emotion"])
        if absent:
            raise SequifiError(
                f"{name} has no clip of {' or '.join(sorted(absent))}; choose emotions that every corpus of"
                " the chain has."
            )


def _check_learnable(parts: dict[str, Split], labels: pd.Series, fold: int, emotions: Sequence[str]) -> None:
    """Refuse a fold with a part without clips, or with an emotion that its training part lacks."""
    for name, rows in parts.items():
        check_parts(
            name, fold, rows.scheme, {"training": rows.train, "validation": rows.valid, "test": rows.test}
        )
        there = set(labels.iloc[rows.train])
        if absent := [emotion for emotion in emotions if emotion not in there]:
            raise SequifiError(
                f"Fold {fold} of {name} by {rows.scheme} has no clip of {' or '.join(absent)} in its training"
                f" part, so that cannot be learnt; choose another fold, or emotions among"
                f" {', '.join(emotion for emotion in emotions if emotion in there)}."
            )


def _joined(
    packs: dict[str, Pack], fold: int, emotions: Sequence[str]
) -> tuple[np.ndarray, pd.DataFrame, dict[str, Split]]:
    """Embeddings (n, inputs) and clip table of what the parts use, corpus by corpus, and the parts."""
    embeddings, tables, parts, offset = [], [], {}, 0
    for name, pack in packs.items():
        rows = split(pack.clips, fold, emotions)
        used = np.sort(np.concatenate([rows.train, rows.valid, rows.test]))
        parts[name] = Split(
            *(np.searchsorted(used, part) + offset for part in (rows.train, rows.valid, rows.test)),
            scheme=rows.scheme,
        )
        embeddings.append(pack.embeddings[used].astype(np.float32))
        tables.append(pack.clips.iloc[used])
        offset += len(used)
    return np.concatenate(embeddings), pd.concat(tables, ignore_index=True), parts


def _scaled(X: np.ndarray, rows: np.ndarray, scaling: str) -> np.ndarray:
    """Scale embeddings (n, inputs); `rows` are the source's training rows."""
    if scaling == "zscore":
        train = X[rows].astype(np.float64)
        spread = train.std(0)
        # A constant column stays 0.
        return ((X - train.mean(0)) / np.where(spread > 0, spread, 1)).astype(np.float32)
    if scaling == "l2":
        length = np.linalg.norm(X, axis=1, keepdims=True)
        return X / np.where(length > 0, length, 1)
    return X
