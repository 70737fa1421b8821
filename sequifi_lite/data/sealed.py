"""Files that carry the digest of what they hold, so that a changed bit is told and never used.

Tensors have it in the metadata of their safetensors file; any other file has it behind its last byte, where
readers that know the length of their content do not look.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from ..errors import SequifiError
from .files import whole_file, written_to

SETTINGS, DIGEST = "sequifi_lite", "sha256"
LENGTH = hashlib.sha256().digest_size


def write_bytes(path: str | Path, content: bytes, option: str = "") -> None:
    """Write a whole file or nothing; a `PlaceError` that names `option` where that cannot be."""
    with written_to(path, option), whole_file(path) as partial:
        partial.write_bytes(content)


def digest_of(tensors: Mapping[str, torch.Tensor], settings: str) -> str:
    """Hash settings, and the names, types, shapes and bytes of tensors."""
    digest = hashlib.sha256(settings.encode())
    for name in sorted(tensors):
        value = tensors[name].detach().cpu().contiguous()
        digest.update(f"{name} {value.dtype} {tuple(value.shape)}".encode())
        digest.update(value.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def save_tensors(
    path: str | Path, tensors: Mapping[str, torch.Tensor], settings: object, option: str = ""
) -> None:
    """Write tensors as safetensors, with settings as JSON and the digest of both in the metadata.

    Raises
    ------
    PlaceError
        If there is no room, or the place is forbidden.
    """
    told = json.dumps(settings)
    whole = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    write_bytes(path, save(whole, {SETTINGS: told, DIGEST: digest_of(whole, told)}), option)


def load_tensors(path: str | Path, kind: str, advice: str) -> tuple[dict[str, torch.Tensor], Any]:
    """Read what `save_tensors` has written: the tensors, and the settings.

    Raises
    ------
    SequifiError
        If the file is damaged, is no `kind` of this package, or carries no digest; `advice` says what to do.
    """
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}
    except (SafetensorError, OSError, ValueError) as error:
        raise SequifiError(f"{path} is damaged or no safetensors file; {advice}.") from error
    if SETTINGS not in metadata or DIGEST not in metadata:
        raise SequifiError(f"{path} holds no {kind} of this package, with a digest; {advice}.")
    if metadata[DIGEST] != digest_of(tensors, metadata[SETTINGS]):
        raise SequifiError(f"{path} is damaged: it does not hold what its sha256 was taken of; {advice}.")
    try:
        return tensors, json.loads(metadata[SETTINGS])
    except ValueError as error:
        raise SequifiError(f"{path} holds no {kind} of this package; {advice}.") from error


def _digest_of_file(path: Path, name: str, length: int) -> bytes:
    digest = hashlib.sha256(name.encode())
    with path.open("rb") as file:
        while length > 0 and (block := file.read(min(length, 2**20))):
            digest.update(block)
            length -= len(block)
    return digest.digest()


def seal(path: Path, name: str) -> None:
    """Append the digest of a file's bytes and of the name that it is to have."""
    digest = _digest_of_file(path, name, path.stat().st_size)
    with path.open("ab") as file:
        file.write(digest)


def is_sealed(path: Path, name: str) -> bool:
    """Tell whether a file is what `seal` has been given, under the same name."""
    length = path.stat().st_size - LENGTH
    if length < 0:
        return False
    with path.open("rb") as file:
        file.seek(length)
        told = file.read()
    return told == _digest_of_file(path, name, length)
