"""Encoders of random weights, well under a million each, in the hub's layout, and a chain of tones in noise
to train them on.
"""

import numpy as np
import torch
import transformers

from sequifi_lite.data.problem import Problem
from sequifi_lite.data.splits import Split
from sequifi_lite.finetuning import Clips

SELF_SUPERVISED = {
    "wav2vec2": (transformers.Wav2Vec2Config, transformers.Wav2Vec2Model, {"feat_extract_norm": "group"}),
    "xlsr": (
        transformers.Wav2Vec2Config,
        transformers.Wav2Vec2Model,
        {"feat_extract_norm": "layer", "do_stable_layer_norm": True},
    ),
    "hubert": (transformers.HubertConfig, transformers.HubertModel, {}),
    "wavlm": (transformers.WavLMConfig, transformers.WavLMModel, {}),
    "data2vec": (
        transformers.Data2VecAudioConfig,
        transformers.Data2VecAudioModel,
        {"conv_pos_kernel_size": 5},
    ),
    "wavlm-large": (
        transformers.WavLMConfig,
        transformers.WavLMModel,
        {"feat_extract_norm": "layer", "do_stable_layer_norm": True},
    ),
}


def noise(seconds, seed=0):
    return np.random.default_rng(seed).normal(0, 0.1, int(16_000 * seconds)).astype(np.float32)


def write_whisper(folder):
    """Three blocks of width 32."""
    torch.manual_seed(0)
    config = transformers.WhisperConfig(
        d_model=32, encoder_layers=3, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2,
        encoder_ffn_dim=64, decoder_ffn_dim=64, vocab_size=64, pad_token_id=0, bos_token_id=1, eos_token_id=2,
        decoder_start_token_id=1, suppress_tokens=None, begin_suppress_tokens=None,
    )  # fmt: skip
    transformers.WhisperForConditionalGeneration(config).save_pretrained(folder)
    transformers.WhisperFeatureExtractor().save_pretrained(folder)
    return folder


def write_self_supervised(folder, family):
    """Three blocks of width 24; the folder, and transformers' own model."""
    torch.manual_seed(0)
    config_class, model_class, extra = SELF_SUPERVISED[family]
    config = config_class(
        hidden_size=24, num_hidden_layers=3, num_attention_heads=2, intermediate_size=32, conv_dim=(16,) * 7,
        num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=2, vocab_size=8, **extra,
    )  # fmt: skip
    model = model_class(config).eval()
    # Fresh models have zero biases and unit norms, which would hide a mask in the wrong place.
    with torch.no_grad():
        for p in model.parameters():
            p.add_(0.05 * torch.randn_like(p))
    model.save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor(do_normalize=True).save_pretrained(folder)
    return folder, model


def tones(count, first, shift=0.0):
    """Waveforms of 0.2 to 0.5 s: a tone of the class's pitch, moved by `shift`, in noise.

    The class is the number modulo 4.
    """
    found = []
    for number in range(first, first + count):
        generator = np.random.default_rng([number, 7])
        t = np.arange(int(16_000 * generator.uniform(0.2, 0.5))) / 16_000
        tone = np.sin(2 * np.pi * 300 * 2 ** (number % 4 + shift) * t)
        found.append((0.1 * tone + 0.05 * generator.normal(size=len(t))).astype(np.float32))
    return found


def tones_problem(prepare, corpora=2, clips=16):
    """Half of every corpus is for training, and a quarter each for validation and test.

    Returns
    -------
    Problem, list of waveforms
    """
    waves, parts = [], {}
    for number in range(corpora):
        rows = np.arange(clips) + number * clips
        waves += tones(clips, number * clips, 0.5 * number)
        parts[f"corpus{number}"] = Split(
            rows[: clips // 2], rows[clips // 2 : -clips // 4], rows[-clips // 4 :], "speaker"
        )
    X = Clips([torch.as_tensor(prepare(wave)) for wave in waves])
    emotions = ("anger", "happiness", "neutral", "sadness")
    return Problem(tuple(parts), emotions, X, torch.arange(len(waves)) % 4, parts, None), waves
