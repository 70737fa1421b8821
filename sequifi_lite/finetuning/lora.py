"""Adapters of low rank in the place of the encoder's own weights, through peft."""

from __future__ import annotations

import copy

import torch

from ..errors import SequifiError
from .classifier import SpeechClassifier

ATTENTION = ("q_proj", "v_proj")
#: WavLM's attention reads its weights past the adapters, so they stand in the layers behind it.
INSTEAD = {"wavlm": ("intermediate_dense", "output_dense")}


def add_lora(
    model: SpeechClassifier,
    rank: int = 8,
    alpha: float = 16.0,
    blocks: int | None = None,
    targets: tuple[str, ...] | None = None,
    seed: int = 0,
) -> SpeechClassifier:
    """Copy a model, its encoder frozen, with trainable adapters in the last blocks.

    W x becomes W x + (alpha / rank) B A x. B is zero at first, so the copy says what the model says. The head
    is trained as before.

    Parameters
    ----------
    rank : int
        Rows of A (rank, inputs), drawn evenly from an interval, as peft does; columns of B (outputs, rank).
    alpha : float
    blocks : int, optional
        Adapters in so many of the last blocks; in all that the clips pass through, unless given.
    targets : tuple of str, optional
        Names of the linear layers of a block. The projections of queries and values, unless given; in WavLM
        the two layers behind the attention.
    seed : int

    Raises
    ------
    SequifiError
        If peft is not installed, or there are no such blocks or layers.

    Reference: Hu et al. 2021, LoRA (arXiv 2106.09685), section 4.1.
    """
    try:
        from peft import LoraConfig, inject_adapter_in_model
    except ImportError:
        raise SequifiError(
            "LoRA needs the package peft; install it with `pip install 'sequifi_lite[finetune]'`."
        ) from None
    depth = len(model.network.blocks) - model.start
    blocks = depth if blocks is None else blocks
    if not 1 <= blocks <= depth or rank < 1:
        raise SequifiError(
            f"LoRA takes a rank of at least 1 and 1 to {depth} of the last blocks; got {rank} and {blocks}."
        )
    adapted = model.select([0])
    adapted.network.requires_grad_(False)
    names = list(targets or _usual_layers(adapted.network.blocks[0]))
    # peft declares alpha a whole number; it only divides it by the rank.
    config = LoraConfig(r=rank, lora_alpha=alpha, target_modules=names)  # pyright: ignore[reportArgumentType]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for block in adapted.network.blocks[-blocks:]:
            try:
                inject_adapter_in_model(config, block)
            except ValueError as error:
                raise SequifiError(
                    f"A block has no layers named {', '.join(names)}; choose from"
                    f" {', '.join(_linear_layers(block))}."
                ) from error
    return adapted


def _usual_layers(block: torch.nn.Module) -> tuple[str, ...]:
    """Name the layers that get adapters unless others are asked for."""
    family = type(block).__name__.lower()
    return next((names for name, names in INSTEAD.items() if name in family), ATTENTION)


def _linear_layers(block: torch.nn.Module) -> list[str]:
    """List the last names of the linear layers of a block."""
    linear = [name for name, part in block.named_modules() if isinstance(part, torch.nn.Linear)]
    return sorted({name.split(".")[-1] for name in linear})


def merge_lora(model: SpeechClassifier) -> SpeechClassifier:
    """Copy a model with its adapters added to the weights they stand beside.

    The same answers, and an ordinary encoder again. Its head alone is trained; see
    `SpeechClassifier.train_only`.
    """
    from peft.tuners.tuners_utils import BaseTunerLayer

    merged = copy.deepcopy(model)
    for name, layer in list(merged.network.named_modules()):
        if isinstance(layer, BaseTunerLayer):
            layer.merge()
            merged.network.set_submodule(name, layer.get_base_layer())
    return merged.train_only("head")
