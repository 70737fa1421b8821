"""The scenario of `make bench` and of the cross-check in Avalanche 0.6.0, another library.

Needed for development only.

``pip install avalanche-lib==0.6.0`` brings it in. Models, data, initial weights and numbers of steps are
ours.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import nn

warnings.filterwarnings("ignore", module="avalanche|torch|pkg_resources")

from avalanche.benchmarks import tensors_benchmark  # noqa: E402
from avalanche.training import supervised  # noqa: E402
from avalanche.training.plugins import MASPlugin, SupervisedPlugin  # noqa: E402
from avalanche.training.supervised.der import DER  # noqa: E402

from sequifi_lite.learning.heads import MLP  # noqa: E402


def network(head: MLP, run: int = 0) -> nn.Sequential:
    """One run of a head as ordinary layers."""
    layers = []
    for W, b in head.layers:
        layer = nn.Linear(*W.shape[1:])
        layer.weight.data, layer.bias.data = (
            W[run].detach().T.contiguous().clone(),
            b[run, 0].detach().clone(),
        )
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def as_head(net: nn.Sequential, like: MLP) -> MLP:
    """The way back: a head with one run."""
    head = like.select([0])
    with torch.no_grad():
        for (W, b), layer in zip(head.layers, [part for part in net if isinstance(part, nn.Linear)]):
            W.copy_(layer.weight.T[None]), b.copy_(layer.bias[None, None])
    return head


class Rows(SupervisedPlugin):
    """Notes which rows of the data every step has seen, by their content."""

    def __init__(self, X: torch.Tensor):
        super().__init__()
        self.number = {x.tobytes(): i for i, x in enumerate(X.numpy())}
        self.seen: list[np.ndarray] = []

    def after_forward(self, strategy, **kwargs):
        self.seen.append(np.array([self.number[x.tobytes()] for x in strategy.mb_x.numpy()]))


def strategies(per_class: int, classes: int, corpora: int) -> dict[str, Callable]:
    """Name -> f(**common arguments) that makes the strategy, memories and strengths as ours have them by
    default.
    """
    rows = per_class * classes  # kept of each corpus
    common = {"mem_size": rows * corpora}
    return {
        "vanilla": supervised.Naive,
        "ewc": lambda **more: supervised.EWC(ewc_lambda=100.0, **more),
        "si": lambda **more: supervised.SynapticIntelligence(si_lambda=100.0, **more),
        "mas": lambda plugins=(), **more: supervised.Naive(plugins=[MASPlugin(1.0), *plugins], **more),
        "lwf": lambda **more: supervised.LwF(alpha=0.4, temperature=2.0, **more),
        "er": lambda **more: supervised.Replay(**common, **more),
        "gem": lambda **more: supervised.GEM(patterns_per_exp=rows, memory_strength=0.0, **more),
        "a-gem": lambda **more: supervised.AGEM(patterns_per_exp=rows, sample_size=32, **more),
        "der": lambda **more: DER(**common, batch_size_mem=32, alpha=0.4, beta=0.0, **more),
    }


def prepare(
    make: Callable,
    X: torch.Tensor,
    y: torch.Tensor,
    parts: Sequence[np.ndarray],
    head: MLP,
    seed: int,
    *,
    epochs: int,
    lr: float = 3e-4,
    batch: int = 32,
    optimiser: Callable = torch.optim.Adam,
    plugins: Sequence = (),
):
    """A strategy whose model starts from the first run of a head, and the chain of experiences with the rows
    `parts`.
    """
    torch.manual_seed(seed), random.seed(seed), np.random.seed(seed)
    net = network(head)
    data = [(X[rows], y[rows]) for rows in parts]
    chain = tensors_benchmark(train_tensors=data, test_tensors=data, task_labels=[0] * len(data)).train_stream
    strategy = make(
        model=net,
        optimizer=optimiser(net.parameters(), lr=lr),
        criterion=nn.CrossEntropyLoss(),
        train_mb_size=batch,
        train_epochs=epochs,
        evaluator=None,
        plugins=list(plugins),
    )
    return strategy, chain


def walk(strategy, chain, **loader) -> nn.Sequential:
    """Train on one experience after the other; the optimiser's state is carried along."""
    for experience in chain:
        strategy.train(experience, **loader)
    return strategy.model
