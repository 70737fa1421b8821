"""Rivals where the encoder moves that are read off one training: adapters, interpolation, and a router.

Adapters of low rank are trained in the place of the encoder's own weights and merged; what has been trained
may be mixed with the source model, or a router asks the one or the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch

from ..data.splits import COLUMN
from ..evaluation.statistics import by_group
from ..finetuning import Evaluator, SpeechClassifier, add_lora, merge_lora
from ..learning.methods._runs import weights
from ..learning.methods.router import Routed, Router
from .definitions import Place, package, place_of
from .finetuning_run import FIRST, Run
from .finetuning_training import (
    CLOSED,
    TESTED,
    _between,
    _class,
    _module,
    _problem,
    _source,
    _trained,
    folds_of,
    train_runs,
)
from .training_run import settings_of

RANK, ALPHA = 8, 16.0  # of the adapters: one for the queries and one for the values of every block


@dataclass(frozen=True)
class RivalRun(Run):
    """One reading of a training on the target.

    `variant` is the reading, and behind a plus the schedule, vanilla unless given:

    ``interpolation``
        All weights trained, then mixed with the source model's; `value` is the share of the way.
    ``router``
        All weights trained; clips that seem to come from the source are answered by the source model.
    ``lora``
        Adapters and head trained, then merged: one model for both corpora. `lr` is that of the adapters.
    ``lora-router``
        The same, and the router.
    """

    @property
    def key(self) -> str:
        """Hash of the settings, of the folds, and of the code that the run uses."""
        code = _code_of(reading_of(self.variant).schedule, self.corpora)
        decisive = [settings_of(self, FIRST), folds_of(self.corpora), code]
        return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def company(self) -> RivalRun:
        """Readings of one company are read off one training."""
        adapters, _, schedule = reading_of(self.variant)
        trained = "lora" if adapters else "whole"
        return replace(self, variant=f"{trained}+{schedule}", value=None, part="test")


class Reading(NamedTuple):
    """What a variant's name says: are adapters trained; is the source model asked, too; in which order."""

    adapters: bool
    routed: bool
    schedule: str


def reading_of(variant: str) -> Reading:
    """Take a variant's name apart.

    Examples
    --------
    >>> reading_of("lora-router+vanilla-balanced")
    Reading(adapters=True, routed=True, schedule='vanilla-balanced')
    """
    first, _, schedule = variant.partition("+")
    return Reading(first.startswith("lora"), first.endswith("router"), schedule or "vanilla")


def used_by(schedule: str, corpora: Sequence[str]) -> dict[Place, str]:
    """Collect the definitions that the training of a rival can reach."""
    return package().reach(*_start(schedule, corpora))


def _start(schedule: str, corpora: Sequence[str]) -> tuple:
    return [place_of(train_readings), place_of(_class(schedule))], CLOSED, [_module(name) for name in corpora]


@cache
def _code_of(schedule: str, corpora: tuple[str, ...]) -> str:
    return package().hash(*_start(schedule, corpora))


def train_rivals(group: Sequence[Run]) -> pd.DataFrame:
    """Train a group of rivals, or of runs as the other studies have them."""
    rivals = [run for run in group if isinstance(run, RivalRun)]  # all of a group, or none
    return train_readings(rivals) if rivals else train_runs(group)


def train_readings(group: Sequence[RivalRun]) -> pd.DataFrame:
    """Train once and read off every rival of a group; a row for each, with the columns of `train_runs`.

    Besides them ``stored``, how many numbers are kept beside the one model, and ``asked``, the share of each
    corpus's clips in % that the router takes for that corpus's; empty without a router.
    """
    torch.set_num_threads(1)
    one, (adapters, _, schedule) = group[0], reading_of(group[0].variant)
    folded = (one.corpora, one.replicate, one.emotions, one.layer)
    problem = _problem(*folded)
    source_model = _source(*folded, one.hidden, one.precision).select([0]).train_only("all")
    plain = replace(one, variant=schedule, value=None)
    begun = add_lora(source_model, RANK, ALPHA, seed=one.replicate) if adapters else source_model
    stop = _trained(plain, problem, begun, Evaluator)
    trained = sum(p.numel() for p in stop.model.parameters())
    after = merge_lora(stop.model).train_only("all") if adapters else stop.model
    rows = []
    for run in group:
        alpha = 1.0 if run.value is None else run.value
        model = _between(source_model, weights(after), alpha, after)
        tables, names, asked = [], {}, []
        for name, part in problem.parts.items():
            tested = problem.subset(name, run.part, TESTED)
            who = problem.clips[COLUMN[part.scheme]].to_numpy()[tested]
            names[name] = sorted(set(who.tolist()))
            said = model.predict(problem.X[tested]).numpy()
            if reading_of(run.variant).routed:
                vectors, router = _heard_by_source(*folded, one.hidden, one.precision)
                asks = router.corpus_of(vectors[tested]).numpy()
                said = np.where(asks == 0, source_model.head.predict(vectors[tested]).numpy(), said)
                asked.append(100 * (asks == problem.corpora.index(name)).mean())
            # (G, 1, K, K)
            tables.append(by_group(problem.labels[tested], said, who, len(problem.emotions)))
        rows.append(_row(run, names, tables, _distance(model, source_model)) | {
            "stored": _stored(run, trained, source_model), "asked": np.array(asked, dtype=np.float32)
        })  # fmt: skip
    return pd.DataFrame(rows)


@lru_cache(maxsize=1)
def _heard_by_source(
    corpora: tuple[str, ...],
    replicate: int,
    emotions: tuple[str, ...],
    layer: int,
    hidden: int,
    precision: str,
) -> tuple[torch.Tensor, Routed]:
    """Compute what the source model's head receives of every clip, and the router made of it.

    The vectors (n, inputs) of training clips and of those that are predicted, NaN for others; the router is
    the book's, on these vectors: the nearer of the means of the corpora's training clips.
    """
    problem = _problem(corpora, replicate, emotions, layer)
    source_model = _source(corpora, replicate, emotions, layer, hidden, precision)
    vectors = torch.full((len(problem.X), source_model.mean.shape[1]), torch.nan)
    with torch.no_grad():
        for name, part in problem.parts.items():
            for rows in (part.train, *(problem.subset(name, which, TESTED) for which in ("valid", "test"))):
                vectors[rows] = source_model.inputs(problem.X[rows])[0]
    router, of_vectors = Router(), replace(problem, X=vectors)
    for number in range(len(corpora)):
        router.after_corpus(source_model.head, of_vectors, number, [replicate])
    return vectors, router.model(source_model.head)


def _distance(model: SpeechClassifier, source_model: SpeechClassifier) -> float:
    squares = (((p - q) ** 2).sum() for p, q in zip(weights(model), weights(source_model)))
    return float(sum(squares)) ** 0.5


def _stored(run: RivalRun, trained: int, source_model: SpeechClassifier) -> int:
    """Count the numbers that are kept of the source beside the model that is trained, or the other way round.

    A router keeps what was trained twice, and a mean for each corpus; interpolation keeps the old weights.
    """
    if reading_of(run.variant).routed:
        return trained + len(run.corpora) * source_model.mean.numel()
    return trained if run.variant.startswith("interpolation") else 0


def _row(run: RivalRun, names: dict, tables: list[np.ndarray], distance: float) -> dict:
    """Make the row that `train_runs` makes; nothing was looked at on the way."""
    settings = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(run).items()}
    return settings | {
        "depth": str(run.depth),
        "groups": json.dumps(names),
        "confusions": np.concatenate(tables).reshape(-1).astype(np.uint16),
        "steps": np.array([], dtype=np.int32),
        "curve": np.array([], dtype=np.float32),
        "distance": np.array([distance], dtype=np.float32),
        "loss": np.array([], dtype=np.float32),
    }
