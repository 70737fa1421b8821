"""What a training step needs of memory, known before the first one."""

from __future__ import annotations

from pathlib import Path

import torch
from torch.autograd.graph import saved_tensors_hooks

from ..errors import SequifiError
from .classifier import SpeechClassifier
from .clips import Clips


def step_bytes(model: SpeechClassifier, X: Clips, batch: int) -> int:
    """Bound the bytes that a step on a batch of the longest clip of `X` adds to what the model takes now.

    An upper bound, within limits.

    Gradients and Adam's two means, 12 bytes a weight; and what the forward pass keeps for the way back. That
    is weighed on the longest clip, and multiplied: by the batch, or by the clips of a chunk where
    `save_memory` is on.
    """
    clips = X.tensors()
    longest = max(range(len(clips)), key=lambda i: max(clips[i].shape))
    kept: dict[int, int] = {}
    own = {p.untyped_storage().data_ptr() for p in [*model.network.parameters(), *model.head.parameters()]}

    def weigh(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with saved_tensors_hooks(weigh, lambda tensor: tensor):
        outcome = model._vectors([clips[longest].to(model.device, torch.float32)])
    del outcome
    together = (
        min(batch, max(1, model.chunk // model._frames(clips[longest]))) if model.save_memory else batch
    )
    return 12 * sum(p.numel() for p in model.parameters()) + together * sum(kept.values())


def free_bytes(device: torch.device) -> int | None:
    """Read how much memory is free on a device; None where the system does not tell."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    told = Path("/proc/meminfo")
    if device.type != "cpu" or not told.is_file():
        return None
    lines = dict(line.split(":") for line in told.read_text().splitlines() if ":" in line)
    return int(lines["MemAvailable"].split()[0]) * 1024 if "MemAvailable" in lines else None


def check_memory(model: SpeechClassifier, X: Clips, batch: int) -> int:
    """See whether a step will fit, before training.

    Parameters
    ----------
    X : Clips
        All that will be trained on; every one of them is looked up once.
    batch : int
        Rows of a step, replayed ones included.

    Returns
    -------
    int
        Bytes that a step needs.

    Raises
    ------
    SequifiError
        If that is more than is free.
    """
    needed, free = step_bytes(model, X, batch), free_bytes(model.device)
    if free is not None and needed > free:
        hint = "smaller batches" if model.save_memory else "save_memory = True, smaller batches"
        raise SequifiError(
            f"A step on {batch} clips needs {needed / 2**30:.1f} GiB and {free / 2**30:.1f} GiB are free on"
            f" {model.device}; try {hint}, fewer trained blocks, or adapters (add_lora)."
        )
    return needed
