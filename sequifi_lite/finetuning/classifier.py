"""An encoder and a head as one model with one run.

What the loop, the methods and the schedules train when the encoder moves.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from ..data.encoders.load import load_encoder
from ..data.encoders.pooling import POOLINGS
from ..data.encoders.self_supervised import SelfSupervisedFrames
from ..data.encoders.whisper import WhisperFrames
from ..errors import SequifiError
from ..learning.heads import MLP
from .clips import Clips

CHUNK = 1000  # frames of a pass through the blocks: enough for a matrix product, and little padding


class SpeechClassifier(nn.Module):
    """Clip -> frames -> mean and standard deviation over them -> scaled by the source -> MLP -> logits, with
    R = 1.

    It has the interface of `sequifi_lite.learning.heads.MLP`, so every schedule, objective, projection and
    consolidation of the book trains it as it stands. What is different: inputs are `Clips`, and weights of
    the encoder have no leading axis.

    Parameters
    ----------
    network : WhisperFrames or SelfSupervisedFrames
        See `sequifi_lite.data.encoders`. It stays in evaluation mode: dropout and layer drop are off, as in
        frozen embeddings.
    head : MLP with one run
    pooling : {"mean+std", "mean"}

    Attributes
    ----------
    mean, spread : tensors (1, inputs of the head)
        Of the pooled vectors of the source's training clips before any training (`scale_by`); they stay as
        they are.
    start : int
        0, or the block behind which the clips in the store were taken (`sequifi_lite.finetuning.states`).
    save_memory : bool
        Compute every chunk twice, and keep none of its inner states for the way back: the memory of a step is
        that of one chunk of `chunk` frames, however large the batch. The gradient is the same.
    chunk : int
    precision : torch.dtype
        torch.bfloat16 computes the encoder's products in that form where the device has it; weights and head
        stay in float32.
    """

    runs = 1
    origin = None

    mean: torch.Tensor
    spread: torch.Tensor

    def __init__(self, network: WhisperFrames | SelfSupervisedFrames, head: MLP, pooling: str = "mean+std"):
        super().__init__()
        self.network, self.head, self.pooling = network.eval(), head, pooling
        size = network.width * POOLINGS[pooling]
        self.register_buffer("mean", torch.zeros(1, size))
        self.register_buffer("spread", torch.ones(1, size))
        self.start, self.save_memory, self.chunk, self.precision = 0, False, CHUNK, torch.float32
        self.mask: Callable[[torch.Tensor], torch.Tensor] | None = None

    def parameters(self, recurse: bool = True) -> Iterator[nn.Parameter]:
        """Give the weights that are trained.

        Those of the encoder, then the head's (the last four for one hidden layer).
        """
        return (p for p in super().parameters(recurse) if p.requires_grad)

    @property
    def device(self) -> torch.device:
        """Where the model lies."""
        return self.mean.device

    def pooled(self, x: Clips) -> torch.Tensor:
        """Pool the frames of each clip: mean (and standard deviation), (n, inputs of the head), unscaled."""
        clips = x.tensors()
        # kept states are frames by width; the longer side of what is prepared is time, but for the shortest
        lengths = [len(clip) if self.start else max(clip.shape) for clip in clips]
        chunks: list[list[int]] = [[]]
        for i in np.argsort(np.negative(lengths), kind="stable"):  # a chunk is as wide as its first clip
            if chunks[-1] and (len(chunks[-1]) + 1) * self._frames(clips[chunks[-1][0]]) > self.chunk:
                chunks.append([])
            chunks[-1].append(i)
        by_clip: dict[int, torch.Tensor] = {}
        for rows in chunks:
            part = [clips[i].to(self.device, torch.float32) for i in rows]
            if self.mask is not None and torch.is_grad_enabled():
                part = [self.mask(clip) for clip in part]
            if self.save_memory and torch.is_grad_enabled():
                vectors = checkpoint(self._vectors, part, use_reentrant=False)
            else:
                vectors = self._vectors(part)
            by_clip |= dict(zip(rows, vectors))
        return torch.stack([by_clip[i] for i in range(len(clips))])

    def _frames(self, clip: torch.Tensor) -> int:
        """About how many frames the blocks will see of a clip.

        States have them in front, mel and waveforms behind.
        """
        if self.start:
            return len(clip)
        return clip.shape[-1] // (320 if clip.dim() == 1 else 2) + 1

    def _vectors(self, clips: list[torch.Tensor]) -> torch.Tensor:
        with torch.autocast(self.device.type, self.precision, enabled=self.precision != torch.float32):
            frames = self.network.frames(clips, self.start)
        out = []
        for states in frames:
            std, mean = torch.std_mean(states.float(), dim=0, correction=0)
            out.append(torch.cat([mean, std]) if self.pooling == "mean+std" else mean)
        return torch.stack(out)

    @torch.no_grad()
    def frames_behind(self, clip: torch.Tensor, block: int) -> torch.Tensor:
        """Compute states (frames, width) of one prepared clip behind block `block`.

        As the way through all blocks has them.
        """
        states: list = []  # a tensor, or a tuple that begins with one
        hook = self.network.blocks[block - 1].register_forward_hook(lambda _, inputs, out: states.append(out))
        with torch.autocast(self.device.type, self.precision, enabled=self.precision != torch.float32):
            self.network.frames([clip.to(self.device, torch.float32)])
        hook.remove()
        return (states[0][0] if isinstance(states[0], tuple) else states[0])[0].cpu()

    def inputs(self, x: Clips) -> torch.Tensor:
        """Compute what the head receives, (1, n, inputs)."""
        return ((self.pooled(x) - self.mean) / self.spread).unsqueeze(0)

    def hidden(self, x: Clips) -> torch.Tensor:
        """Compute activations of the head's last hidden layer (1, n, hidden)."""
        return self.head.hidden(self.inputs(x)).cpu()

    def forward(self, x: Clips) -> torch.Tensor:
        """Compute logits (1, n, classes) of clips (1, n) or (n,), on the CPU wherever the model is."""
        return self.head(self.inputs(x)).cpu()

    @torch.no_grad()
    def predict(self, x: Clips) -> torch.Tensor:
        """Predict the most likely class, (1, n)."""
        return self(x).argmax(-1)

    @torch.no_grad()
    def scale_by(self, x: Clips) -> SpeechClassifier:
        """Take mean and standard deviation of these clips for the scaling of all that follow.

        They are the source's training clips.
        """
        vectors = self.pooled(x).double()
        spread = vectors.std(0, correction=0)
        self.mean = vectors.mean(0, keepdim=True).float()
        self.spread = torch.where(spread > 0, spread, 1)[None].float()
        return self

    def train_only(self, part: str | int) -> SpeechClassifier:
        """Choose the weights that are trained.

        Parameters
        ----------
        part : {"head", "blocks", "all"} or int
            The head alone; the head and all blocks (the front end, that is convolutions and positions,
            stays); everything; or the head and the last so many blocks.

        Raises
        ------
        SequifiError
            If there is no such part, or there are not so many blocks.
        """
        blocks = self.network.blocks
        named = {"head": 0, "blocks": len(blocks), "all": len(blocks)}
        depth = named.get(part) if isinstance(part, str) else part
        if isinstance(depth, bool) or not isinstance(depth, int) or not 0 <= depth <= len(blocks):
            raise SequifiError(
                f"Cannot train {part!r}; choose 'head', 'blocks', 'all', or 1 to {len(blocks)} of the last"
                " blocks."
            )
        if self.start > len(blocks) - depth or (self.start and part == "all"):
            raise SequifiError(
                f"Clips are states behind block {self.start}, so the blocks up to it cannot be trained."
            )
        self.network.requires_grad_(part == "all")
        for block in blocks[len(blocks) - depth :]:
            block.requires_grad_(True)
        # A fixed table in Whisper, and what no gradient ever reaches.
        for name, p in self.network.named_parameters():
            if "embed_positions" in name or "masked_spec_embed" in name:
                p.requires_grad_(False)
        return self

    def select(self, runs) -> SpeechClassifier:
        """Copy the one run there is; what is not trained is shared between the copies.

        Raises
        ------
        SequifiError
            If other runs are asked for.
        """
        if list(runs) != [0]:
            raise SequifiError(
                "A model with an encoder has one run; train other class orders one after another."
            )
        frozen = [p for p in super().parameters() if not p.requires_grad]
        return copy.deepcopy(self, {id(p): p for p in frozen})

    def with_new_output(self, seeds) -> SpeechClassifier:
        """Copy the model with an output layer drawn anew (see `MLP.with_new_output`)."""
        new = self.select([0])
        new.head = self.head.with_new_output(seeds)
        return new

    @property
    def layers(self) -> list[tuple[nn.Parameter, nn.Parameter]]:
        """Weight and bias of the head's layers; the last pair is the output layer."""
        return self.head.layers


def load_classifier(
    name: str,
    layer: int = 3,
    classes: int = 4,
    hidden: int = 128,
    seed: int = 0,
    pooling: str = "mean+std",
    train: str | int = "all",
) -> SpeechClassifier:
    """Load a pretrained encoder, cut behind one of its blocks, under a fresh head.

    Parameters
    ----------
    name, layer, pooling
        As for `sequifi_lite.data.encoders.load.load_encoder`.
    classes, hidden, seed
        Of the head, see `sequifi_lite.learning.heads.MLP`.
    train
        As for `SpeechClassifier.train_only`.
    """
    encoder = load_encoder(name, layer, pooling)
    head = MLP([seed], encoder.dim, hidden, classes)
    return SpeechClassifier(encoder.network, head, pooling).train_only(train)
