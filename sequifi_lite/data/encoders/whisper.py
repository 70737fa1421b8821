"""The first blocks of a Whisper encoder, on clips of their own length."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from ...errors import EncoderError
from ..audio import RATE
from . import shipped
from .padding import _blocked, _pad, _real
from .weights import _load


class WhisperFrames(nn.Module):
    """The first `layer` blocks of a Whisper encoder, 50 frames a second, read before the final layer norm.

    transformers' `WhisperEncoder.forward` takes 30 s of input only and ignores its `attention_mask`, so its
    parts are applied here one by one, with the positions sliced and the padding masked behind each
    convolution and inside each block.
    """

    def __init__(self, name: str, layer: int):
        super().__init__()
        from transformers import WhisperConfig, WhisperFeatureExtractor
        from transformers.models.whisper.modeling_whisper import WhisperEncoder

        config = WhisperConfig.from_pretrained(name, encoder_layers=layer)
        self.features = WhisperFeatureExtractor.from_pretrained(name)
        if self.features.feature_size != config.num_mel_bins:
            raise EncoderError(
                f"The encoder in {name!r} takes {config.num_mel_bins} mel bands and its"
                f" preprocessor_config.json makes {self.features.feature_size}; get that file from the same"
                " checkpoint."
            )
        if (self.features.hop_length, self.features.n_fft) != (160, 400):
            raise EncoderError(
                f"The preprocessor_config.json in {name!r} makes frames of {self.features.n_fft} samples"
                f" every {self.features.hop_length}, and Whisper has 400 every 160; get it from the"
                " checkpoint."
            )
        self.encoder = (
            shipped.load(WhisperEncoder, name, config)
            if shipped.is_int8(name)
            else _load(WhisperEncoder, name, config=config, key_mapping={r"^(model\.)?encoder\.": ""})
        )
        self.made_from = getattr(self.encoder, "made_from", None)  # of weights of eight bits: the float ones
        self.encoder.register_module("layer_norm", nn.Identity())
        self.width = config.d_model
        self.longest = 320 * config.max_source_positions  # samples: a position for two frames of 10 ms

    def mel(self, waveform: np.ndarray) -> torch.Tensor:
        """Compute log-mel frames (mels, 2 * positions), equal to those of a clip padded to 30 s.

        The extractor normalises by the loudest frame; 400 zeros, one window, behind the clip let every frame
        that touches it take part, as they do in 30 s of padding.
        """
        return torch.from_numpy(log_mel(waveform, self.features))

    @staticmethod
    def positions(samples: int) -> int:
        return max(1, samples // 320)

    def forward(self, waveforms: list[np.ndarray]) -> list[torch.Tensor]:
        return self.frames([self.prepare(waveform) for waveform in waveforms])

    def prepare(self, waveform: np.ndarray) -> torch.Tensor:
        """Make what `frames` takes of a clip: its mel frames (mels, 2 * positions)."""
        return self.mel(waveform)

    @property
    def blocks(self) -> nn.ModuleList:
        return self.encoder.layers

    def frames(self, clips: list[torch.Tensor], start: int = 0) -> list[torch.Tensor]:
        """Compute the states (positions, width) of clips behind the last block.

        Clips are prepared, or states behind block `start`.
        """
        x, lengths = (_pad(clips), [len(clip) for clip in clips]) if start else self.stem(clips)
        blocked = _blocked(_real(lengths, x.device), x.dtype)
        for block in self.blocks[start:]:
            x = block(x, blocked)
            x = x[0] if isinstance(x, tuple) else x  # transformers 5.0 hands back the attention as well
        return [states[:n] for states, n in zip(x, lengths)]

    def stem(self, mels: list[torch.Tensor]) -> tuple[torch.Tensor, list[int]]:
        """Apply convolutions and positions.

        What the first block receives, (clips, positions, width), and the real lengths.
        """
        lengths = [mel.shape[1] // 2 for mel in mels]
        batch = torch.stack([nn.functional.pad(mel, (0, 2 * max(lengths) - mel.shape[1])) for mel in mels])
        gelu, encoder, real = nn.functional.gelu, self.encoder, _real(lengths, batch.device)
        x = (
            gelu(encoder.conv1(batch)) * real.repeat_interleave(2, dim=1)[:, None]
        )  # the next kernel must see zeros there
        return (
            gelu(encoder.conv2(x)).transpose(1, 2) + encoder.embed_positions.weight[: max(lengths)],
            lengths,
        )


def log_mel(waveform: np.ndarray, features=None) -> np.ndarray:
    """Compute the log-mel spectrogram (mels, frames) as Whisper receives it, 100 frames a second.

    Parameters
    ----------
    waveform : ndarray of float32, shape (samples,)
        Mono, 16 kHz.
    features : transformers.WhisperFeatureExtractor, optional
        That of a checkpoint; by default one with 80 mels.
    """
    if features is None:
        from transformers import WhisperFeatureExtractor

        features = WhisperFeatureExtractor()
    padded = np.pad(waveform.astype(np.float32), (0, 400))
    mel = features(padded, sampling_rate=RATE, padding="longest", truncation=False)["input_features"][0]
    return mel[:, : 2 * WhisperFrames.positions(len(waveform))]
