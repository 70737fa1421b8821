"""One training on several devices.

Every process takes its share of each batch, and accelerate averages the gradients.

    accelerate launch --num_processes 2 script.py

with, in the script,

    accelerator = accelerate.Accelerator()
    model = model.to(accelerator.device)
    method = Shared(LwF(), accelerator)
    for stop in train_sequence(method, problem, model, optimiser=shared_steps(accelerator), ...)

Where there are CPUs alone, two processes talk by gloo: ``accelerate.Accelerator(cpu=True)``, and ``accelerate
launch --multi_gpu --num_processes 2``, whose name misleads; ``--cpu`` starts one process, or wants MPI.

The weights are those of one process on whole batches, but for rounding. Every process evaluates and ends with
the same model; let
``accelerator.is_main_process`` alone write files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from ..errors import SequifiError
from ..learning.schedule import Schedule
from .steps import Steps


class Shared:
    """A method as every process runs it: unchanged, but for its share of the rows.

    Parameters
    ----------
    method : object of a class in `sequifi_lite.learning.methods`
        One whose objective is a mean over the batch.
    accelerator : accelerate.Accelerator

    Raises
    ------
    SequifiError
        When training begins, if a part of the batch cannot be divided evenly; if the method bends gradients
        (GEM, A-GEM) or stores what the model says of rows (DER): what one process does there, the others
        would have to know.
    """

    def __init__(self, method, accelerator):
        self.method, self.accelerator = method, accelerator

    def __getattr__(self, name):
        return getattr(self.method, name)

    def schedule(self, plain: Schedule, problem, number: int, seeds) -> Schedule | None:
        whole = self.method.schedule(plain, problem, number, seeds)
        return (
            whole
            if whole is None
            else share(whole, self.accelerator.process_index, self.accelerator.num_processes, self)
        )


def share(whole: Schedule, process: int, processes: int, method) -> Schedule:
    """Cut out the rows that one of several processes sees.

    Every so-and-so-many-th of the stream, and of each memory.

    Raises
    ------
    SequifiError
        If the method needs whole batches, or a part of the batch cannot be divided evenly.
    """
    if processes == 1:
        return whole
    if method.projection is not None or (whole.writes >= 0).any():
        raise SequifiError(f"The method {method.name!r} needs whole batches; train it with one process.")
    if any(width % processes for width in whole.parts):
        raise SequifiError(
            f"A batch of {' + '.join(map(str, whole.parts))} rows cannot be divided among {processes}"
            " processes; choose a multiple of their number."
        )
    starts = np.cumsum((0, *whole.parts[:-1]))
    mine = np.concatenate(
        [np.arange(start + process, start + width, processes) for start, width in zip(starts, whole.parts)]
    )
    cut = {name: getattr(whole, name)[:, :, mine] for name in ("rows", "slots", "writes")}
    return replace(whole, parts=tuple(width // processes for width in whole.parts), **cut)


class _SharedSteps(Steps):
    """`Steps` on the mean of all processes' gradients."""

    def __init__(self, parameters, lr: float, accelerator, **choices):
        super().__init__(parameters, lr, **choices)
        self.accelerator = accelerator

    def step(self) -> None:
        if self.accelerator.num_processes > 1:
            for p in self.every:
                p.grad.copy_(self.accelerator.reduce(p.grad, "mean"))
        super().step()


def shared_steps(accelerator, **choices) -> Callable:
    """Make the optimiser for `sequifi_lite.learning.loop.train` where several processes share a batch.

    Choices as for `Steps`.
    """
    return partial(_SharedSteps, accelerator=accelerator, **choices)
