"""What the trials came to on clips that no choice was made by: scores, intervals, confusion, frontier."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...data.scaler import ScaledProblem
from ...evaluation.calibration import calibration_error
from ...evaluation.metrics import recalls, uar
from ...evaluation.statistics import bootstrap_uar, by_group, interval
from .trials import Outcome, chosen

DRAWS = 2000


@dataclass(frozen=True)
class Judged:
    """A method on the test clips of all folds; scores are in % of UAR.

    Attributes
    ----------
    draws : dict of str to ndarray (1 + draws,)
        ``source``, ``target`` and ``both``, the estimate first; draw i resamples the same speakers in every
        method, so differences are paired.
    tables : dict of str to ndarray (K, K)
        Confusion matrices by corpus, all folds together.
    calibration : dict of str to float
        Expected calibration error by corpus, in points.
    valid : float
        Mean UAR on validation at the chosen trials, in %: what the recommendation goes by.
    trials : list of Outcome
        The chosen one of each fold.
    frontier : list of (source, target)
        UAR in % on validation of every trial, folds together.
    """

    name: str
    draws: dict[str, np.ndarray]
    tables: dict[str, np.ndarray]
    calibration: dict[str, float]
    valid: float
    trials: list[Outcome]
    frontier: list[tuple[float, float]]

    def score(self, of: str) -> dict[str, float]:
        """Give a score with its 95 % interval over speakers."""
        low, high = interval(self.draws[of])
        return {"uar": float(self.draws[of][0]), "low": low, "high": high}

    def less(self, other: Judged, of: str = "both") -> dict[str, float]:
        """Give the paired difference to another method, in points, with its 95 % interval."""
        values = self.draws[of] - other.draws[of]
        low, high = interval(values)
        return {"points": float(values[0]), "low": low, "high": high}


def groups_of(problem: ScaledProblem, name: str) -> np.ndarray:
    """Name the group of each test clip of a corpus: what folds keep apart, and intervals resample."""
    part = problem.parts[name]
    return problem.clips[part.holds_out[0]].astype(str).to_numpy()[part.test]


def judge(
    name: str, problems: Sequence[ScaledProblem], folds: Sequence[Mapping[str, list[Outcome]]]
) -> Judged:
    """Put a method's folds together, each with the trial that its own validation part chose."""
    best = [chosen(fold[name]) for fold in folds]
    K = len(problems[0].emotions)
    draws, tables, calibration = {}, {}, {}
    for role, corpus in zip(("source", "target"), problems[0].corpora, strict=True):
        truth = np.concatenate([p.labels[p.parts[corpus].test] for p in problems])
        shares = np.concatenate([outcome.test[corpus] for outcome in best])
        groups = np.concatenate([groups_of(p, corpus) for p in problems])
        counted = by_group(truth, shares.argmax(1), groups, K)
        draws[role] = 100 * bootstrap_uar([counted], DRAWS, seed=zlib.crc32(corpus.encode()))
        tables[corpus] = counted.sum(0)
        calibration[corpus] = 100 * calibration_error(shares, truth)
    draws["both"] = (draws["source"] + draws["target"]) / 2
    pooled = {corpus: sum(outcome.valid[corpus] for outcome in best) for corpus in problems[0].corpora}
    valid = 100 * float(np.mean([uar(np.asarray(table)) for table in pooled.values()]))
    return Judged(name, draws, tables, calibration, valid, best, _frontier(name, problems, folds))


def _frontier(name: str, problems: Sequence[ScaledProblem], folds: Sequence[Mapping[str, list[Outcome]]]):
    points = []
    for same in zip(*(fold[name] for fold in folds), strict=True):
        together = [sum(one.valid[corpus] for one in same) for corpus in problems[0].corpora]
        source, target = (100 * float(uar(np.asarray(table))) for table in together)
        points.append((source, target))
    return points


def worst_class(table: np.ndarray, emotions: Sequence[str]) -> dict[str, Any]:
    """Name the emotion of the least recall, and what its clips are mostly called instead."""
    recall = 100 * recalls(table)
    k = int(np.nanargmin(recall))
    others = np.where(np.arange(len(emotions)) == k, -1, table[k])
    return {"emotion": emotions[k], "recall": float(recall[k]), "called": emotions[int(others.argmax())]}
