"""Probes of one corpus at many depths of an encoder and several penalties, and ways to choose among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..data.emotions import FOUR
from ..data.splits import COLUMN, default_scheme, folds, split
from ..evaluation.metrics import confusion, uar
from ..evaluation.probe import probe_at
from ..evaluation.statistics import bootstrap_uar, by_group

PENALTIES = (1e-3, 1e-2, 1e-1, 1.0)  # C of the probe: the smaller, the stronger the penalty


@dataclass(frozen=True)
class Depths:
    """One corpus at every depth.

    Attributes
    ----------
    clips : DataFrame
    inputs : dict of str to ndarray (clips, 2 * width)
        Name of a depth -> mean and, behind it, standard deviation over frames; ``log-mel`` first, then
        ``stem`` (what the first block receives), ``block 1`` and so on.
    """

    clips: pd.DataFrame
    inputs: dict[str, np.ndarray]

    def where(self, rows: np.ndarray) -> Depths:
        """Keep some clips, by a mask (clips,)."""
        return Depths(
            self.clips.loc[rows].reset_index(drop=True), {name: X[rows] for name, X in self.inputs.items()}
        )

    def pooled(self, pooling: str) -> Depths:
        """Keep one pooling: both, the mean or the standard deviation."""
        half = {
            "mean+std": lambda X: X,
            "mean": lambda X: X[:, : X.shape[1] // 2],
            "std": lambda X: X[:, X.shape[1] // 2 :],
        }
        return Depths(self.clips, {name: half[pooling](X) for name, X in self.inputs.items()})


@dataclass(frozen=True)
class Sweep:
    """Probes of several inputs (L) at several penalties (C), one fold after the other.

    Attributes
    ----------
    truth, groups, fold : ndarray (n,)
        Class, speaker (MESD: word) and fold of every tested clip.
    predicted : ndarray (n, L, C)
        By the probe of the fold that tests the clip.
    valid : ndarray (folds, L, C)
        UAR on the fold's own validation part, 0 to 1.
    inputs : list of str
    train : int
        Training clips of a fold, their mean.
    """

    truth: np.ndarray
    groups: np.ndarray
    fold: np.ndarray
    predicted: np.ndarray
    valid: np.ndarray
    inputs: list[str]
    classes: int
    train: int

    def of(self, layer: np.ndarray, penalty: np.ndarray) -> np.ndarray:
        """Look up predictions (n,) where fold f uses input ``layer[f]`` and penalty number ``penalty[f]``."""
        return self.predicted[np.arange(len(self.truth)), layer[self.fold], penalty[self.fold]]

    def draws(self, layer: np.ndarray, penalty: np.ndarray) -> np.ndarray:
        """Draw the UAR in % over speakers, as `bootstrap_uar` does."""
        return 100 * bootstrap_uar([self.counts(layer, penalty)])

    def counts(self, layer: np.ndarray, penalty: np.ndarray) -> np.ndarray:
        """Count truth and prediction by speaker: (G, K, K)."""
        return by_group(self.truth, self.of(layer, penalty), self.groups, self.classes)

    def score(self, rows=slice(None)) -> np.ndarray:
        """Score every fixed choice on test: UAR (L, C), 0 to 1."""
        return uar(confusion(self.truth[rows], np.moveaxis(self.predicted[rows], 0, -1), self.classes))


def sweep(
    depths: Depths,
    scheme: str | None = None,
    emotions: Iterable[str] | None = FOUR,
    read: str = "emotion",
    penalties: Iterable[float] = PENALTIES,
    like: str | None = None,
) -> Sweep:
    """Train a probe on every input with every penalty in every fold.

    Parameters
    ----------
    depths : Depths
        Of one corpus.
    scheme : str, optional
        One of ``sequifi_lite.data.splits.schemes``.
    read : {"emotion", "sentence", "speaker"}
        What the probe is to say.
    like : str, optional
        A second scheme with as many clips to be tested and one fold or more in each of the first one's: from
        every training part, as many clips of each class are drawn as the second scheme leaves. Its folds are
        used, and its test parts.
    """
    clips = depths.clips
    scheme = scheme or default_scheme(clips)
    rows = (
        np.ones(len(clips), dtype=bool)
        if emotions is None
        else clips["emotion"].isin(list(emotions)).to_numpy()
    )
    y = np.full(len(clips), -1)
    y[rows], names = pd.factorize(clips.loc[rows, read], sort=True)
    penalties = tuple(penalties)
    number = folds(clips, like or scheme)
    predicted = np.full((len(clips), len(depths.inputs), len(penalties)), -1)
    valid, fold, train = np.zeros((number, *predicted.shape[1:])), np.full(len(clips), -1), []
    for f in range(number):
        part = split(clips, f, emotions, like or scheme)
        learn = part.train
        if like:
            wide = split(clips, f // (number // folds(clips, scheme)), emotions, scheme)
            learn = drawn(wide.train, y, np.bincount(y[part.train], minlength=len(names)), f)
        train.append(len(learn))
        fold[part.test] = f
        for i, X in enumerate(depths.inputs.values()):
            seen, tested = probe_at(penalties, X[learn], y[learn], [X[part.valid], X[part.test]])
            predicted[part.test, i] = tested.T
            valid[f, i] = uar(confusion(y[part.valid], seen, len(names)))
    done = fold >= 0
    groups = clips[COLUMN[default_scheme(clips)]].to_numpy()
    return Sweep(
        y[done],
        groups[done],
        fold[done],
        predicted[done],
        valid,
        list(depths.inputs),
        len(names),
        round(np.mean(train)),
    )


def drawn(rows: np.ndarray, y: np.ndarray, wanted: np.ndarray, seed: int) -> np.ndarray:
    """Draw of the rows `wanted[k]` of every class k, by lot."""
    generator = np.random.default_rng(seed)
    return np.sort(
        np.concatenate([generator.permutation(rows[y[rows] == k])[:n] for k, n in enumerate(wanted)])
    )


def choices(probes: Sweep) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Settle the input and the penalty in four ways: name -> input and penalty number of every fold.

    nested
        Each fold takes what is best on its own validation part; the first of equals, so the shallower and the
        more penalised.
    last block
        The last input; its penalty nested.
    best on test
        The one pair for all folds with the best test score: the best line of a sweep, as it is often
        reported.
    best on test, fold by fold
        Each fold takes what is best on its own test part.
    """
    count, shape = len(probes.valid), probes.valid.shape[1:]
    last = np.full(count, shape[0] - 1)
    tested = np.stack([probes.score(probes.fold == f) for f in range(count)])
    pairs = {
        "nested": probes.valid.reshape(count, -1).argmax(1),
        "last block": last * shape[1] + probes.valid[:, -1].argmax(1),
        "best on test": np.full(count, probes.score().argmax()),
        "best on test, fold by fold": tested.reshape(count, -1).argmax(1),
    }
    return {name: np.unravel_index(pair, shape) for name, pair in pairs.items()}
