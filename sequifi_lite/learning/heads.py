"""The classifier on top of frozen embeddings, with a leading axis of runs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn

from ..errors import ArgumentError, check_seeds


class MLP(nn.Module):
    """Classify with hidden layers of ReLU units, R independent copies of them.

    Every parameter has a leading axis of runs, so that R trainings are one batched matrix product. Runs never
    mix: with the summed loss each run receives exactly its own gradient. With R = 1 it is the ordinary
    network.

    Parameters
    ----------
    seeds : sequence of int
        One seed per run; a run's initial weights depend on its own seed alone.
    hidden : int or sequence of int, width of the hidden layer or of each of them
    inputs, classes : int

    Notes
    -----
    ``W1`` (R, inputs, hidden), ``b1`` (R, 1, hidden), ``W2`` (R, hidden, classes), ``b2`` (R, 1, classes),
    and so on for more layers, drawn as `torch.nn.Linear` draws them: uniform within one over the square root
    of the number of inputs.

    Examples
    --------
    >>> import torch
    >>> from sequifi_lite import MLP
    >>> heads = MLP(seeds=[0, 1, 2], inputs=1024, hidden=128, classes=4)
    >>> heads(torch.zeros(5, 1024)).shape, heads.predict(torch.zeros(5, 1024)).shape  # runs, clips, classes
    (torch.Size([3, 5, 4]), torch.Size([3, 5]))
    """

    #: How a source model came about; methods that need the path of its training walk it again.
    origin: dict | None = None
    W1: nn.Parameter  # the others are set by number too, but not asked for by name

    def __init__(
        self, seeds: Sequence[int], inputs: int = 1024, hidden: int | Sequence[int] = 128, classes: int = 4
    ):
        super().__init__()
        widths = (inputs, *([hidden] if isinstance(hidden, int) else hidden), classes)
        draws = [self._draw(seed, widths) for seed in check_seeds(seeds)]
        self._set([torch.stack(values) for values in zip(*draws)])

    @staticmethod
    def _draw(seed: int, widths: Sequence[int]) -> list[torch.Tensor]:
        generator = torch.Generator().manual_seed(int(seed))
        shapes = [((rows, width), fan_in) for fan_in, width in pairwise(widths) for rows in (fan_in, 1)]
        return [(torch.rand(shape, generator=generator) * 2 - 1) * fan_in**-0.5 for shape, fan_in in shapes]

    def _set(self, values: Sequence[torch.Tensor]) -> None:
        """Take W1, b1, W2, b2, ... as parameters."""
        self.depth = len(values) // 2
        for number, value in enumerate(values):
            setattr(self, f"{'Wb'[number % 2]}{number // 2 + 1}", nn.Parameter(value))

    @property
    def runs(self) -> int:
        """Number of copies R."""
        return len(self.W1)

    @property
    def layers(self) -> list[tuple[nn.Parameter, nn.Parameter]]:
        """Weight and bias of every layer; the last pair is the output layer."""
        return [(getattr(self, f"W{i}"), getattr(self, f"b{i}")) for i in range(1, self.depth + 1)]

    def inputs_of_layers(self, x: torch.Tensor) -> list[torch.Tensor]:
        """Compute what every layer receives for inputs (R, n, inputs), or (n, inputs) shared by all runs.

        A list of (R, n, width).
        """
        if x.shape[-1] != self.W1.shape[1]:
            say = "Inputs of {} numbers were given to a model of {}; give those that it was trained on."
            raise ArgumentError(say.format(x.shape[-1], self.W1.shape[1]))
        seen = [x.expand(self.runs, *x.shape) if x.dim() == 2 else x]
        for W, b in self.layers[:-1]:
            seen.append(torch.relu(torch.baddbmm(b, seen[-1], W)))
        return seen

    def hidden(self, x: torch.Tensor) -> torch.Tensor:
        """Compute the activations (R, n, hidden) of the last hidden layer; inputs as for `forward`."""
        return self.inputs_of_layers(x)[-1]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Compute logits (R, n, classes) of inputs (R, n, inputs), or of (n, inputs) shared by all runs."""
        W, b = self.layers[-1]
        return torch.baddbmm(b, self.hidden(x), W)

    @torch.no_grad()
    def gradient_factors(self, x: torch.Tensor, G: torch.Tensor) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Factor the per-sample gradients of any function of the logits, without a loop over samples.

        The gradient of one sample with respect to a weight matrix is an outer product: of what the layer
        received, a, and of the derivative at what it gave, delta. So sums over samples of squares or absolute
        values are matrix products.

        Parameters
        ----------
        G : tensor (R, n, classes)
            Derivative of the function with respect to the logits of each sample.

        Returns
        -------
        list over layers of (a, delta), shapes (R, n, inputs of the layer) and (R, n, its outputs)
        """
        seen, deltas = self.inputs_of_layers(x), [G]
        for (W, _), a in zip(self.layers[:0:-1], seen[:0:-1]):
            deltas.append(torch.bmm(deltas[-1], W.transpose(1, 2)) * (a > 0))
        return list(zip(seen, deltas[::-1]))

    @torch.no_grad()
    def predict(self, x: torch.Tensor) -> torch.Tensor:
        """Predict the most likely class of shared inputs (n, inputs) for every run: (R, n)."""
        return self(x).argmax(-1)

    def select(self, runs: Sequence[int]) -> MLP:
        """Copy the given runs, in the given order.

        Repeating a number starts many runs from one model.
        """
        copy = MLP([0], 1, 1, 1)
        copy._set([value.detach()[list(runs)].clone() for layer in self.layers for value in layer])
        copy.origin = self.origin
        return copy

    def with_new_output(self, seeds: Sequence[int]) -> MLP:
        """Copy the model with an output layer drawn anew, one seed per run; the hidden layers stay.

        The draw has a stream of its own. With that of `MLP` the seed of the source model would give back the
        source's own initial output layer, which its hidden layer has grown around: a new head that is not
        new.
        """
        widths = [W.shape[1] for W, _ in self.layers]
        # Torch's generator reads the lower 32 bits of a seed alone, so the streams lie apart within them.
        fresh = MLP([int(seed) + 2**31 for seed in seeds], widths[0], widths[1:], self.layers[-1][0].shape[2])
        copy = self.select(range(self.runs))
        copy._set([value.detach() for layer in copy.layers[:-1] + fresh.layers[-1:] for value in layer])
        return copy
