"""One vector per clip: frames of an encoder, pooled over the real ones."""

from __future__ import annotations

from itertools import chain

import numpy as np
import torch

from ...errors import EncoderError
from ..audio import RATE
from .self_supervised import SelfSupervisedFrames
from .whisper import WhisperFrames

SHORTEST = 400  # samples, one 25 ms analysis window: below it there is no frame
LONGEST = 30 * RATE  # samples; longer clips are cut into equal pieces, and all where a model takes less
HALF = 65_504  # the largest number of 16 bits, in which packs hold embeddings
POOLINGS = {"mean+std": 2, "mean": 1}


class Encoder:
    """One interface over a truncated encoder and a pooling over its real frames.

    Parameters
    ----------
    network : WhisperFrames or SelfSupervisedFrames
        Called with a list of waveforms, returns a list of tensors (frames, width).
    name, layer, pooling
        What `load_encoder` was asked for; kept for provenance.
    """

    def __init__(self, network: WhisperFrames | SelfSupervisedFrames, name: str, layer: int, pooling: str):
        self.network = network.eval().requires_grad_(False)
        self.name, self.layer, self.pooling = name, layer, pooling
        self.dim = network.width * POOLINGS[pooling]
        self.longest = min(LONGEST, getattr(network, "longest", LONGEST))

    @torch.inference_mode()
    def embed(self, waveforms: list[np.ndarray]) -> np.ndarray:
        """Embed a batch of clips.

        Parameters
        ----------
        waveforms : list of float32 arrays, each (samples,)
            Mono, 16 kHz, at least 400 samples (25 ms) each.

        Returns
        -------
        ndarray of float32, shape (clips, dim)
            Mean over the real frames and, for ``mean+std``, behind it their population standard deviation.

        Raises
        ------
        EncoderError
            If a waveform is too short or holds values that are not finite, or the encoder's states are not.
        """
        pieces, owner = self._pieces(waveforms)
        vectors = self._pool_clips(self.network(pieces), owner, len(waveforms))
        if not np.isfinite(vectors).all():
            raise EncoderError(
                f"Not the clips but the states behind block {self.layer} of {self.name!r} are at fault: they"
                " are not finite numbers; get its weights again, or use another layer or encoder."
            )
        return vectors

    @torch.inference_mode()
    def embed_by_depth(self, waveforms: list[np.ndarray]) -> np.ndarray:
        """Embed as `embed` does, but at every depth, from one forward pass.

        Returns
        -------
        ndarray of float32, shape (clips, layer + 1, dim)
            Depth 0 is what the first block receives; depth k is read behind block k, so the last one equals
            `embed`.
        """
        pieces, owner = self._pieces(waveforms)
        depths = frames_by_depth(self.network, pieces)
        return np.stack([self._pool_clips(frames, owner, len(waveforms)) for frames in depths], axis=1)

    def _pieces(self, waveforms: list[np.ndarray]) -> tuple[list[np.ndarray], list[int]]:
        """Waveforms cut to what the network takes, and of each piece the number of its clip."""
        pieces, owner = [], []
        for i, waveform in enumerate(waveforms):
            if len(waveform) < SHORTEST:
                raise EncoderError(
                    f"Waveform {i} has {len(waveform)} samples; at least {SHORTEST} (25 ms at 16 kHz) are"
                    " needed: leave it out."
                )
            if not np.isfinite(waveform).all():
                raise EncoderError(
                    f"Waveform {i} holds samples that are not finite numbers: repair the file or leave it"
                    " out."
                )
            parts = np.array_split(waveform, -(-len(waveform) // self.longest))
            pieces += parts
            owner += [i] * len(parts)
        return pieces, owner

    def _pool_clips(self, pieces: list[torch.Tensor], owner: list[int], clips: int) -> np.ndarray:
        frames: list[list[torch.Tensor]] = [[] for _ in range(clips)]
        for i, states in zip(owner, pieces):
            frames[i].append(states)
        return np.stack([self._pool(torch.cat(states)) for states in frames])

    def _pool(self, states: torch.Tensor) -> np.ndarray:
        std, mean = torch.std_mean(states, dim=0, correction=0)
        return (torch.cat([mean, std]) if self.pooling == "mean+std" else mean).numpy()


def check_half(encoder: Encoder, vectors: np.ndarray) -> None:
    """Refuse an encoder whose vectors are too large for the 16-bit numbers of a pack.

    Raises
    ------
    EncoderError
        It blames the encoder: no clip makes states of that size.
    """
    largest = float(np.abs(vectors).max(initial=0))
    if largest >= HALF:
        raise EncoderError(
            f"Not the clips but the states behind block {encoder.layer} of {encoder.name!r} are at fault:"
            f" they reach {largest:,.0f}, and packs hold 16-bit numbers up to {HALF:,}; use another layer or"
            " encoder."
        )


def frames_by_depth(
    network: WhisperFrames | SelfSupervisedFrames, waveforms: list[np.ndarray]
) -> list[list[torch.Tensor]]:
    """Read the states at every depth of a network from one forward pass.

    Returns
    -------
    list of list of tensors (positions, width)
        Depth -> clip -> states. Depth 0 is what the first block receives, depth k what block k puts out; the
        last one is what
        ``network(waveforms)`` returns.
    """
    depths, seen = len(network.blocks) + 1, []

    def receives(block, arguments, named):
        seen.append(arguments[0] if arguments else named["hidden_states"])

    def puts_out(block, arguments, out):
        seen.append(out[0] if isinstance(out, tuple) else out)

    # Listening to the blocks leaves the one forward pass that `embed` uses as it is, whatever the family.
    ears = [network.blocks[0].register_forward_pre_hook(receives, with_kwargs=True)]
    ears += [block.register_forward_hook(puts_out) for block in network.blocks]
    try:
        lengths = [len(states) for states in network(waveforms)]
    finally:
        for ear in ears:
            ear.remove()
    return [
        [states[:n] for states, n in zip(chain(*seen[depth::depths]), lengths)] for depth in range(depths)
    ]
