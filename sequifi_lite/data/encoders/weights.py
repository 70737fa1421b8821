"""Pretrained weights, without the report on blocks cut off, but strict about what is missing."""

from __future__ import annotations

from contextlib import contextmanager

import torch

from ...errors import EncoderError


def _load(cls, name, **arguments):
    """from_pretrained in float32, without its report on the blocks cut off, but strict about weights that are
    missing.
    """
    with _quiet():
        model, info = cls.from_pretrained(name, dtype=torch.float32, output_loading_info=True, **arguments)
    # The position convolution's weight norm is stored under two spellings; transformers maps them itself.
    missing = sorted(key for key in info["missing_keys"] if "masked_spec_embed" not in key)
    if missing or info["mismatched_keys"]:
        raise EncoderError(
            f"The weights in {name!r} lack {(missing or sorted(info['mismatched_keys']))[0]}; get the encoder"
            " again."
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
