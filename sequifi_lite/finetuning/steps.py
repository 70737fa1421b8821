"""The optimiser for an encoder and a head: two learning rates, warm-up, clipped gradients."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch.nn.utils import clip_grad_norm_


class Steps:
    """AdamW for the encoder at a learning rate, and for the head at a multiple of it.

    Parameters
    ----------
    parameters : iterable of Parameter
        The encoder's, and at the end the head's (as `SpeechClassifier.parameters` gives them).
    lr : float
        Of the encoder.
    head : float
        The head's learning rate is so many times the encoder's: it knows nothing yet, the encoder knows a
        lot.
    head_size : int
        How many of the last parameters are the head's: weight and bias of two layers.
    warm_up : int
        Steps over which the learning rates rise from nought, in a line, each time the optimiser is made.
    clip : float, optional
        Largest Euclidean norm of the gradient of all weights.
    decay : float
        AdamW's weight decay. 0 is Adam.
    betas : pair of floats
        What share of AdamW's first and of its second moments is kept at each step.
    """

    def __init__(
        self,
        parameters: Iterable,
        lr: float,
        head=10.0,
        head_size=4,
        warm_up=0,
        clip: float | None = 1.0,
        decay=0.0,
        betas: tuple[float, float] = (0.9, 0.999),
    ):
        every = list(parameters)
        groups = [{"params": every[:-head_size], "lr": lr}, {"params": every[-head_size:], "lr": head * lr}]
        self.clip, self.every = clip, every
        self.adam = torch.optim.AdamW(
            [group for group in groups if group["params"]], betas=betas, weight_decay=decay, fused=True
        )
        rise = (lambda done: min(1.0, (done + 1) / warm_up)) if warm_up else (lambda done: 1.0)
        self.rates = torch.optim.lr_scheduler.LambdaLR(self.adam, rise)

    def zero_grad(self) -> None:
        self.adam.zero_grad()

    def step(self) -> None:
        if self.clip is not None:
            clip_grad_norm_(self.every, self.clip)
        self.adam.step()
        self.rates.step()
