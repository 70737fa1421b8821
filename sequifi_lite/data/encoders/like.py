"""The encoder that made some embeddings, found again: for clips that are to be compared with them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from ...errors import EncoderError
from .load import load_encoder
from .pooling import Encoder

VARIABLE = "SEQUIFI_LITE_ENCODER"
SHIPPED = "shipped"


def encoder_like(provenance: Mapping[str, Any], name: str | None = None) -> Encoder:
    """Load the encoder that made embeddings, at the same layer and pooling; another one is refused.

    Parameters
    ----------
    provenance : mapping with ``encoder``, ``layer``, ``pooling`` and, where it is known, ``weights_sha256``
        Of a pack, or of a saved model's card.
    name : str, optional
        Where to take it from: a hub name or a folder. Else the folder in SEQUIFI_LITE_ENCODER, else the one
        that comes with the package if it was made of the same encoder, else the name on record.

    Raises
    ------
    EncoderError
        If it cannot be loaded, or its weights are not those on record.
    """
    wanted, layer, pooling = provenance["encoder"], int(provenance["layer"]), provenance["pooling"]
    name = name or os.environ.get(VARIABLE) or (SHIPPED if _comes_along(wanted) else wanted)
    encoder = load_encoder(str(name), layer, pooling)
    made_from = getattr(encoder.network, "made_from", None)
    if made_from is not None and made_from.get("source") == wanted:
        return encoder  # the same weights, rounded
    told = provenance.get("weights_sha256")
    if (told and sum_of_weights(encoder.network) != told) or (not told and name != wanted):
        raise EncoderError(
            f"The encoder in {name!r} has other weights than {wanted} has on record, so its embeddings are"
            f" of another kind; give a copy of {wanted} with --encoder, or in {VARIABLE}."
        )
    return encoder


def _comes_along(wanted: str) -> bool:
    """Tell whether the package brings an encoder that was made of this one."""
    if find_spec(f"{__package__}.{SHIPPED}") is None:
        return False
    return wanted == "openai/whisper-base"


def sum_of_weights(network: Any) -> str:
    """Compute the sha256 of all weights of a network, in the order of their names."""
    digest = hashlib.sha256()
    for key, tensor in sorted(network.state_dict().items()):
        digest.update(key.encode() + tensor.numpy().tobytes())
    return digest.hexdigest()
