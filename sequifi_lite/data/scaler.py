"""What a problem's inputs were scaled by, so that a clip of tomorrow can be scaled alike.

`load_problem` scales and hands on what came of it. Here the mean and the standard deviation stay with the
problem: with one that is made of packs (`problem_of`), and with one of `load_problem` (`with_scaler`), for
which they are computed again and have to give its inputs bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import torch

from ..errors import SequifiError
from .pack import load_pack
from .pack_file import Pack
from .problem import Problem, _check_alike, _check_learnable
from .splits import Split, folds as number_of_folds, split


@dataclass(frozen=True, eq=False)
class Scaler:
    """Scale embeddings as those of a problem were scaled: (x - mean) / std, each (inputs,), float64."""

    mean: np.ndarray
    std: np.ndarray

    def __call__(self, X: np.ndarray) -> np.ndarray:
        """Scale embeddings (n, inputs): float32, the bits of `load_problem`."""
        return ((X.astype(np.float32) - self.mean) / self.std).astype(np.float32)

    @classmethod
    def of(cls, X: np.ndarray) -> Scaler:
        """Take mean and standard deviation of rows (n, inputs); a constant column stays 0."""
        train = X.astype(np.float32).astype(np.float64)
        spread = train.std(0)
        return cls(train.mean(0), np.where(spread > 0, spread, 1))


@dataclass(frozen=True)
class ScaledProblem(Problem):
    """A problem that carries what its inputs were scaled by, and how these were made.

    Attributes
    ----------
    scaler : Scaler
        Of the source's training rows.
    provenance : dict of str to dict
        Of every corpus, as its pack has it.
    folds : dict of str to int
    """

    scaler: Scaler = field(kw_only=True)
    provenance: dict[str, dict] = field(kw_only=True)
    folds: dict[str, int] = field(kw_only=True)


def problem_of(
    packs: Mapping[str, Pack], folds: Mapping[str, int], emotions: Sequence[str], test: bool = True
) -> ScaledProblem:
    """Make a problem of packs at hand, each corpus with a fold of its own, z-scored by the source.

    Parameters
    ----------
    packs : dict of str to Pack
        The chain by its corpora's names; the first is the source.
    folds : dict of str to int
        Which fold of each.
    test : bool
        Without, the clips of the test parts are learnt as well: for a model that is to be used, not measured.

    Raises
    ------
    SequifiError
        As `load_problem`.
    """
    names = dict(packs)
    _check_alike(names, emotions)
    raw, tables, parts, offset = [], [], {}, 0
    for name, pack in names.items():
        rows = split(pack.clips, folds[name], emotions)
        used = np.sort(np.concatenate([rows.train, rows.valid, rows.test]))
        places = (np.searchsorted(used, part) + offset for part in (rows.train, rows.valid, rows.test))
        parts[name] = Split(*places, scheme=rows.scheme)
        raw.append(pack.embeddings[used].astype(np.float32))
        tables.append(pack.clips.iloc[used])
        offset += len(used)
    X, clips = np.concatenate(raw), pd.concat(tables, ignore_index=True)
    for name in names:
        _check_learnable({name: parts[name]}, clips.loc[:, "emotion"], folds[name], emotions)
    if not test:
        parts = {
            name: Split(np.union1d(part.train, part.test), part.valid, part.test[:0], part.scheme)
            for name, part in parts.items()
        }
    scaler = Scaler.of(X[parts[next(iter(names))].train])
    y = clips["emotion"].map(list(emotions).index).to_numpy(np.int64, copy=True)
    return ScaledProblem(
        tuple(names), tuple(emotions), torch.from_numpy(scaler(X)), torch.from_numpy(y), parts, clips,
        scaler=scaler, provenance={name: pack.provenance for name, pack in names.items()}, folds=dict(folds),
    )  # fmt: skip


def with_scaler(problem: Problem) -> ScaledProblem:
    """Give a problem of `load_problem` what its inputs were scaled by; one that has it comes back as it is.

    Raises
    ------
    SequifiError
        If it was scaled otherwise than by z-scores, its inputs are no embeddings, or the packs are no longer
        those that it was loaded from.
    """
    if isinstance(problem, ScaledProblem):
        return problem
    if not isinstance(problem.X, torch.Tensor) or problem.clips is None:
        raise SequifiError(
            "What this problem's inputs were scaled by cannot be told, for they are no embeddings of a pack;"
            " give a problem of load_problem."
        )
    packs = {name: load_pack(name) for name in problem.corpora}
    raw = np.concatenate([_raw_rows(problem, name, pack) for name, pack in packs.items()])
    scaler = Scaler.of(raw[problem.parts[problem.corpora[0]].train])
    if raw.shape != problem.X.shape or not np.array_equal(scaler(raw), problem.X.numpy()):
        raise SequifiError(
            f"The inputs of this problem are not the z-scored embeddings of the packs of {', '.join(packs)};"
            " make it again with load_problem, which z-scores unless told otherwise, and keep all components."
        )
    return ScaledProblem(
        problem.corpora, problem.emotions, problem.X, problem.y, problem.parts, problem.clips,
        scaler=scaler, provenance={name: pack.provenance for name, pack in packs.items()},
        folds={name: _fold_of(problem, name, pack) for name, pack in packs.items()},
    )  # fmt: skip


def _raw_rows(problem: Problem, name: str, pack: Pack) -> np.ndarray:
    """Embeddings of a corpus's clips as its pack has them, in the problem's order."""
    files = problem.clips.loc[problem.clips["corpus"] == name, "file"]
    place = pd.Index(pack.clips["file"]).get_indexer(files)
    if (place < 0).any():
        raise SequifiError(
            f"The pack of {name} is no longer the one that this problem was loaded from; make the problem"
            " again with load_problem."
        )
    return pack.embeddings[place].astype(np.float32)


def _fold_of(problem: Problem, name: str, pack: Pack) -> int:
    """Find the fold of a corpus that has a problem's test clips; -1 where they were chosen otherwise."""
    tested = set(problem.clips["file"].iloc[problem.parts[name].test])
    for fold in range(number_of_folds(pack.clips)):
        rows = split(pack.clips, fold, problem.emotions)
        if set(pack.clips["file"].iloc[rows.test]) == tested:
            return fold
    return -1
