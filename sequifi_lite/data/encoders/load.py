"""A pretrained encoder from the hub or from a folder, cut behind one of its blocks."""

from __future__ import annotations

from pathlib import Path
from pickle import UnpicklingError

from safetensors import SafetensorError

from ...errors import EncoderError, expanded
from .pooling import POOLINGS, Encoder
from .self_supervised import SelfSupervisedFrames
from .whisper import WhisperFrames


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

    name = str(expanded(name)) if str(name).startswith("~") else str(name)
    if Path(name).is_file():
        raise EncoderError(f"{name} is a file; give the folder that holds it.")
    if pooling not in POOLINGS:
        raise EncoderError(f"Pooling {pooling!r} does not exist; choose one of {', '.join(POOLINGS)}.")
    try:
        config = AutoConfig.from_pretrained(name)
    except (OSError, ValueError) as error:
        raise EncoderError(
            f"No encoder can be loaded from {name!r}; give a folder with config.json,"
            " preprocessor_config.json and the weights, or a hub name such as openai/whisper-base while"
            " online."
        ) from error
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
            WhisperFrames(name, layer)
            if config.model_type == "whisper"
            else SelfSupervisedFrames(name, layer, config.model_type)
        )
    except (OSError, ValueError, SafetensorError, UnpicklingError) as error:
        raise EncoderError(
            f"The encoder in {name!r} cannot be read; see that config.json, preprocessor_config.json and the"
            " weights are there and whole, or get it again."
        ) from error
    return Encoder(network, name, layer, pooling)
