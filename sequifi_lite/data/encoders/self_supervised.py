"""The first blocks of wav2vec 2.0, XLS-R, MMS, HuBERT, WavLM or data2vec."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn

from ...errors import EncoderError
from ..audio import RATE
from .padding import _blocked, _pad, _real
from .weights import _load


class SelfSupervisedFrames(nn.Module):
    """The first `layer` blocks of wav2vec 2.0, XLS-R / MMS, HuBERT, WavLM or data2vec, 50 frames a second.

    The convolutional front end normalises over time in several checkpoints, so it is run clip by clip; only
    the transformer sees a padded batch, with its mask. Where a family ends in a layer norm, the states are
    read before it.
    """

    def __init__(self, name: str, layer: int, family: str):
        super().__init__()
        import transformers

        classes = {
            "wav2vec2": transformers.Wav2Vec2Model,
            "hubert": transformers.HubertModel,
            "wavlm": transformers.WavLMModel,
            "data2vec-audio": transformers.Data2VecAudioModel,
        }
        config = transformers.AutoConfig.from_pretrained(
            name, num_hidden_layers=layer, trust_remote_code=False
        )
        step = math.prod(config.conv_stride)
        if not 160 <= step <= 640:
            raise EncoderError(
                f"The config.json in {name!r} makes a frame every {step:,} samples, and speech encoders have"
                " one every 320; get it again from the checkpoint."
            )
        self.features = transformers.AutoFeatureExtractor.from_pretrained(name, trust_remote_code=False)
        self.model = _load(classes[family], name, config=config)
        if getattr(config, "do_stable_layer_norm", False):  # data2vec knows no such choice
            self.model.encoder.layer_norm = nn.Identity()
        self.width = config.hidden_size

    def forward(self, waveforms: list[np.ndarray]) -> list[torch.Tensor]:
        return self.frames([self.prepare(waveform) for waveform in waveforms])

    def prepare(self, waveform: np.ndarray) -> torch.Tensor:
        """Make what `frames` takes of a clip: its samples (samples,), scaled as the checkpoint wants them."""
        return self.features(waveform, sampling_rate=RATE, return_tensors="pt")["input_values"][0]

    @property
    def blocks(self) -> nn.ModuleList:
        return self.model.encoder.layers

    def frames(self, clips: list[torch.Tensor], start: int = 0) -> list[torch.Tensor]:
        """Compute the states (positions, width) of clips behind the last block.

        Clips are prepared, or states behind block `start`.

        Raises
        ------
        EncoderError
            For WavLM with a `start`: its blocks hand each other more than their states.
        """
        if start:
            if self.model.config.model_type == "wavlm":
                raise EncoderError(
                    "WavLM's blocks share their position bias and cannot be entered midway; use start=0."
                )
            x, lengths = _pad(clips), [len(clip) for clip in clips]
            blocked = _blocked(_real(lengths, x.device), x.dtype)
            for block in self.blocks[start:]:
                x = block(x, attention_mask=blocked)
                x = x[0] if isinstance(x, tuple) else x
        else:
            projected = [self._project(samples) for samples in clips]
            lengths = [len(clip) for clip in projected]
            if self.model.config.model_type == "data2vec-audio" and len(set(lengths)) > 1:
                # Its position convolutions stand in a row: from the second one on they would read echoes out
                # of the padding.
                return [self.model.encoder(clip[None]).last_hidden_state[0] for clip in projected]
            x = self.model.encoder(
                _pad(projected), attention_mask=_real(lengths, projected[0].device)
            ).last_hidden_state
        return [states[:n] for states, n in zip(x, lengths)]

    def _project(self, samples: torch.Tensor) -> torch.Tensor:
        """Front end and projection of one clip, (positions, width)."""
        projected = self.model.feature_projection(self.model.feature_extractor(samples[None]).transpose(1, 2))
        return (projected[0] if isinstance(projected, tuple) else projected)[0]
