"""Whether torchaudio can be imported here; where it cannot, libraries that ask find none.

torch for the CPU alone comes beside a torchaudio that was built for CUDA, and importing that ends in an
OSError. transformers imports it wherever it is installed, only to offer what is not used here.
"""

from __future__ import annotations

import sys
from functools import cache


@cache
def torchaudio_loads() -> bool:
    """Try to import torchaudio, once; one that fails is marked as absent for the rest of the process."""
    return why_not() == ""


@cache
def why_not() -> str:
    """Say why torchaudio cannot be imported, in its own words; "" if it can."""
    try:
        import torchaudio  # noqa: F401  # pyright: ignore[reportUnusedImport]
    except Exception as error:  # a library of another build may raise whatever its loader raises
        sys.modules["torchaudio"] = None  # pyright: ignore[reportArgumentType]  (importlib's word for absent)
        return " ".join(f"{type(error).__name__}: {error}".split())
    return ""
