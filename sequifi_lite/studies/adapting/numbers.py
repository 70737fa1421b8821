"""All that a report tells, as plain values: what report.json holds and report.html shows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...data.scaler import ScaledProblem
from ..variants import variant
from .candidates import CLIPS, STATISTICS, Keep, Trial, recommended
from .scores import Judged, groups_of, worst_class

WORDS = {"zero-shot": "do nothing: the source model as it is", "vanilla": "plain fine-tuning"}


def numbers_of(
    problems: Sequence[ScaledProblem],
    judged: Mapping[str, Judged],
    best: Judged,
    keep: Keep,
    per_class: int,
    trial: Trial,
) -> dict[str, Any]:
    """Put together what was measured, in plain values.

    Parameters
    ----------
    trial : Trial
        The setting of the model that is handed over.
    """
    first = problems[0]
    source, target = first.corpora
    study = {name: values for name, *values in recommended(keep)}
    made = first.provenance[source]
    return {
        "source": _corpus(problems, source),
        "target": _corpus(problems, target),
        "emotions": list(first.emotions),
        "encoder": f"{made['encoder']} block {made['layer']} {made['pooling']}",
        "keep": keep.words,
        "folds": len(problems),
        "recommended": best.name,
        "setting": _setting(best.name, trial),
        "stored": stored(best.name, first, per_class, trial),
        "worst": worst_class(best.tables[target], first.emotions),
        "methods": [_method(one, judged, first, study.get(one.name)) for one in judged.values()],
    }


def _setting(name: str, trial: Trial) -> str:
    return "nothing is trained" if name == "zero-shot" else trial.words(variant(name).method)


def _corpus(problems: Sequence[ScaledProblem], name: str) -> dict[str, Any]:
    part, made = problems[0].parts[name], problems[0].provenance[name]
    labels = np.concatenate([p.labels[p.parts[name].test] for p in problems])
    counts = np.bincount(labels, minlength=len(problems[0].emotions))
    groups = np.concatenate([groups_of(p, name) for p in problems])
    return {
        "name": name,
        "clips": len(labels),
        "counts": dict(zip(problems[0].emotions, counts.tolist(), strict=True)),
        "unit": part.holds_out[0],
        "groups": len(set(groups.tolist())),
        "statement": part.statement,
        "licence": made.get("licence"),
    }


def _method(one: Judged, judged: Mapping[str, Judged], problem: ScaledProblem, study) -> dict[str, Any]:
    target = problem.corpora[-1]
    out: dict[str, Any] = {"name": one.name, "words": WORDS.get(one.name, "")}
    out |= {of: one.score(of) for of in ("target", "source", "both")}
    out["vs_vanilla"] = None if one.name == "vanilla" else one.less(judged["vanilla"])
    out["vs_nothing"] = None if one.name == "zero-shot" else one.less(judged["zero-shot"])
    out |= {"valid": one.valid, "calibration": one.calibration}
    out["worst"] = worst_class(one.tables[target], problem.emotions)
    out["confusion"] = {name: table.tolist() for name, table in one.tables.items()}
    out["trials"] = [_setting(one.name, outcome.trial) for outcome in one.trials]
    out["frontier"] = one.frontier
    out["study"] = None if study is None else dict(zip(("points", "low", "high"), study, strict=True))
    return out


def stored(name: str, problem: ScaledProblem, per_class: int, trial: Trial) -> dict[str, Any]:
    """Say what of the source has to be kept for a method, in words and in numbers (floats).

    The counts are those of the methods' own pages: of SLDA d^2 + K (d + 1), of a Gaussian with rank q
    (q + 2) d.
    """
    source, d, K = problem.corpora[0], int(problem.X.shape[1]), len(problem.emotions)
    if name in CLIPS:
        labels = problem.labels[problem.parts[source].train]
        held = int(np.minimum(np.bincount(labels, minlength=K), per_class).sum())
        return {"words": f"{held:,} clips of {source}, as embeddings", "floats": held * (d + 1)}
    if name not in STATISTICS:
        return {"words": f"nothing of {source} but its model", "floats": 0}
    weights = 128 * (d + 1) + K * 129
    floats = {
        "slda": d * d + K * (d + 1),
        "ncm": K * (d + 1),
        "gaussian-replay": K * (int(trial.value or 0) + 2) * d,
    }.get(name, 2 * weights)
    return {"words": f"statistics of {source}, no clip", "floats": math.ceil(floats)}
