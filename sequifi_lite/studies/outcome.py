"""What a training leaves in a row of a table: counts by speaker, what was seen on the way, distances."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import torch

from ..data.problem import Problem
from ..data.splits import COLUMN
from ..evaluation.metrics import uar
from ..evaluation.statistics import by_group
from ..learning.heads import MLP


def tested(problem: Problem, model, part: str = "test") -> dict[str, np.ndarray]:
    """Confusion matrices of a part of every corpus, by speaker (MESD: word): corpus -> (G, R, K, K)."""
    out = {}
    for name, parts in problem.parts.items():
        rows = getattr(parts, part)
        groups = problem.clips[COLUMN[parts.scheme]].to_numpy()[rows]
        predicted = model.predict(problem.X[rows]).numpy()
        out[name] = by_group(problem.labels[rows], predicted, groups, len(problem.emotions))
    return out


def groups_of(problem: Problem, part: str) -> str:
    """JSON: for each corpus the speakers (words) of a part, in the order of `tested`."""
    columns = {name: problem.clips[COLUMN[parts.scheme]].to_numpy() for name, parts in problem.parts.items()}
    return json.dumps(
        {
            name: sorted(set(columns[name][getattr(parts, part)].tolist()))
            for name, parts in problem.parts.items()
        }
    )


def on_the_way(records: Sequence, corpora: Sequence[str], run: int, gap: bool) -> dict[str, np.ndarray]:
    """What was noted of a run while it was trained, flattened."""
    curves = [record.curve(name)[:, run] for record in records for name in corpora]  # (P, K, K) each
    loss = [loss[run] for record in records for loss in record.loss]
    out = {
        "steps": np.concatenate([record.steps for record in records] or [[]]).astype(np.int32),
        "curve": np.concatenate([100 * uar(curve) for curve in curves] or [[]]).astype(np.float32),
        "loss": np.array(loss, dtype=np.float32),
    }
    counts = np.concatenate([curve.ravel() for curve in curves] or [[]]).astype(np.uint16)
    return out | ({"counts": counts} if gap else {})


def distance_moved(learnt: Sequence, start: MLP, run: int) -> np.ndarray:
    """From the model a run began with, after each corpus; NaN where what predicts is no such network."""
    begun = [p.detach()[run] for p in start.parameters()]
    moved = []
    for stop in learnt:
        if isinstance(stop.model, MLP) and [p.shape[1:] for p in stop.model.parameters()] == [
            p.shape for p in begun
        ]:
            squares = [((p.detach()[run] - q) ** 2).sum() for p, q in zip(stop.model.parameters(), begun)]
            moved.append(torch.stack(squares).sum().sqrt().item())
        else:
            moved.append(float("nan"))
    return np.array(moved, dtype=np.float32)


def tables_of(row, stop: int = -1) -> dict[str, np.ndarray]:
    """Confusion matrices of a cell, by corpus, (G, K, K), after the last corpus (or another stop)."""
    names, K = json.loads(row["groups"]), len(row["emotions"])
    sizes = [len(groups) for groups in names.values()]
    flat = np.asarray(row["confusions"]).reshape(-1, sum(sizes), K, K)[stop]
    return dict(zip(names, np.split(flat, np.cumsum(sizes)[:-1])))
