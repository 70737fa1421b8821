"""The studies in which the encoder moves.

One run, the hash of everything that decides it, and the training itself.

What `sequifi_lite.studies.training_run` is for heads on frozen embeddings. The runner, the tables and the
statistics are the same. The audio and the encoder are not shipped: two environment variables say where they
are.

SEQUIFI_LITE_CORPORA
    Folder of corpora as `sequifi-lite get` lays them out, one folder each; ``corpora`` unless given.
SEQUIFI_LITE_ENCODER
    Folder of the encoder in the hub's layout, or its name on the hub; openai/whisper-base unless given.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, lru_cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from safetensors.torch import load_file, save_file

from ..data import encoders
from ..data.audio import read_audio
from ..data.corpora import CORPORA, TOLERANCE, published, scan
from ..data.emotions import FOUR
from ..data.problems import Problem
from ..data.sound import QUIETER, SILENT, fingerprints, measure
from ..data.splits import COLUMN
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
    clips,
    keep_states,
    load_classifier,
)
from ..learning.heads import MLP
from ..learning.loop import train
from ..learning.methods._runs import weights
from ..learning.methods.early_stopping import BestOnValidation
from ..learning.schedule import balanced, class_by_class, shuffled
from ..learning.sequence import train_sequence
from .definitions import Place, package, place_of
from .training_run import REGISTRIES, settings_of
from .variants import variant

LAYER = 3  # blocks of the encoder that are kept
KEPT = Path(".studies") / "sources"
SOURCE = {
    "steps": 300,
    "lr": 2e-5,
    "head": 30.0,
}  # of the source model: AdamW to the plateau of the validation UAR
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


@dataclass(frozen=True)
class Run:
    """One training of an encoder and its head.

    The fields that a `sequifi_lite.studies.training_run.Cell` has too mean the same.

    `lr` is the encoder's learning rate, the head's is `head` times that; `depth` is what is trained
    (`SpeechClassifier.train_only`).
    """

    variant: str
    corpora: tuple[str, ...]
    replicate: int
    lr: float
    T: int = 80
    order: tuple[int, ...] | None = None
    value: float | None = None
    depth: str | int = "all"
    layer: int = LAYER
    batch: int = 8
    head: float = 10.0
    precision: str = "bfloat16"
    emotions: tuple[str, ...] = FOUR
    scaling: str = "zscore"
    hidden: int = 128
    part: str = "test"

    @property
    def key(self) -> str:
        """Hash of the settings and of the code that the run uses.

        Sound and weights lie outside: see `inputs`.
        """
        everything = json.dumps([settings_of(self), code_of(self.variant, self.corpora)], sort_keys=True)
        return hashlib.sha256(everything.encode()).hexdigest()[:16]

    @property
    def identity(self) -> str:
        """The key, with the sound and the encoder at hand: what a finished run is kept under."""
        everything = json.dumps([self.key, inputs(self.corpora)], sort_keys=True)
        return hashlib.sha256(everything.encode()).hexdigest()[:16]

    @property
    def company(self) -> Run:
        """Runs of one company are read off one training."""
        return trained_as(self)


def trained_as(run: Run) -> Run:
    """The run that is trained: every interpolation with the source is read off one vanilla training."""
    return replace(run, variant="vanilla", value=None) if run.variant == "interpolation" else run


@cache
def audio_root(name: str) -> Path:
    """Folder of a corpus.

    Raises
    ------
    SequifiError
        If SEQUIFI_LITE_CORPORA does not lead to it.
    """
    root = Path(os.environ.get("SEQUIFI_LITE_CORPORA", "corpora")) / name
    if not root.is_dir():
        raise SequifiError(
            f"There is no folder {root}, and this study reads audio: get it with `sequifi-lite get {name}`,"
            " or name the folder that holds it in the environment variable SEQUIFI_LITE_CORPORA."
        )
    return root


@cache
def audio_of(name: str) -> dict[str, str] | None:
    """What a corpus at hand holds: hash of its clip table, and of the samples of all its clips.

    None where it is absent.

    ``clips``: names, speakers, emotions, sentences, defects. ``samples``: every clip as it is read, so copies
    in another lossless container have the same.
    """
    if not (Path(os.environ.get("SEQUIFI_LITE_CORPORA", "corpora")) / name).is_dir():
        return None
    table = scan(name, audio_root(name)).table
    rows = table.drop(columns=["path", "duration", "sample_rate", "channels"]).to_csv(index=False)
    samples = hashlib.sha256()
    for path in table["path"]:
        samples.update(read_audio(path).astype("<f4").tobytes())
    return {"clips": hashlib.sha256(rows.encode()).hexdigest()[:16], "samples": samples.hexdigest()[:16]}


@cache
def encoder_of(name: str) -> str | None:
    """SHA-256 of an encoder's file of weights, in a folder or in the hub's cache.

    None where there is none.
    """
    from huggingface_hub import try_to_load_from_cache

    path = Path(name) / "model.safetensors"
    if not path.is_file() and not Path(name).is_dir():
        path = try_to_load_from_cache(name, "model.safetensors")
    return (
        hashlib.sha256(Path(path).read_bytes()).hexdigest()
        if isinstance(path, (str, Path)) and Path(path).is_file()
        else None
    )


def encoder_name() -> str:
    """The encoder that the environment names: a folder, or a name on the hub."""
    return os.environ.get("SEQUIFI_LITE_ENCODER", "openai/whisper-base")


def inputs(corpora: Sequence[str]) -> dict:
    """Sound and weights as they are at hand; None for what is not."""
    return {"encoder": encoder_of(encoder_name()), "audio": {corpus: audio_of(corpus) for corpus in corpora}}


def unlike_published(name: str) -> list[str]:
    """Clips of a corpus at hand whose length or loudness is not that of the published file.

    All of them where none is known.
    """
    known, lengths, out = fingerprints(name), published(name), []
    for file, path in scan(name, audio_root(name)).table[["file", "path"]].itertuples(index=False):
        sound = measure(path)
        near = file in known and abs(sound.seconds - lengths[file]) <= TOLERANCE
        if not (near and (abs(sound.dbfs - known[file][0]) <= QUIETER or sound.span <= SILENT)):
            out.append(file)
    return out


def origin(corpora: Sequence[str]) -> dict:
    """What the provenance of a study tells of its audio and its encoder."""
    name, found = encoder_name(), inputs(corpora)
    named = {
        "encoder": Path(name).name if Path(name).is_dir() else name,
        "blocks": LAYER,
        "encoder_sha256": found["encoder"],
    }
    return named | {"audio": found["audio"]}


def _known(name: str) -> str:
    """The variant of frozen embeddings that a variant of this study begins from.

    Its schedule, and what is kept.
    """
    schedule, _, method = name.partition("+")
    return f"{schedule}+gaussian-seen" if method in DRIFTING else name


#: They name everything there is, of which a run uses one thing; where a source model is kept decides nothing.
CLOSED = (*REGISTRIES, "MOVING", "DRIFTING", "_kept")


def used_by(name: str, corpora: Sequence[str]) -> dict[Place, str]:
    """Definitions that the training of a variant on these corpora can reach."""
    return package().reach(
        [place_of(train_runs), place_of(_class(name))], CLOSED, [_module(corpus) for corpus in corpora]
    )


@cache
def code_of(name: str, corpora: tuple[str, ...]) -> str:
    """Hash of the code that a run of this variant uses, and of what its name stands for."""
    what = variant(_known(name))
    stands_for = repr((_class(name).__name__, what.ordered, sorted(what.schedule.items()), what.head))
    code = package().hash(
        [place_of(train_runs), place_of(_class(name))], CLOSED, [_module(corpus) for corpus in corpora]
    )
    return hashlib.sha256(f"{stands_for} {code}".encode()).hexdigest()[:16]


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


def _kept(corpora: tuple[str, ...], replicate: int, *settings) -> Path:
    """Where a source model lies, once it has been trained: under the hash of all that decides it."""
    code = package().hash([place_of(trained_source)], CLOSED, [_module(corpora[0])])
    everything = json.dumps([inputs(corpora[:1]), replicate, *settings, SOURCE, code])
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
    """theta_0, trained or, where another process has done that, read from disk."""
    path = _kept(corpora, replicate, emotions, layer, hidden, precision)
    if path.is_file():
        model = _fresh(layer, emotions, hidden, replicate, precision)
        model.load_state_dict(load_file(path))
        return model
    model = trained_source(corpora, replicate, emotions, layer, hidden, precision)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial_name = path.with_suffix(f".{os.getpid()}.partial")
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, partial_name)
    os.replace(partial_name, path)
    return model


def trained_source(
    corpora: tuple[str, ...],
    replicate: int,
    emotions: tuple[str, ...],
    layer: int,
    hidden: int,
    precision: str,
) -> SpeechClassifier:
    """The pretrained encoder and a fresh head.

    Both trained on the first corpus to the plateau of the validation UAR.
    """
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
    """Train a group, and return one row for each of its runs.

    The columns of `sequifi_lite.studies.training_run.train_group`.
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
    tested = {name: problem.subset(name, one.part, TESTED) for name in one.corpora}
    watched = {name: problem.subset(name, one.part, WATCHED) for name in one.corpora}
    if what.schedule.get("cycles", 1) > 1:
        watched = {}  # every stage's end would be looked at
    *_, stop = train_sequence(
        _method(one),
        problem,
        begun,
        steps=one.T,
        lr=one.lr,
        seeds=[one.replicate],
        stream=partial(_stream, run=one),
        optimiser=partial(Steps, head=one.head),
        evaluator=lambda: Evaluator(watched, points=4),
    )
    record, after = stop.record, weights(stop.model)
    rows = []
    for run in group:
        alpha = 1.0 if run.value is None or run.variant != "interpolation" else run.value
        model = _between(begun, after, alpha, stop.model)
        tables, names = [], {}
        for name, part in problem.parts.items():
            who = problem.clips[COLUMN[part.scheme]].to_numpy()[tested[name]]
            names[name] = sorted(set(who.tolist()))
            said = model.predict(X[tested[name]]).numpy()
            tables.append(
                by_group(problem.labels[tested[name]], said, who, len(problem.emotions))
            )  # (G, 1, K, K)
        squares = sum(((p - q) ** 2).sum() for p, q in zip(weights(model), weights(begun)))
        curves = [100 * uar(record.curve(name))[:, 0] for name in watched] if record else []
        rows.append(
            {
                **{
                    key: list(value) if isinstance(value, tuple) else value
                    for key, value in asdict(run).items()
                },
                "depth": str(run.depth),
                "groups": json.dumps(names),
                "confusions": np.concatenate(tables).reshape(-1).astype(np.uint16),
                "steps": np.array(record.steps if record else [], dtype=np.int32),
                "curve": np.concatenate(curves or [[]]).astype(np.float32),
                "distance": np.array([float(squares) ** 0.5], dtype=np.float32),
                "loss": np.array([loss[0] for loss in record.loss] if record else [], dtype=np.float32),
            }
        )
    return pd.DataFrame(rows)


def _between(begun: SpeechClassifier, after: list[torch.Tensor], alpha: float, model):
    """The weights on the line from the source model (0) to those after training (1)."""
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
    strength = {} if run.value is None else {cls.strength: run.value}
    if cls.strength == "per_class":
        strength = {"width": run.batch, **{name: int(value) for name, value in strength.items()}}
    return cls(**strength)


def _stream(problem: Problem, corpus: str, steps: int, seeds, run: Run):
    """The schedule that a variant's name stands for, in batches of this run's size."""
    what, rows = variant(_known(run.variant)), problem.parts[corpus].train
    if what.ordered:
        return class_by_class(rows, problem.labels, [run.order], steps, seeds, run.batch, **what.schedule)
    if what.schedule.get("balanced"):
        return balanced(rows, problem.labels, steps, seeds, run.batch)
    return shuffled(rows, steps, seeds, run.batch)


def estimate(waiting: Sequence[Sequence[Run]]) -> float:
    """CPU seconds that groups will take.

    From a step on eight clips of 2.5 s and an encoder of random weights, timed now.
    """
    from transformers import WhisperConfig, WhisperFeatureExtractor
    from transformers.models.whisper.modeling_whisper import WhisperEncoder

    if not waiting:
        return 0.0
    size = {"d_model": 512, "encoder_attention_heads": 8, "encoder_ffn_dim": 2048}
    network = encoders.WhisperFrames.__new__(encoders.WhisperFrames)
    torch.nn.Module.__init__(network)
    network.encoder = WhisperEncoder(WhisperConfig(encoder_layers=waiting[0][0].layer, **size))
    network.encoder.layer_norm, network.features, network.width = (
        torch.nn.Identity(),
        WhisperFeatureExtractor(),
        512,
    )
    model = SpeechClassifier(network, MLP([0], 1024, 128, 4)).train_only("all")
    model.precision = getattr(torch, waiting[0][0].precision)
    x = clips.Clips([torch.zeros(80, 250)] * 8)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    model(x).sum().backward()  # the first time is slow
    begun = time.process_time()
    model(x).sum().backward()
    step = time.process_time() - begun
    torch.set_num_threads(before)
    return sum(step * (group[0].T + 2 * TESTED / 8 / 3) for group in waiting)
