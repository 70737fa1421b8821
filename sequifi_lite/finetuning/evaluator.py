"""The loop's watch, for weights without an axis of runs."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn

from ..learning import loop
from .classifier import SpeechClassifier
from .clips import Clips


class _OneRun(nn.Module):
    """A model whose parameters have the leading axis of one run that the watch reads, on the CPU."""

    def __init__(self, model: SpeechClassifier):
        super().__init__()
        self.model = model

    def parameters(self, recurse: bool = True) -> Iterator[nn.Parameter]:
        for p in self.model.parameters(recurse):
            yield nn.Parameter(p.detach().cpu().reshape(1, -1), requires_grad=False)

    def predict(self, x: Clips) -> torch.Tensor:
        return self.model.predict(x)

    def forward(self, x: Clips) -> torch.Tensor:
        return self.model(x)


class Evaluator(loop.Evaluator):
    """`sequifi_lite.learning.loop.Evaluator` for a `SpeechClassifier`.

    Looking costs a pass through the encoder: keep subsets small.
    """

    def start(self, head: SpeechClassifier, X, y, schedule):
        return super().start(_OneRun(head), X, y, schedule)
