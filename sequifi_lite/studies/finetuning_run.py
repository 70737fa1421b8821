"""One run of the studies in which the encoder moves, and the hash of everything that decides it.

What `sequifi_lite.studies.training_run` is for heads on frozen embeddings. The runner, the tables and the
statistics are the same. Audio and weights lie outside (`sequifi_lite.studies.sound_and_weights`).
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch

from ..data.emotions import FOUR
from ..data.encoders.whisper import WhisperFrames
from ..finetuning import SpeechClassifier, clips
from ..learning.heads import MLP
from .definitions import Place, package, place_of
from .finetuning_training import CLOSED, TESTED, _class, _known, _module, folds_of, train_runs, trained_as
from .sound_and_weights import encoder_name, inputs
from .training_run import settings_of
from .variants import variant

LAYER = 3  # blocks of the encoder that are kept
#: As `sequifi_lite.studies.training_run.FIRST`.
FIRST = {
    "T": 80,
    "order": None,
    "value": None,
    "depth": "all",
    "layer": 3,
    "batch": 8,
    "head": 10.0,
    "precision": "bfloat16",
    "emotions": ("anger", "happiness", "neutral", "sadness"),
    "scaling": "zscore",
    "hidden": 128,
    "part": "test",
    "clip": 1.0,
    "betas": (0.9, 0.999),
}


@dataclass(frozen=True)
class Run:
    """One training of an encoder and its head.

    The fields that a `sequifi_lite.studies.training_run.Cell` has too mean the same.

    `lr` is the encoder's learning rate, the head's is `head` times that; `depth` is what is trained
    (`SpeechClassifier.train_only`); `clip` and `betas` are those of `sequifi_lite.finetuning.Steps`.
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
    clip: float | None = 1.0
    betas: tuple[float, float] = (0.9, 0.999)

    @property
    def key(self) -> str:
        """Hash of the settings, of the folds, and of the code that the run uses.

        Sound and weights lie outside: see `inputs`.
        """
        decisive = [settings_of(self, FIRST), folds_of(self.corpora), code_of(self.variant, self.corpora)]
        everything = json.dumps(decisive, sort_keys=True)
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


def used_by(name: str, corpora: Sequence[str]) -> dict[Place, str]:
    """Collect the definitions that the training of a variant on these corpora can reach."""
    return package().reach(
        [place_of(train_runs), place_of(_class(name))], CLOSED, [_module(corpus) for corpus in corpora]
    )


@cache
def code_of(name: str, corpora: tuple[str, ...]) -> str:
    """Hash the code that a run of this variant uses, and of what its name stands for."""
    what = variant(_known(name))
    stands_for = repr((_class(name).__name__, what.ordered, sorted(what.schedule.items()), what.head))
    code = package().hash(
        [place_of(train_runs), place_of(_class(name))], CLOSED, [_module(corpus) for corpus in corpora]
    )
    return hashlib.sha256(f"{stands_for} {code}".encode()).hexdigest()[:16]


def origin(corpora: Sequence[str]) -> dict:
    """Say what the provenance of a study tells of its audio and its encoder."""
    name, found = encoder_name(), inputs(corpora)
    named = {
        "encoder": Path(name).name if Path(name).is_dir() else name,
        "blocks": LAYER,
        "encoder_sha256": found["encoder"],
    }
    return named | {"audio": found["audio"]}


def estimate(waiting: Sequence[Sequence[Run]]) -> float:
    """Estimate the CPU seconds that groups will take.

    From a step on eight clips of 2.5 s and an encoder of random weights, timed now.
    """
    from transformers import WhisperConfig, WhisperFeatureExtractor
    from transformers.models.whisper.modeling_whisper import WhisperEncoder

    if not waiting:
        return 0.0
    size: dict[str, Any] = {"d_model": 512, "encoder_attention_heads": 8, "encoder_ffn_dim": 2048}
    network = WhisperFrames.__new__(WhisperFrames)
    torch.nn.Module.__init__(network)
    network.encoder = WhisperEncoder(WhisperConfig(encoder_layers=waiting[0][0].layer, **size))
    network.encoder.register_module("layer_norm", torch.nn.Identity())
    network.features, network.width = WhisperFeatureExtractor(), 512
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
