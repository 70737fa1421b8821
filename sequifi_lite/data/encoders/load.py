"""A pretrained encoder from the hub or from a folder, cut behind one of its blocks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import EncoderError, expanded
from ..audio import RATE
from . import shipped
from .pooling import POOLINGS, SHORTEST, Encoder, check_half
from .self_supervised import SelfSupervisedFrames
from .weights import _quiet
from .whisper import WhisperFrames


def load_encoder(name: str, layer: int = 3, pooling: str = "mean+std") -> Encoder:
    """Load a pretrained speech encoder, cut behind one of its blocks.

    Parameters
    ----------
    name : str
        A name on the Hugging Face hub, e.g. ``openai/whisper-base``, or a folder in the same layout; or
        ``shipped``, three blocks of Whisper base that need no network (`sequifi_lite.data.encoders.shipped`).
    layer : int
        The states behind this block are read; 1 is the first block.
    pooling : {"mean+std", "mean"}
        What becomes of the frames of a clip.

    Raises
    ------
    EncoderError
        If the encoder cannot be found, is of another family, brings code of its own, lacks weights, has fewer
        blocks, was made for other than 16 kHz, or puts out states that are no numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from sequifi_lite.data import load_encoder
    >>> load_encoder("shipped").embed([np.zeros(16_000, np.float32)]).shape
    (1, 1024)
    """
    name = str(expanded(name)) if str(name).startswith("~") else str(name)
    if Path(name).is_file():
        raise EncoderError(f"{name} is a file; give the folder that holds it.")
    if pooling not in POOLINGS:
        raise EncoderError(f"Pooling {pooling!r} does not exist; choose one of {', '.join(POOLINGS)}.")
    _check_imports(name)
    folder = str(shipped.FOLDER) if name == shipped.NAME else name
    config = load_config(folder)
    blocks = (
        config.encoder_layers if config.model_type == "whisper" else getattr(config, "num_hidden_layers", 0)
    )
    if config.model_type not in {"whisper", "wav2vec2", "hubert", "wavlm", "data2vec-audio"}:
        raise EncoderError(
            f"{name} is a {config.model_type!r} model; use one of the families whisper, wav2vec2 (also XLS-R"
            " and MMS), hubert, wavlm, data2vec-audio."
        )
    if not 1 <= layer <= blocks:
        raise EncoderError(f"Layer {layer} does not exist in {name}; it has blocks 1 to {blocks}.")
    try:
        network = (
            WhisperFrames(folder, layer)
            if config.model_type == "whisper"
            else SelfSupervisedFrames(folder, layer, config.model_type)
        )
    except EncoderError:
        raise
    except Exception as error:  # whatever values a config may hold, transformers passes them on to anything
        raise EncoderError(
            f"The encoder in {name!r} cannot be read; see that config.json,"
            " preprocessor_config.json and the weights are there and whole, or get it again."
        ) from error
    encoder = Encoder(network, name, layer, pooling)
    _try_out(encoder, network.features)
    return encoder


def _check_imports(name: str) -> None:
    """Tell a library that cannot be imported from an encoder that cannot be read."""
    try:
        import transformers.audio_utils
        import transformers.modeling_utils  # noqa: F401
    except Exception as error:  # a library of another build may raise whatever its loader raises
        raise EncoderError(
            f"Nothing is wrong with {name!r}, but transformers cannot be imported here"
            f" ({type(error).__name__}: {_short(error)}); `sequifi-lite doctor` says what to type."
        ) from error


def load_config(name: str) -> Any:
    """Read an encoder's config.json, from a folder or the hub; code that lies beside it is never run.

    Raises
    ------
    EncoderError
        If there is none, it cannot be read, or it names code of its own (``auto_map``).
    """
    from transformers import AutoConfig, PretrainedConfig

    try:
        with _quiet():
            written = PretrainedConfig.get_config_dict(name)[0]
            own_code = "auto_map" in written or "auto_map" in _preprocessor(name)
            config = None if own_code else AutoConfig.from_pretrained(name, trust_remote_code=False)
    except Exception as error:  # a config.json may hold anything
        raise EncoderError(
            f"No encoder can be loaded from {name!r}; give a folder with config.json,"
            " preprocessor_config.json and the weights, a hub name such as openai/whisper-base while"
            " online, or shipped, which needs no network."
        ) from error
    if own_code:
        raise EncoderError(
            f"{name} brings code of its own (auto_map in its configuration), which is never run here; use an"
            " encoder of one of the families whisper, wav2vec2, hubert, wavlm, data2vec-audio."
        )
    return config


def _preprocessor(name: str) -> dict:
    from transformers.utils.hub import cached_file

    try:
        path = cached_file(name, "preprocessor_config.json", _raise_exceptions_for_missing_entries=False)
    except OSError:
        return {}
    return json.loads(Path(path).read_text(encoding="utf-8")) if path else {}


def _try_out(encoder: Encoder, features) -> None:
    """Refuse an encoder that does not fit before the first clip: on noise, of the shortest length and 1 s."""
    rate = getattr(features, "sampling_rate", RATE)
    if rate != RATE:
        raise EncoderError(
            f"The encoder in {encoder.name!r} was made for {rate:,} Hz, and clips are read at {RATE:,} Hz;"
            " use one that was made for 16,000 Hz."
        )
    noise = np.random.default_rng(0).normal(0, 0.05, RATE).astype(np.float32)
    try:
        check_half(encoder, encoder.embed([noise[:SHORTEST], noise]))
    except EncoderError:
        raise
    except Exception as error:  # shapes that do not fit end in whatever torch raises
        raise EncoderError(
            f"The encoder in {encoder.name!r} cannot embed noise of {SHORTEST} and {RATE:,} samples"
            f" ({_short(error)}); see that its config.json, preprocessor_config.json and weights belong"
            " together, or use another encoder."
        ) from error


def _short(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:120].rstrip(".:; ") if lines else type(error).__name__
