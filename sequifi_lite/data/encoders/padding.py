"""Clips of several lengths in one tensor, and which of its frames are real."""

from __future__ import annotations

import torch
from torch import nn


def _pad(clips: list[torch.Tensor]) -> torch.Tensor:
    """Clips (frames, width) behind each other in one tensor (clips, frames, width), zeros behind the shorter
    ones.
    """
    return nn.utils.rnn.pad_sequence(clips, batch_first=True)


def _real(lengths: list[int], device: torch.device | None = None) -> torch.Tensor:
    """(clips, frames) booleans: which frames of a padded batch are real."""
    return torch.arange(max(lengths), device=device) < torch.tensor(lengths, device=device)[:, None]


def _blocked(real: torch.Tensor, dtype: torch.dtype) -> torch.Tensor | None:
    """Additive attention mask (clips, 1, 1, frames); None where nothing is padded."""
    if real.all():
        return None
    return torch.zeros_like(real, dtype=dtype).masked_fill(~real, torch.finfo(dtype).min)[:, None, None]
