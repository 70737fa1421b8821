"""Groups of a study that are done: a table each, and a receipt beside it that says what the table was.

The name alone proves nothing: an empty file, or another group's, may lie under it. So the receipt holds the
group's key, and the digest of key, CPU seconds and table. A group is done where both are there and agree.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ..data.sealed import write_bytes


def receipt_of(path: Path) -> Path:
    """Name the receipt of a group's table."""
    return path.with_suffix(".json")


def _digest(key: str, seconds: float, table: bytes) -> str:
    return hashlib.sha256(f"{key} {seconds:.2f} ".encode() + table).hexdigest()


def keep(path: Path, table: bytes, seconds: float) -> None:
    """Write a group's table (Parquet), and then its receipt: a kill in between leaves a group to do."""
    seconds = round(seconds, 2)
    receipt = {"key": path.stem, "seconds": seconds, "sha256": _digest(path.stem, seconds, table)}
    write_bytes(path, table, "--work")
    write_bytes(receipt_of(path), (json.dumps(receipt) + "\n").encode(), "--work")


def seconds_of(path: Path) -> float | None:
    """Read the CPU seconds of a group; None where it is not done: its table and its receipt do not agree."""
    try:
        receipt = json.loads(receipt_of(path).read_text(encoding="utf-8"))
        seconds = float(receipt["seconds"])
        right = receipt["key"] == path.stem and receipt["sha256"] == _digest(
            path.stem, seconds, path.read_bytes()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return seconds if right else None


def is_damaged(path: Path) -> bool:
    """Tell whether files of a group are there, and are not what was written: they are trained again."""
    return path.exists() and receipt_of(path).exists() and seconds_of(path) is None
