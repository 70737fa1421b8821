"""Make the encoder that ships: sequifi_lite/data/encoders/shipped.

    python tools/make_int8_encoder.py WHISPER_BASE
    python tools/make_int8_encoder.py WHISPER_BASE --blocks 3 --source openai/whisper-base --out FOLDER

WHISPER_BASE is a folder in the hub's layout with the float weights of a Whisper encoder. Its stem and its
first blocks are kept; every matrix is rounded to whole numbers of eight bits, a scale for each row, so that
its answers to computed voices change least (see joint_rounding.py); biases and norms stay float32. Positions
are not written: they are Whisper's sinusoids, and the script refuses a network where they are not. The same
weights give the same tensors, but for a few numbers in a million that lie half way on another machine; their
digest stands in the file (see sequifi_lite/data/sealed.py) beside where they come from.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import joint_rounding
import numpy as np
import torch
from safetensors import safe_open
from transformers.models.whisper.modeling_whisper import sinusoids

from sequifi_lite.data.encoders.load import load_encoder
from sequifi_lite.data.encoders.shipped import FILE, FOLDER, WORTH, to_int8
from sequifi_lite.data.files import sha256
from sequifi_lite.data.sealed import save_tensors

SOURCE, BLOCKS = "openai/whisper-base", 3
WEIGHTS = "model.safetensors"
POSITIONS = "embed_positions.weight"
LICENCE = "MIT, Copyright (c) 2022 OpenAI"
# What WhisperEncoder and its features are made of; what speaks of decoding is left behind.
CONFIG = (
    *("model_type", "d_model", "num_mel_bins", "max_source_positions", "encoder_layers"),
    *("encoder_attention_heads", "encoder_ffn_dim", "activation_function", "scale_embedding"),
)


def float_weights(folder: Path) -> dict[str, torch.Tensor]:
    """Read an encoder's weights, under the names of transformers' WhisperEncoder."""
    with safe_open(folder / WEIGHTS, framework="pt") as file:
        found = {name: file.get_tensor(name) for name in file.keys()}
    names = {name: name.removeprefix("model.").removeprefix("encoder.") for name in found}
    return {
        names[name]: found[name]
        for name in found
        if "decoder." not in name and names[name] != "proj_out.weight"
    }


def belongs(name: str, blocks: int) -> bool:
    """Tell whether a weight is needed: of the stem, or of the first blocks."""
    if name.startswith("layers."):
        return int(name.split(".")[1]) < blocks
    return name.startswith(("conv1.", "conv2."))


def check_positions(positions: torch.Tensor) -> None:
    """Refuse positions (n, width) that are not Whisper's sinusoids, but for the rounding of 16 bits."""
    if (positions.float() - sinusoids(*positions.shape)).abs().max() > 1e-3:
        raise SystemExit("The positions are not Whisper's sinusoids, which are computed anew; ship them.")


def rounded(weight: torch.Tensor, moment: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Round a matrix (rows, ...) with the largest of a row at 127, its weights together: as `to_int8`."""
    _, worth = to_int8(weight)
    rows = weight.detach().float().reshape(len(weight), -1)
    whole = joint_rounding.round_jointly(rows, worth.where(worth > 0, torch.ones(())), moment)
    return whole.reshape(weight.shape), worth


def make(
    folder: Path,
    out: Path,
    blocks: int = BLOCKS,
    source: str = SOURCE,
    waves: list[np.ndarray] | None = None,
) -> Path:
    """Write the folder of an encoder with weights of eight bits; the file with the weights.

    `waves` are what its matrices are rounded for; computed voices, where there are none.
    """
    weights, tensors = float_weights(folder), {}
    check_positions(weights[POSITIONS])
    waves = joint_rounding.computed_voices() if waves is None else waves
    moments = joint_rounding.moments(load_encoder(str(folder), blocks), waves)
    for name in sorted(weights):
        if not belongs(name, blocks):
            continue
        if weights[name].ndim > 1:
            tensors[name], tensors[name + WORTH] = rounded(weights[name], moments[name])
        else:
            tensors[name] = weights[name].float()
    provenance = {
        "source": source,
        "licence": LICENCE,
        "float_sha256": sha256(folder / WEIGHTS),
        "blocks": blocks,
        "weights": "int8, a scale for each row, rounded jointly for computed voices; biases and norms"
        " float32; positions are computed",
        "script": "tools/make_int8_encoder.py",
    }
    out.mkdir(parents=True, exist_ok=True)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    written = {key: config[key] for key in CONFIG} | {"encoder_layers": blocks}
    (out / "config.json").write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    features = (folder / "preprocessor_config.json").read_text(encoding="utf-8")
    (out / "preprocessor_config.json").write_text(features, encoding="utf-8")
    save_tensors(out / FILE, tensors, provenance)
    return out / FILE


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--blocks", type=int, default=BLOCKS)
    parser.add_argument("--source", default=SOURCE, help="what it is recorded as")
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args()
    path = make(options.folder, options.out, options.blocks, options.source)
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")
