"""The classifier on top of frozen embeddings, with a leading axis of runs."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn


class MLP(nn.Module):
    """One hidden layer of ReLU units, R independent copies of it.

    Every parameter has a leading axis of runs, so that R trainings are one batched matrix product. Runs never mix: with the
    summed loss each run receives exactly its own gradient. With R = 1 it is the ordinary two-layer network.

    Parameters
    ----------
    seeds : sequence of int
        One seed per run; a run's initial weights depend on its own seed alone.
    inputs, hidden, classes : int
        Widths of the three layers.

    Notes
    -----
    ``W1`` (R, inputs, hidden), ``b1`` (R, 1, hidden), ``W2`` (R, hidden, classes), ``b2`` (R, 1, classes), drawn as
    `torch.nn.Linear` draws them: uniform within one over the square root of the number of inputs.
    """

    def __init__(self, seeds: Sequence[int], inputs: int = 1024, hidden: int = 128, classes: int = 4):
        super().__init__()
        draws = [self._draw(seed, inputs, hidden, classes) for seed in seeds]
        self.W1, self.b1, self.W2, self.b2 = (nn.Parameter(torch.stack(values)) for values in zip(*draws))

    @staticmethod
    def _draw(seed: int, inputs: int, hidden: int, classes: int) -> list[torch.Tensor]:
        generator = torch.Generator().manual_seed(int(seed))
        shapes = [((inputs, hidden), inputs), ((1, hidden), inputs), ((hidden, classes), hidden), ((1, classes), hidden)]
        return [(torch.rand(shape, generator=generator) * 2 - 1) * fan_in**-0.5 for shape, fan_in in shapes]

    @property
    def runs(self) -> int:
        return len(self.W1)

    def hidden(self, x: torch.Tensor) -> torch.Tensor:
        """Hidden activations (R, n, hidden) of inputs (R, n, inputs), or of (n, inputs) shared by all runs."""
        if x.dim() == 2:
            x = x.expand(self.runs, *x.shape)
        return torch.relu(torch.baddbmm(self.b1, x, self.W1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (R, n, classes) of inputs (R, n, inputs), or of (n, inputs) shared by all runs."""
        return torch.baddbmm(self.b2, self.hidden(x), self.W2)

    @torch.no_grad()
    def predict(self, x: torch.Tensor) -> torch.Tensor:
        """Most likely class of shared inputs (n, inputs) for every run: (R, n)."""
        return self(x).argmax(-1)

    def select(self, runs: Sequence[int]) -> MLP:
        """A copy that holds the given runs, in the given order; repeating a number starts many runs from one model."""
        copy = MLP([0], 1, 1, 1)
        for name, value in self.named_parameters():
            setattr(copy, name, nn.Parameter(value.detach()[list(runs)].clone()))
        return copy

    def with_new_output(self, seeds: Sequence[int]) -> MLP:
        """A copy whose output layer is drawn anew, one seed per run; the hidden layer stays.

        The draw has a stream of its own. With that of `MLP` the seed of the source model would give back the source's own
        initial output layer, which its hidden layer has grown around: a new head that is not new.
        """
        copy = self.select(range(self.runs))
        # Torch's generator reads the lower 32 bits of a seed alone, so the streams lie apart within them.
        fresh = MLP([int(seed) + 2**31 for seed in seeds], *self.W1.shape[1:], self.W2.shape[2])
        copy.W2, copy.b2 = fresh.W2, fresh.b2
        return copy
