"""The loop's watch, for weights without an axis of runs."""

from __future__ import annotations

import torch

from ..learning import loop


class _OneRun:
    """A model whose parameters have the leading axis of one run that the watch reads, on the CPU."""

    def __init__(self, model):
        self.predict, self._model = model.predict, model

    def parameters(self) -> list[torch.Tensor]:
        return [p.detach().cpu().reshape(1, -1) for p in self._model.parameters()]

    def __call__(self, x):
        return self._model(x)


class Evaluator(loop.Evaluator):
    """`sequifi_lite.learning.loop.Evaluator` for a `SpeechClassifier`.

    Looking costs a pass through the encoder: keep subsets small.
    """

    def start(self, head, X, y, schedule):
        return super().start(_OneRun(head), X, y, schedule)
