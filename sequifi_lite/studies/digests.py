"""Digests of results: the provenance tells the sha256 of every file beside it, and of itself.

So a truncated table, cells with a changed bit and a provenance that was edited are told when they are read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from ..data.files import write_text
from ..errors import SequifiError

PROVENANCE = "provenance.json"


def digest(file: str, content: bytes) -> str:
    """Hash the content of a file; how its lines end does not count where it is text."""
    text = not file.endswith(".parquet")
    return hashlib.sha256(content.replace(b"\r\n", b"\n") if text else content).hexdigest()


def _own(provenance: Mapping) -> str:
    rest = {name: value for name, value in provenance.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(rest).encode()).hexdigest()


def sealed(provenance: Mapping, files: Mapping[str, bytes]) -> dict:
    """Add to a provenance the digests of the files beside it, and its own.

    Parameters
    ----------
    provenance : mapping
        Digests in it are replaced.
    files : mapping of str to bytes
        By name, as ``table.csv``.
    """
    rest = {name: value for name, value in provenance.items() if name not in ("files", "sha256")}
    rest["files"] = {file: digest(file, content) for file, content in sorted(files.items())}
    return rest | {"sha256": _own(rest)}


def seal(folder: Path) -> bool:
    """Write the digests of a folder of results anew, and say whether they have changed."""
    path = Path(folder) / PROVENANCE
    before = json.loads(path.read_text(encoding="utf-8"))
    files = {
        file.name: file.read_bytes() for end in ("csv", "parquet") for file in path.parent.glob(f"*.{end}")
    }
    after = sealed(before, files)
    if after != before:
        write_text(path, json.dumps(after, indent=1) + "\n")
    return after != before


def _damaged(path: Path, why: str) -> SequifiError:
    return SequifiError(
        f"{path} is damaged or was edited: {why}; bring it back as it was shipped, or measure it again with"
        f" `sequifi-lite study run {path.parent.name}`."
    )


def read_provenance(folder: Path) -> dict:
    """Read the provenance of a folder of results.

    Raises
    ------
    SequifiError
        If it is missing or not what was written.
    """
    path = Path(folder) / PROVENANCE
    try:
        provenance = json.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise _damaged(path, f"it cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise _damaged(path, "it is no JSON") from error
    if not isinstance(provenance, dict) or provenance.get("sha256") != _own(provenance):
        raise _damaged(path, "its sha256 is another")
    return provenance


def read_checked(path: Path) -> bytes:
    """Read a file of results, if it is what the provenance beside it tells of.

    Raises
    ------
    SequifiError
        If it is not, or the provenance is damaged.
    """
    told = read_provenance(path.parent)["files"].get(path.name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _damaged(path, f"it cannot be read ({error.strerror})") from error
    if told != digest(path.name, content):
        raise _damaged(path, f"its sha256 is not the one that {PROVENANCE} beside it tells")
    return content
