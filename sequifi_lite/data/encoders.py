"""Frozen speech encoders: waveforms in, one vector per clip out.

An encoder is cut behind the wanted block, so that nothing is computed that is not used, and never pads a clip to a fixed
length. Padding inside a batch is masked wherever frames could see it, so that a clip embeds the same alone and in a batch.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from pickle import UnpicklingError

import numpy as np
import torch
from safetensors import SafetensorError
from torch import nn

from ..errors import EncoderError
from .audio import RATE

SHORTEST = 400  # samples, one 25 ms analysis window: below it there is no frame
LONGEST = 30 * RATE  # samples; longer clips are cut into equal pieces (Whisper knows 1,500 positions, 30 s)
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

    def __init__(self, network: nn.Module, name: str, layer: int, pooling: str):
        self.network, self.name, self.layer, self.pooling = (
            network.eval().requires_grad_(False),
            name,
            layer,
            pooling,
        )
        self.dim = network.width * POOLINGS[pooling]

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
            If a waveform is too short or holds values that are not finite.
        """
        pieces, owner = self._pieces(waveforms)
        return self._pool_clips(self.network(pieces), owner, len(waveforms))

    @torch.inference_mode()
    def embed_by_depth(self, waveforms: list[np.ndarray]) -> np.ndarray:
        """As `embed`, but at every depth, from one forward pass.

        Returns
        -------
        ndarray of float32, shape (clips, layer + 1, dim)
            Depth 0 is what the first block receives; depth k is read behind block k, so the last one equals `embed`.
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
                    f"Waveform {i} has {len(waveform)} samples; at least {SHORTEST} (25 ms at 16 kHz) are needed: leave it out."
                )
            if not np.isfinite(waveform).all():
                raise EncoderError(
                    f"Waveform {i} holds samples that are not finite numbers: repair the file or leave it out."
                )
            parts = np.array_split(waveform, -(-len(waveform) // LONGEST))
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


class WhisperFrames(nn.Module):
    """The first `layer` blocks of a Whisper encoder, 50 frames a second, read before the final layer norm.

    transformers' `WhisperEncoder.forward` takes 30 s of input only and ignores its `attention_mask`, so its parts are applied
    here one by one, with the positions sliced and the padding masked behind each convolution and inside each block.
    """

    def __init__(self, name: str, layer: int):
        super().__init__()
        from transformers import WhisperConfig, WhisperFeatureExtractor
        from transformers.models.whisper.modeling_whisper import WhisperEncoder

        config = WhisperConfig.from_pretrained(name, encoder_layers=layer)
        self.features = WhisperFeatureExtractor.from_pretrained(name)
        self.encoder = _load(WhisperEncoder, name, config=config, key_mapping={r"^(model\.)?encoder\.": ""})
        self.encoder.layer_norm = nn.Identity()
        self.width = config.d_model

    def mel(self, waveform: np.ndarray) -> torch.Tensor:
        """Log-mel frames (80, 2 * positions), equal to those of a clip padded to 30 s.

        The extractor normalises by the loudest frame; 400 zeros, one window, behind the clip let every frame that touches it
        take part, as they do in 30 s of padding.
        """
        return torch.from_numpy(log_mel(waveform, self.features))

    @staticmethod
    def positions(samples: int) -> int:
        return max(1, samples // 320)

    def forward(self, waveforms: list[np.ndarray]) -> list[torch.Tensor]:
        return self.frames([self.prepare(waveform) for waveform in waveforms])

    def prepare(self, waveform: np.ndarray) -> torch.Tensor:
        """What `frames` takes of a clip: its mel frames (80, 2 * positions)."""
        return self.mel(waveform)

    @property
    def blocks(self) -> nn.ModuleList:
        return self.encoder.layers

    def frames(self, clips: list[torch.Tensor], start: int = 0) -> list[torch.Tensor]:
        """States (positions, width) of clips behind the last block; clips are prepared, or states behind block `start`."""
        x, lengths = (_pad(clips), [len(clip) for clip in clips]) if start else self.stem(clips)
        blocked = _blocked(_real(lengths, x.device), x.dtype)
        for block in self.blocks[start:]:
            x = block(x, blocked)
            x = x[0] if isinstance(x, tuple) else x  # transformers 5.0 hands back the attention as well
        return [states[:n] for states, n in zip(x, lengths)]

    def stem(self, mels: list[torch.Tensor]) -> tuple[torch.Tensor, list[int]]:
        """Convolutions and positions: what the first block receives, (clips, positions, width), and the real lengths."""
        lengths = [mel.shape[1] // 2 for mel in mels]
        batch = torch.stack([nn.functional.pad(mel, (0, 2 * max(lengths) - mel.shape[1])) for mel in mels])
        gelu, encoder, real = nn.functional.gelu, self.encoder, _real(lengths, batch.device)
        x = (
            gelu(encoder.conv1(batch)) * real.repeat_interleave(2, dim=1)[:, None]
        )  # the next kernel must see zeros there
        return gelu(encoder.conv2(x)).transpose(1, 2) + encoder.embed_positions.weight[
            : max(lengths)
        ], lengths


class SelfSupervisedFrames(nn.Module):
    """The first `layer` blocks of wav2vec 2.0, XLS-R / MMS, HuBERT, WavLM or data2vec, 50 frames a second.

    The convolutional front end normalises over time in several checkpoints, so it is run clip by clip; only the transformer
    sees a padded batch, with its mask. Where a family ends in a layer norm, the states are read before it.
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
        config = transformers.AutoConfig.from_pretrained(name, num_hidden_layers=layer)
        self.features = transformers.AutoFeatureExtractor.from_pretrained(name)
        self.model = _load(classes[family], name, config=config)
        if getattr(config, "do_stable_layer_norm", False):  # data2vec knows no such choice
            self.model.encoder.layer_norm = nn.Identity()
        self.width = config.hidden_size

    def forward(self, waveforms: list[np.ndarray]) -> list[torch.Tensor]:
        return self.frames([self.prepare(waveform) for waveform in waveforms])

    def prepare(self, waveform: np.ndarray) -> torch.Tensor:
        """What `frames` takes of a clip: its samples (samples,), scaled as the checkpoint wants them."""
        return self.features(waveform, sampling_rate=RATE, return_tensors="pt")["input_values"][0]

    @property
    def blocks(self) -> nn.ModuleList:
        return self.model.encoder.layers

    def frames(self, clips: list[torch.Tensor], start: int = 0) -> list[torch.Tensor]:
        """States (positions, width) of clips behind the last block; clips are prepared, or states behind block `start`.

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
                # Its position convolutions stand in a row: from the second one on they would read echoes out of the padding.
                return [self.model.encoder(clip[None]).last_hidden_state[0] for clip in projected]
            x = self.model.encoder(
                _pad(projected), attention_mask=_real(lengths, projected[0].device)
            ).last_hidden_state
        return [states[:n] for states, n in zip(x, lengths)]

    def _project(self, samples: torch.Tensor) -> torch.Tensor:
        """Front end and projection of one clip, (positions, width)."""
        projected = self.model.feature_projection(self.model.feature_extractor(samples[None]).transpose(1, 2))
        return (projected[0] if isinstance(projected, tuple) else projected)[0]


def frames_by_depth(
    network: WhisperFrames | SelfSupervisedFrames, waveforms: list[np.ndarray]
) -> list[list[torch.Tensor]]:
    """States at every depth of a network, from one forward pass.

    Returns
    -------
    list of list of tensors (positions, width)
        Depth -> clip -> states. Depth 0 is what the first block receives, depth k what block k puts out; the last one is what
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


def log_mel(waveform: np.ndarray, features=None) -> np.ndarray:
    """Log-mel spectrogram (mels, frames) as Whisper receives it, 100 frames a second.

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


def load_encoder(name: str, layer: int = 3, pooling: str = "mean+std") -> Encoder:
    """Load a pretrained speech encoder, cut behind one of its blocks.

    Parameters
    ----------
    name : str
        A name on the Hugging Face hub, e.g. ``openai/whisper-base``, or a folder in the same layout.
    layer : int
        The states behind this block are read; 1 is the first block.
    pooling : {"mean+std", "mean"}
        What becomes of the frames of a clip.

    Raises
    ------
    EncoderError
        If the encoder cannot be found, is of another family, lacks weights, or has fewer blocks.
    """
    from transformers import AutoConfig

    name = str(name)
    if Path(name).is_file():
        raise EncoderError(f"{name} is a file; give the folder that holds it.")
    if pooling not in POOLINGS:
        raise EncoderError(f"Pooling {pooling!r} does not exist; choose one of {', '.join(POOLINGS)}.")
    try:
        config = AutoConfig.from_pretrained(name)
    except (OSError, ValueError) as error:
        raise EncoderError(
            f"No encoder can be loaded from {name!r}; give a folder with config.json, preprocessor_config.json and the weights, "
            "or a hub name such as openai/whisper-base while online."
        ) from error
    blocks = (
        config.encoder_layers if config.model_type == "whisper" else getattr(config, "num_hidden_layers", 0)
    )
    if config.model_type not in {"whisper", "wav2vec2", "hubert", "wavlm", "data2vec-audio"}:
        raise EncoderError(
            f"{name} is a {config.model_type!r} model; use one of the families whisper, wav2vec2 (also XLS-R and MMS), hubert, "
            "wavlm, data2vec-audio."
        )
    if not 1 <= layer <= blocks:
        raise EncoderError(f"Layer {layer} does not exist in {name}; it has blocks 1 to {blocks}.")
    try:
        network = (
            WhisperFrames(name, layer)
            if config.model_type == "whisper"
            else SelfSupervisedFrames(name, layer, config.model_type)
        )
    except (OSError, ValueError, SafetensorError, UnpicklingError) as error:
        raise EncoderError(
            f"The encoder in {name!r} cannot be read; see that config.json, preprocessor_config.json and the weights "
            "are there and whole, or get it again."
        ) from error
    return Encoder(network, name, layer, pooling)


def _load(cls, name, **arguments):
    """from_pretrained in float32, without its report on the blocks cut off, but strict about weights that are missing."""
    with _quiet():
        model, info = cls.from_pretrained(name, dtype=torch.float32, output_loading_info=True, **arguments)
    # The position convolution's weight norm is stored under two spellings; transformers maps them itself.
    missing = sorted(key for key in info["missing_keys"] if "masked_spec_embed" not in key)
    if missing or info["mismatched_keys"]:
        raise EncoderError(
            f"The weights in {name!r} lack {(missing or sorted(info['mismatched_keys']))[0]}; get the encoder again."
        )
    return model


@contextmanager
def _quiet():
    from transformers.utils import logging

    level, bar = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bar:
            logging.enable_progress_bar()


def _pad(clips: list[torch.Tensor]) -> torch.Tensor:
    """Clips (frames, width) behind each other in one tensor (clips, frames, width), zeros behind the shorter ones."""
    return nn.utils.rnn.pad_sequence(clips, batch_first=True)


def _real(lengths: list[int], device: torch.device | None = None) -> torch.Tensor:
    """(clips, frames) booleans: which frames of a padded batch are real."""
    return torch.arange(max(lengths), device=device) < torch.tensor(lengths, device=device)[:, None]


def _blocked(real: torch.Tensor, dtype: torch.dtype) -> torch.Tensor | None:
    """Additive attention mask (clips, 1, 1, frames); None where nothing is padded."""
    if real.all():
        return None
    return torch.zeros_like(real, dtype=dtype).masked_fill(~real, torch.finfo(dtype).min)[:, None, None]
