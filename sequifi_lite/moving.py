"""The studies in which the encoder moves: one run, the hash of everything that decides it, and the training itself.

What `sequifi_lite.cells` is for heads on frozen embeddings. The runner, the tables and the statistics are the same. The audio and
the encoder are not shipped: two environment variables say where they are.

SEQUIFI_LITE_CORPORA
    Folder of corpora as `sequifi-lite get` lays them out, one folder each; ``corpora`` unless given.
SEQUIFI_LITE_ENCODER
    Folder of the encoder in the hub's layout, or its name on the hub; openai/whisper-base unless given.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, lru_cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from safetensors.torch import load_file, save_file

from . import encoders
from .cells import code_of
from .corpora import scan
from .emotions import FOUR
from .errors import EncoderError, SequifiError
from .finetune import (
    EncoderEWC,
    EncoderMAS,
    GaussianBothShifted,
    GaussianHeld,
    GaussianRefreshed,
    GaussianShifted,
    GaussianStale,
    Held,
    SpeechClassifier,
    Steps,
    Watch,
    audio_problem,
    classifier,
    clips,
    importance,
    keep_states,
    load_classifier,
    states,
    steps,
    watch,
)
from .follow import follow
from .heads import MLP
from .loop import train
from .methods._runs import weights
from .methods.early_stopping import BestOnValidation
from .metrics import confusion, uar
from .problem import Problem
from .results import FOLDERS
from .schedule import balanced, class_by_class, shuffled
from .splits import COLUMN
from .statistics import by_group
from .variants import variant

LAYER = 3  # blocks of the encoder that are kept
KEPT = Path(".studies") / "sources"
SOURCE = {"steps": 300, "lr": 2e-5, "head": 30.0}  # of the source model: AdamW to the plateau of the validation UAR
TESTED = 200  # clips of a test part that are predicted, at most
WATCHED = 32  # clips of it that are looked at on the way
#: Instead of the classes that read an MLP's layers; and replay in batches of this study's size.
MOVING = {"ewc": EncoderEWC, "mas": EncoderMAS}
#: What may be added to a schedule here, where Gaussians of embeddings do not stay where they were.
DRIFTING = {cls.name: cls for cls in (GaussianStale, GaussianShifted, GaussianRefreshed, GaussianBothShifted, GaussianHeld, Held)}


@dataclass(frozen=True)
class Run:
    """One training of an encoder and its head. The fields that a `sequifi_lite.cells.Cell` has too mean the same.

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
        """Hash of everything that decides what comes of this run: its settings, the data, and the code that it uses."""
        everything = [
            asdict(self),
            SOURCE,
            TESTED,
            WATCHED,
            [audio_of(name) for name in self.corpora],
            code_of(_known(self.variant)),
            code(),
            *([code(_modules(self.variant))] if _known(self.variant) != self.variant else []),
        ]
        return hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def company(self) -> Run:
        """Every interpolation with the source is read off one vanilla training."""
        return replace(self, variant="vanilla", value=None) if self.variant == "interpolation" else self


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
            f"There is no folder {root}, and this study reads audio: get it with `sequifi-lite get {name}`, or name the folder "
            "that holds it in the environment variable SEQUIFI_LITE_CORPORA."
        )
    return root


@cache
def audio_of(name: str) -> str:
    """Hash of the names, lengths and emotions of a corpus's clips; where it is absent, that of the shipped results."""
    if not (Path(os.environ.get("SEQUIFI_LITE_CORPORA", "corpora")) / name).is_dir():
        for path in [path for folder in FOLDERS for path in sorted(folder.glob("moving*/provenance.json"))]:
            known = json.loads(path.read_text(encoding="utf-8")).get("audio", {})
            if name in known:
                return known[name]
    table = scan(name, audio_root(name)).table
    return hashlib.sha256(table[["file", "duration", "emotion"]].to_csv(index=False).encode()).hexdigest()[:16]


def origin(corpora: Sequence[str]) -> dict:
    """What the provenance of a study tells of its audio and its encoder."""
    name = os.environ.get("SEQUIFI_LITE_ENCODER", "openai/whisper-base")
    weights_file = Path(name) / "model.safetensors"
    found = {"encoder": Path(name).name if weights_file.is_file() else name, "blocks": LAYER}
    if weights_file.is_file():
        found["encoder_sha256"] = hashlib.sha256(weights_file.read_bytes()).hexdigest()
    return found | {"audio": {corpus: audio_of(corpus) for corpus in corpora}}


def _known(name: str) -> str:
    """The variant of frozen embeddings that a variant of this study begins from: its schedule, and what is kept."""
    schedule, _, method = name.partition("+")
    return f"{schedule}+gaussian-seen" if method in DRIFTING else name


def _modules(name: str) -> tuple:
    """What a variant of this study alone is made of."""
    found = {cls.__module__ for cls in DRIFTING[name.partition("+")[2]].__mro__ if cls.__module__.startswith(clips.__package__)}
    return tuple(sys.modules[module] for module in sorted(found))


@cache
def code(modules: tuple = (classifier, clips, importance, states, steps, watch, encoders)) -> str:
    """Hash of the code of this study that heads on frozen embeddings do not use; comments and docstrings do not count."""
    found = []
    for module in modules:
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node, clean=False) is not None:
                node.body[:1] = []
        found.append(ast.dump(tree))
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16]


def _fresh(layer: int, emotions: tuple[str, ...], hidden: int, seed: int, precision: str) -> SpeechClassifier:
    name = os.environ.get("SEQUIFI_LITE_ENCODER", "openai/whisper-base")
    try:
        model = load_classifier(name, layer, len(emotions), hidden, seed)
    except EncoderError as error:
        raise EncoderError(f"{str(error).rstrip('.')}; the environment variable SEQUIFI_LITE_ENCODER names it.") from error
    model.precision = getattr(torch, precision)
    return model


@lru_cache(maxsize=1)
def _world(corpora: tuple[str, ...], replicate: int, emotions: tuple[str, ...], layer: int) -> Problem:
    roots = {name: audio_root(name) for name in corpora}  # before the encoder, which may have to be fetched
    prepare = _fresh(layer, emotions, 1, 0, "float32").network.prepare
    return audio_problem(roots, replicate, prepare, emotions)


@lru_cache(maxsize=1)
def _source(corpora: tuple[str, ...], replicate: int, emotions: tuple[str, ...], layer: int, hidden: int, precision: str):
    """theta_0: the pretrained encoder and a fresh head, both trained on the first corpus. Kept on disk, for other processes."""
    world = _world(corpora, replicate, emotions, layer)
    rows = world.parts[corpora[0]].train
    settings = [SOURCE, corpora[0], audio_of(corpora[0]), replicate, emotions, layer, hidden, precision, code()]
    key = hashlib.sha256(json.dumps(settings).encode()).hexdigest()[:16]
    path = KEPT / f"{corpora[0]}-{replicate}-{key}.safetensors"
    model = _fresh(layer, emotions, hidden, replicate, precision)
    if path.is_file():
        model.load_state_dict(load_file(path))
        return model
    model.scale_by(world.X[rows])
    schedule = shuffled(rows, SOURCE["steps"], [replicate], 8)
    stop = Plateau(world.X, world.y, world.subset(corpora[0], "valid"), every=100)
    train(
        model,
        world.X,
        world.y,
        schedule,
        lr=SOURCE["lr"],
        optimiser=partial(Steps, head=SOURCE["head"]),
        consolidation=stop,
        watch=Watch(),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    partial_name = path.with_suffix(f".{os.getpid()}.partial")
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, partial_name)
    os.replace(partial_name, path)
    return model


class Plateau(BestOnValidation):
    """`BestOnValidation` for one run whose weights have no axis of runs."""

    def _look(self, head):
        score = uar(confusion(self.truth, head.predict(self.X).numpy(), head.layers[-1][0].shape[-1]))[0]
        if self.best is None or score > self.best:
            self.best, self.weights = score, weights(head)


def train_runs(group: Sequence[Run]) -> pd.DataFrame:
    """Train a group, and return one row for each of its runs: the columns of `sequifi_lite.cells.train_group`."""
    torch.set_num_threads(1)
    one = group[0].company
    what, world = variant(_known(one.variant)), _world(one.corpora, one.replicate, one.emotions, one.layer)
    theta_0 = _source(one.corpora, one.replicate, one.emotions, one.layer, one.hidden, one.precision)
    begun, X = keep_states(theta_0.select([0]).train_only(one.depth), world.X)
    world = replace(world, X=X)
    tested = {name: world.subset(name, one.part, TESTED) for name in one.corpora}
    watched = {name: world.subset(name, one.part, WATCHED) for name in one.corpora}
    if what.schedule.get("cycles", 1) > 1:
        watched = {}  # every stage's end would be looked at
    *_, stop = follow(
        _method(one),
        world,
        begun,
        steps=one.T,
        lr=one.lr,
        seeds=[one.replicate],
        stream=partial(_stream, run=one),
        optimiser=partial(Steps, head=one.head),
        watch=lambda: Watch(watched, points=4),
    )
    record, after = stop.record, weights(stop.model)
    rows = []
    for run in group:
        alpha = 1.0 if run.value is None or run.variant != "interpolation" else run.value
        model = _between(begun, after, alpha, stop.model)
        tables, names = [], {}
        for name, part in world.parts.items():
            who = world.clips[COLUMN[part.scheme]].to_numpy()[tested[name]]
            names[name] = sorted(set(who.tolist()))
            said = model.predict(X[tested[name]]).numpy()
            tables.append(by_group(world.labels[tested[name]], said, who, len(world.emotions)))  # (G, 1, K, K)
        squares = sum(((p - q) ** 2).sum() for p, q in zip(weights(model), weights(begun)))
        curves = [100 * uar(record.curve(name))[:, 0] for name in watched] if record else []
        rows.append(
            {
                **{key: list(value) if isinstance(value, tuple) else value for key, value in asdict(run).items()},
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


def _method(run: Run):
    cls = (MOVING | DRIFTING).get(run.variant.partition("+")[2] or run.variant) or variant(run.variant).method
    knob = {} if run.value is None else {cls.knob: run.value}
    if cls.knob == "per_class":
        knob = {"width": run.batch, **{name: int(value) for name, value in knob.items()}}
    return cls(**knob)


def _stream(world: Problem, corpus: str, steps: int, seeds, run: Run):
    """The schedule that a variant's name stands for, in batches of this run's size."""
    what, rows = variant(_known(run.variant)), world.parts[corpus].train
    if what.ordered:
        return class_by_class(rows, world.labels, [run.order], steps, seeds, run.batch, **what.schedule)
    if what.schedule.get("balanced"):
        return balanced(rows, world.labels, steps, seeds, run.batch)
    return shuffled(rows, steps, seeds, run.batch)


def estimate(waiting: Sequence[Sequence[Run]]) -> float:
    """CPU seconds that groups will take, from a step on eight clips of 2.5 s and an encoder of random weights, timed now."""
    from transformers import WhisperConfig, WhisperFeatureExtractor
    from transformers.models.whisper.modeling_whisper import WhisperEncoder

    if not waiting:
        return 0.0
    size = {"d_model": 512, "encoder_attention_heads": 8, "encoder_ffn_dim": 2048}
    network = encoders.WhisperFrames.__new__(encoders.WhisperFrames)
    torch.nn.Module.__init__(network)
    network.encoder = WhisperEncoder(WhisperConfig(encoder_layers=waiting[0][0].layer, **size))
    network.encoder.layer_norm, network.features, network.width = torch.nn.Identity(), WhisperFeatureExtractor(), 512
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
