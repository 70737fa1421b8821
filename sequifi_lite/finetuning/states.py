"""What the frozen part of an encoder says of a clip is computed once and kept.

Training the top blocks alone gets cheap.
"""

from __future__ import annotations

import torch

from .classifier import SpeechClassifier
from .clips import Clips, Store


class States:
    """A store of the states behind a block of an encoder, float16, each computed when it is first wanted.

    Parameters
    ----------
    clips : sequence of tensors
        The store that the encoder reads: prepared clips.
    network : WhisperFrames or SelfSupervisedFrames
        Its first `block` blocks and what is below them must not be trained.
    block : int
        From 1.
    """

    def __init__(self, clips: Store, model: SpeechClassifier, block: int):
        self.clips, self.model, self.block = clips, model, block
        self._kept: dict[int, torch.Tensor] = {}

    def __len__(self) -> int:
        return len(self.clips)

    @torch.no_grad()
    def __getitem__(self, row: int) -> torch.Tensor:
        if row not in self._kept:
            self._kept[row] = self.model.frames_behind(self.clips[row], self.block).half()
        return self._kept[row]


def keep_states(model: SpeechClassifier, X: Clips) -> tuple[SpeechClassifier, Clips]:
    """Enter the encoder behind the last block that is frozen.

    Returns
    -------
    model, X
        A copy that starts there, and the clips as states. Where nothing is frozen, both as they were.
    """
    frozen = 0
    for block in model.network.blocks:
        if any(p.requires_grad for p in block.parameters()):
            break
        frozen += 1
    front = set(model.network.parameters()) - set(model.network.blocks.parameters())
    if not frozen or any(p.requires_grad for p in front):
        return model, X
    top = model.select([0])
    top.start = frozen
    return top, Clips(States(X.store, model, frozen), X.rows)
