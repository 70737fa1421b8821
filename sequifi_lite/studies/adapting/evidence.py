"""Where the evidence is thin, in sentences with numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...data.findings import in_a_row
from ...data.scaler import ScaledProblem
from .scores import Judged, groups_of

GROUPS = 10  # below so many speakers a bootstrap over them is rough
CLIPS = 20  # of an emotion in a training part
RECALL = 50  # of an emotion over all test parts: one clip is two points of its recall
VALID = 50  # clips of a validation part, by which one of twelve trials is chosen
CALIBRATION = 10  # points


def thin(
    problems: Sequence[ScaledProblem], best: Judged, vanilla: Judged, left_out: Sequence[str]
) -> list[str]:
    """Say what the scores and the recommendation cannot carry."""
    out = []
    for name in problems[0].corpora:
        out += _of_corpus(problems, name)
    target = problems[0].corpora[-1]
    if left_out:
        out.append(
            f"Clips of {in_a_row(list(left_out), 9)} of {target} were left out: the model cannot tell them."
        )
    if best.name != vanilla.name:
        gain = best.less(vanilla)
        if gain["low"] <= 0 <= gain["high"]:
            out.append(
                f"That {best.name} beats vanilla here is not sure: the difference is"
                f" {gain['points']:+.1f} points of mean UAR [{gain['low']:+.1f}, {gain['high']:+.1f}]."
            )
    if best.calibration[target] > CALIBRATION:
        out.append(
            f"On {target} the probabilities are off by {best.calibration[target]:.0f} points on average:"
            " read them"
            " as an order, not as shares."
        )
    return out


def _of_corpus(problems: Sequence[ScaledProblem], name: str) -> list[str]:
    first, out = problems[0], []
    part = first.parts[name]
    unit = part.holds_out[0]
    groups = len(set(np.concatenate([groups_of(p, name) for p in problems])))
    if unit != "speaker":
        out.append(
            f"The folds of {name} hold out a {unit} and not a speaker, so its score says nothing about"
            " new voices."
        )
    if groups < GROUPS:
        out.append(f"{name} has {groups} {unit}s: an interval over so few is rough, and likely too narrow.")
    tested = np.bincount(np.concatenate([p.labels[p.parts[name].test] for p in problems]))
    if rare := [e for e, n in zip(first.emotions, tested, strict=True) if n < RECALL]:
        counts = [f"{e} ({n:,})" for e, n in zip(first.emotions, tested, strict=True) if e in rare]
        out.append(
            f"{name} has few test clips of {in_a_row(counts, 9)}: their recalls move by points per clip."
        )
    learnt = np.min(
        [np.bincount(p.labels[p.parts[name].train], minlength=len(tested)) for p in problems], axis=0
    )
    if rare := [f"{e} ({n:,})" for e, n in zip(first.emotions, learnt, strict=True) if n < CLIPS]:
        out.append(
            f"In a fold of {name} few clips are learnt of {in_a_row(rare, 9)}: record more of them first."
        )
    valid = min(len(p.parts[name].valid) for p in problems)
    if valid < VALID:
        out.append(
            f"In a fold of {name} {valid:,} validation clips chose among the trials: the choice is noisy."
        )
    return out
