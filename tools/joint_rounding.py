"""Rounding a matrix so that what it answers changes least, not its weights.

A weight w_j that is rounded to q_j leaves an error; the weights of the same row that are not rounded yet can
make up for it, as far as their inputs go together. With H = sum x x^T over inputs x, each row is rounded
weight by weight, and the others then move to where (w - q)^T H (w - q) is smallest:

    w_r <- w_r - (w_j - q_j) [H_r^-1]_{r,j} / [H_r^-1]_{j,j}        r: what is not rounded yet

Reference: Frantar et al. 2023, GPTQ (arXiv 2210.17323), after Hassibi & Stork's optimal brain surgeon. The
inputs are an encoder's own, on computed voices: no clip of a corpus takes part.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import nn

from sequifi_lite.data.audio import read_audio
from sequifi_lite.data.synthetic.twin import write_twin

DAMP = 0.01  # of the mean input's square, on the diagonal: no weight makes up for much more than was lost
VOICES = ("cremad", "emodb", "mesd")
CLIPS = 12  # of each


def computed_voices() -> list[np.ndarray]:
    """Speak some clips of the twins, a few of each: waves at 16 kHz."""
    waves = []
    with tempfile.TemporaryDirectory() as folder:
        for root in write_twin(folder, corpora=VOICES).values():
            files = sorted(Path(root).rglob("*.wav"))
            waves += [read_audio(file) for file in files[:: max(1, len(files) // CLIPS)][:CLIPS]]
    return [wave for wave in waves if np.abs(wave).max() > 0]


def moments(encoder, waves: list[np.ndarray]) -> dict[str, torch.Tensor]:
    """Sum x x^T over the inputs of every matrix of an encoder's network, clip by clip.

    Returns
    -------
    dict of Tensor of float64 (inputs, inputs)
        By the matrix's name; a convolution's inputs are (channels * kernel), as its weights are laid out.
    """
    told: dict[str, torch.Tensor] = {}

    def listen(name: str, module: nn.Module):
        def hear(_, given, __):
            x = given[0]
            if isinstance(module, nn.Conv1d):
                edge = module.padding[0]
                x = nn.functional.pad(x, (edge, edge)).unfold(2, module.kernel_size[0], module.stride[0])
                x = x.transpose(1, 2).flatten(2)  # (clips, places, channels * kernel)
            x = x.reshape(-1, x.shape[-1]).double()
            told[name] = told.get(name, 0) + x.T @ x

        return module.register_forward_hook(hear)

    named = encoder.network.encoder.named_modules()
    hooks = [listen(f"{name}.weight", m) for name, m in named if isinstance(m, nn.Linear | nn.Conv1d)]
    for wave in waves:
        encoder.embed([wave])
    for hook in hooks:
        hook.remove()
    return told


def round_jointly(rows: torch.Tensor, worth: torch.Tensor, moment: torch.Tensor) -> torch.Tensor:
    """Round rows to whole numbers from -127 to 127, the inputs with the largest squares first.

    Parameters
    ----------
    rows : Tensor (rows, inputs)
    worth : Tensor (rows,)
        What a whole number is worth, row by row, above 0.
    moment : Tensor (inputs, inputs)
        See `moments`.

    Returns
    -------
    Tensor of int8 (rows, inputs)
    """
    rows, worth, H = rows.double().clone(), worth.double(), moment.double()
    H = H + (DAMP * H.diagonal().mean() + 1e-12) * torch.eye(len(H), dtype=torch.float64)
    order = torch.argsort(H.diagonal(), descending=True, stable=True)
    rows, H = rows[:, order], H[order][:, order]
    # Row j of the upper factor of H^-1 is the column of [H_r^-1] of the formula, but for a factor.
    upper = torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(H)), upper=True)
    whole = torch.zeros_like(rows)
    for j in range(rows.shape[1]):
        whole[:, j] = torch.round(rows[:, j] / worth).clamp(-127, 127)
        lost = (rows[:, j] - whole[:, j] * worth) / upper[j, j]
        rows[:, j:] -= lost[:, None] * upper[j, j:]
    return whole[:, torch.argsort(order)].to(torch.int8)
