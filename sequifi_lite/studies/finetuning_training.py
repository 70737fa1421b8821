"""Train a run of the fine-tuning studies: the source model, the chain, and the row that is kept of it.

What `sequifi_lite.studies.training_run.train_group` is for heads on frozen embeddings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import torch

from ..data.corpora import CORPORA
from ..data.problem import Problem
from ..data.sealed import load_tensors, save_tensors
from ..data.splits import COLUMN, FILE
from ..errors import EncoderError, SequifiError
from ..evaluation.metrics import confusion, uar
from ..evaluation.statistics import by_group
from ..finetuning import (
    EncoderEWC,
    EncoderMAS,
    Evaluator,
    FeatureDistillation,
    GaussianBothShifted,
    GaussianFeatureDistillation,
    GaussianRefreshed,
    GaussianShifted,
    GaussianStale,
    SpeechClassifier,
    Steps,
    audio_problem,
    keep_states,
    load_classifier,
)
from ..learning.class_order import class_by_class
from ..learning.loop import train
from ..learning.methods._runs import weights
from ..learning.methods.early_stopping import BestOnValidation
from ..learning.schedule import balanced, shuffled
from ..learning.sequence import Stop, train_sequence
from .definitions import package, place_of
from .sound_and_weights import audio_root, encoder_name, inputs
from .training_run import REGISTRIES
from .variants import variant

if TYPE_CHECKING:
    from .finetuning_run import Run

KEPT = Path(".studies") / "sources"
#: Of the source model: AdamW to the plateau of the validation UAR.
SOURCE = {"steps": 300, "lr": 2e-5, "head": 30.0}
TESTED = 200  # clips of a test part that are predicted, at most
WATCHED = 32  # clips of it that are looked at on the way
#: Instead of the classes that read an MLP's layers; and replay in batches of this study's size.
FINETUNED = {"ewc": EncoderEWC, "mas": EncoderMAS}
#: What may be added to a schedule here, where Gaussians of embeddings do not stay where they were.
DRIFTING = {
    cls.name: cls
    for cls in (
        GaussianStale,
        GaussianShifted,
        GaussianRefreshed,
        GaussianBothShifted,
        GaussianFeatureDistillation,
        FeatureDistillation,
    )
}
#: They name everything there is, of which a run uses one thing; how a source model is kept decides nothing.
CLOSED = (*REGISTRIES, "FINETUNED", "DRIFTING", "_kept", "_weights_in", "save_tensors")


def trained_as(run: Run) -> Run:
    """Name the run that is trained.

    Both parts are predicted by one training, and every interpolation with the source is read off vanilla's.
    """
    run = replace(run, part="test")
    return replace(run, variant="vanilla", value=None) if run.variant == "interpolation" else run


def _known(name: str) -> str:
    """Name the variant of frozen embeddings that lends one of this study its schedule and what is kept."""
    schedule, _, method = name.partition("+")
    return f"{schedule}+gaussian-seen" if method in DRIFTING else name


def _module(corpus: str) -> str:
    return CORPORA[corpus].__name__.partition(".")[2]


def _fresh(layer: int, emotions: tuple[str, ...], hidden: int, seed: int, precision: str) -> SpeechClassifier:
    try:
        model = load_classifier(encoder_name(), layer, len(emotions), hidden, seed)
    except EncoderError as error:
        raise EncoderError(
            f"{str(error).rstrip('.')}; the environment variable SEQUIFI_LITE_ENCODER names it."
        ) from error
    model.precision = getattr(torch, precision)
    return model


@lru_cache(maxsize=1)
def _problem(corpora: tuple[str, ...], replicate: int, emotions: tuple[str, ...], layer: int) -> Problem:
    roots = {name: audio_root(name) for name in corpora}  # before the encoder, which may have to be fetched
    prepare = _fresh(layer, emotions, 1, 0, "float32").network.prepare
    return audio_problem(roots, replicate, prepare, emotions)


@cache
def folds_of(corpora: tuple[str, ...]) -> str:
    """Hash the folds of corpora: which speakers, or words, every replicate keeps for its test."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    folds = [line for line in lines if line.partition(",")[0] in corpora]
    return hashlib.sha256("\n".join(folds).encode()).hexdigest()[:16]


def _kept(corpora: tuple[str, ...], replicate: int, *settings) -> Path:
    """Where a source model lies, once it has been trained: under the hash of all that decides it."""
    code = package().hash([place_of(trained_source)], CLOSED, [_module(corpora[0])])
    everything = json.dumps([inputs(corpora[:1]), folds_of(corpora[:1]), replicate, *settings, SOURCE, code])
    return (
        KEPT / f"{corpora[0]}-{replicate}-{hashlib.sha256(everything.encode()).hexdigest()[:16]}.safetensors"
    )


@lru_cache(maxsize=1)
def _source(
    corpora: tuple[str, ...],
    replicate: int,
    emotions: tuple[str, ...],
    layer: int,
    hidden: int,
    precision: str,
):
    """Give the source model, trained or, where another process has done that, read from disk."""
    path = _kept(corpora, replicate, emotions, layer, hidden, precision)
    if path.is_file():
        model = _fresh(layer, emotions, hidden, replicate, precision)
        model.load_state_dict(_weights_in(path))
        return model
    model = trained_source(corpora, replicate, emotions, layer, hidden, precision)
    save_tensors(path, model.state_dict(), path.name, "the working directory")
    return model


def _weights_in(path: Path) -> dict[str, torch.Tensor]:
    """Read a source model.

    Raises
    ------
    SequifiError
        If the file is damaged, or another's under this name.
    """
    advice = "delete it, and it is trained again"
    tensors, name = load_tensors(path, "source model", advice)
    if name != path.name:
        raise SequifiError(f"{path} holds another source model, {name}; {advice}.")
    return tensors


def trained_source(
    corpora: tuple[str, ...],
    replicate: int,
    emotions: tuple[str, ...],
    layer: int,
    hidden: int,
    precision: str,
) -> SpeechClassifier:
    """Train the pretrained encoder and a fresh head on the first corpus, to the plateau of validation UAR."""
    problem = _problem(corpora, replicate, emotions, layer)
    rows = problem.parts[corpora[0]].train
    model = _fresh(layer, emotions, hidden, replicate, precision)
    model.scale_by(problem.X[rows])
    schedule = shuffled(rows, SOURCE["steps"], [replicate], 8)
    stop = Plateau(problem.X, problem.y, problem.subset(corpora[0], "valid"), every=100)
    optimiser = partial(Steps, head=SOURCE["head"])
    train(
        model,
        problem.X,
        problem.y,
        schedule,
        lr=SOURCE["lr"],
        optimiser=optimiser,
        consolidation=stop,
        evaluator=Evaluator(),
    )
    return model


class Plateau(BestOnValidation):
    """`BestOnValidation` for one run whose weights have no axis of runs."""

    def _look(self, head):
        score = uar(confusion(self.truth, head.predict(self.X).numpy(), head.layers[-1][0].shape[-1]))[0]
        if self.best is None or score > self.best:
            self.best, self.weights = score, weights(head)


def train_runs(group: Sequence[Run]) -> pd.DataFrame:
    """Train a group; a row for each run, with the columns of `sequifi_lite.studies.training_run.train_group`.

    Audio or an encoder that is not at hand raises a `SequifiError`.
    """
    torch.set_num_threads(1)
    one = trained_as(group[0])
    what, problem = (
        variant(_known(one.variant)),
        _problem(one.corpora, one.replicate, one.emotions, one.layer),
    )
    source_model = _source(one.corpora, one.replicate, one.emotions, one.layer, one.hidden, one.precision)
    begun, X = keep_states(source_model.select([0]).train_only(one.depth), problem.X)
    problem = replace(problem, X=X)
    watched = {name: problem.subset(name, one.part, WATCHED) for name in one.corpora}
    if what.schedule.get("cycles", 1) > 1:
        watched = {}  # every stage's end would be looked at
    stop = _trained(one, problem, begun, lambda: Evaluator(watched, points=4))
    record, after = stop.record, weights(stop.model)
    rows = []
    for run in group:
        alpha = 1.0 if run.value is None or run.variant != "interpolation" else run.value
        model = _between(begun, after, alpha, stop.model)
        tables, names = [], {}
        tested = {name: problem.subset(name, run.part, TESTED) for name in run.corpora}
        for name, part in problem.parts.items():
            who = problem.clips[COLUMN[part.scheme]].to_numpy()[tested[name]]
            names[name] = sorted(set(who.tolist()))
            said = model.predict(X[tested[name]]).numpy()
            # (G, 1, K, K)
            tables.append(by_group(problem.labels[tested[name]], said, who, len(problem.emotions)))
        squares = sum(((p - q) ** 2).sum() for p, q in zip(weights(model), weights(begun)))
        seen = record if run.part == "test" else None  # what is watched is a part of the test rows
        curves = [100 * uar(seen.curve(name))[:, 0] for name in watched] if seen else []
        rows.append(
            {
                **{
                    key: list(value) if isinstance(value, tuple) else value
                    for key, value in asdict(run).items()
                },
                "depth": str(run.depth),
                "groups": json.dumps(names),
                "confusions": np.concatenate(tables).reshape(-1).astype(np.uint16),
                "steps": np.array(seen.steps if seen else [], dtype=np.int32),
                "curve": np.concatenate(curves or [[]]).astype(np.float32),
                "distance": np.array([float(squares) ** 0.5], dtype=np.float32),
                "loss": np.array([loss[0] for loss in seen.loss] if seen else [], dtype=np.float32),
            }
        )
    return pd.DataFrame(rows)


def _trained(run: Run, problem: Problem, begun: SpeechClassifier, evaluator: Callable) -> Stop:
    """Train the chain behind the source model as a run says, and give its last stop."""
    *_, stop = train_sequence(
        _method(run),
        problem,
        begun,
        steps=run.T,
        lr=run.lr,
        seeds=[run.replicate],
        stream=partial(_stream, run=run),
        optimiser=partial(Steps, head=run.head, clip=run.clip, betas=run.betas),
        evaluator=evaluator,
    )
    return stop


def _between(begun: SpeechClassifier, after: list[torch.Tensor], alpha: float, model):
    """Mix weights on the line from the source model (0) to those after training (1)."""
    if alpha == 1:
        return model
    mixed = begun.select([0])
    with torch.no_grad():
        for p, theta in zip(mixed.parameters(), after):
            p.lerp_(theta, alpha)
    return mixed


def _class(name: str):
    """The class of the method that a variant of this study names."""
    return (FINETUNED | DRIFTING).get(name.partition("+")[2] or name) or variant(_known(name)).method


def _method(run: Run):
    cls = _class(run.variant)
    strength: dict[str, Any] = {}
    if run.value is not None:
        assert cls.strength is not None
        strength = {cls.strength: run.value}
    if cls.strength == "per_class":
        strength = {"width": run.batch, **{name: int(value) for name, value in strength.items()}}
    return cls(**strength)


def _stream(problem: Problem, corpus: str, steps: int, seeds, run: Run):
    """The schedule that a variant's name stands for, in batches of this run's size."""
    what, rows = variant(_known(run.variant)), problem.parts[corpus].train
    if what.ordered:
        assert run.order is not None
        return class_by_class(rows, problem.labels, [run.order], steps, seeds, run.batch, **what.schedule)
    if what.schedule.get("balanced"):
        return balanced(rows, problem.labels, steps, seeds, run.batch)
    return shuffled(rows, steps, seeds, run.batch)
