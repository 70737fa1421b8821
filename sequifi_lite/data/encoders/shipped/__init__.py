"""An encoder that comes with the package: the first blocks of Whisper base, with weights of eight bits.

`load_encoder("shipped")` needs no network. The files beside this one are what ``tools/make_int8_encoder.py``
makes of the weights that OpenAI has published under the MIT licence (``LICENSE``): ``config.json`` and
``preprocessor_config.json`` in the hub's layout, and the weights. Any folder that the tool has made can be
loaded in the same way.

A matrix is kept row by row as whole numbers from -127 to 127 and what one of them is worth in that row;
biases and norms stay floats. Positions are Whisper's sinusoids and are computed. What is loaded are floats
again, so everything that takes an encoder takes this one.
"""

from __future__ import annotations

from pathlib import Path

import torch

from ....errors import EncoderError, SequifiError
from ...sealed import load_tensors

NAME = "shipped"
FOLDER = Path(__file__).parent
FILE = "int8.safetensors"  # not a name that transformers would read: it would take whole numbers for weights
WORTH = ".worth"  # behind a matrix's name: what a whole number is worth, row by row
KIND = "encoder with weights of eight bits"


def to_int8(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Round a matrix to whole numbers, row by row; the largest of a row becomes 127.

    Parameters
    ----------
    weight : Tensor (rows, ...)

    Returns
    -------
    Tensor of int8, as `weight`; Tensor of float32 (rows,)
        The whole numbers, and what one of them is worth.

    Examples
    --------
    >>> import torch
    >>> from sequifi_lite.data.encoders.shipped import to_int8
    >>> to_int8(torch.tensor([[1.27, -0.6], [0.0, 0.0]]))
    (tensor([[127, -60],
            [  0,   0]], dtype=torch.int8), tensor([0.0100, 0.0000]))
    """
    rows = weight.detach().float().reshape(len(weight), -1)
    worth = rows.abs().amax(1) / 127
    whole = torch.round(rows / worth.where(worth > 0, torch.ones(()))[:, None])
    return whole.to(torch.int8).reshape(weight.shape), worth


def from_int8(whole: torch.Tensor, worth: torch.Tensor) -> torch.Tensor:
    """Undo `to_int8`, but for what rounding has taken: floats (rows, ...)."""
    return whole.float() * worth.reshape(-1, *[1] * (whole.ndim - 1))


def is_int8(folder: str) -> bool:
    """Tell whether a folder is one of ``tools/make_int8_encoder.py``."""
    return (Path(folder) / FILE).is_file()


def read(folder: str | Path) -> tuple[dict[str, torch.Tensor], dict]:
    """Read the weights of a folder as floats, and their provenance.

    Returns
    -------
    dict of Tensor of float32, dict
        Weights under the names of transformers' ``WhisperEncoder``; source, licence and digests.

    Raises
    ------
    EncoderError
        If the file is damaged, or not one of `KIND`.
    """
    path = Path(folder) / FILE
    advice = (
        "install the package again" if Path(folder) == FOLDER else "make it with tools/make_int8_encoder.py"
    )
    try:
        tensors, provenance = load_tensors(path, KIND, advice)
    except SequifiError as error:
        raise EncoderError(str(error)) from error
    weights = {
        name: from_int8(value, tensors[name + WORTH]) if value.dtype == torch.int8 else value
        for name, value in tensors.items()
        if not name.endswith(WORTH)
    }
    return weights, provenance


def load(cls, folder: str, config):
    """Make a network of class `cls`, ``WhisperEncoder``, of the weights in a folder.

    Raises
    ------
    EncoderError
        As `read`; and if a weight is missing or has another shape than `config` wants.
    """
    from transformers.models.whisper.modeling_whisper import sinusoids

    weights, provenance = read(folder)
    network = cls(config)
    wanted = network.state_dict()
    positions = "embed_positions.weight"
    weights[positions] = sinusoids(*wanted[positions].shape)
    read_here = {name: weights.get(name) for name in wanted if not name.startswith("layer_norm.")}
    for name, value in read_here.items():
        if value is None or value.shape != wanted[name].shape:
            raise EncoderError(
                f"The weights in {folder!r} lack {name}; make the folder again with"
                " tools/make_int8_encoder.py."
            )
    network.load_state_dict(read_here, strict=False)  # the last norm is not used
    network.made_from = provenance
    return network
