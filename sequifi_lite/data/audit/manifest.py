"""Checksums of a folder on one day, and what became of its files since."""

from __future__ import annotations

import re
from pathlib import Path

from ...errors import SequifiError, expanded
from ..corpora.folder import audio_files
from ..files import sha256, write_text
from ..progress import bar
from .findings import Finding, concerned

_LINE = re.compile(r"(\\?)([0-9a-f]{64}) [ *](.+)")


def checksums(root: str | Path, progress: bool = False) -> dict[str, str]:
    """Compute the sha256 of every audio file below a folder, by path relative to it.

    Whatever their names, decodable or not.
    """
    root = expanded(root)
    sums = {}
    for file in bar(audio_files(root), "checksums", progress):
        sums[str(file)] = sha256(root / file)
    return sums


def write_manifest(sums: dict[str, str], path: str | Path) -> None:
    """Write checksums in the format of the `sha256sum` command, which can check them too."""
    lines = []
    for file, digest in sorted(sums.items()):
        plain = file.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
        lines.append(f"{'' if plain == file else chr(92)}{digest}  {plain}\n")
    write_text(path, "".join(lines))


def read_manifest(path: str | Path) -> dict[str, str]:
    """Read what `write_manifest` or `sha256sum` wrote.

    Raises
    ------
    SequifiError
        If there is no such file, a line is not a checksum and a name, or a file has two checksums.
    """
    path = expanded(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SequifiError(
            f"{path} cannot be read as a manifest ({error}); write one with --write-manifest."
        ) from error
    sums = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise SequifiError(
                f"Line {number} of {path} is not a sha256 sum and a file name; write the manifest anew with"
                " --write-manifest."
            )
        escaped, digest, file = match.groups()
        if escaped:
            file = re.sub(r"\\([\\nr])", lambda found: {"\\": "\\", "n": "\n", "r": "\r"}[found[1]], file)
        file = file.removeprefix("./")
        if sums.setdefault(file, digest) != digest:
            raise SequifiError(
                f"Line {number} of {path} gives {file} another sum than a line before it; write the manifest"
                " anew with --write-manifest."
            )
    if not sums:
        raise SequifiError(f"{path} is an empty manifest; write one with --write-manifest.")
    return sums


def compare(then: dict[str, str], now: dict[str, str]) -> list[Finding]:
    """Say what became of the files of a manifest: changed, gone, renamed, exchanged, added.

    Parameters
    ----------
    then, now : dict of str to str
        sha256 by path.

    Raises
    ------
    SequifiError
        If not one file of the manifest is there, under its own or another name: it belongs to another folder.
    """
    homes: dict[str, list[str]] = {}
    for file, digest in then.items():
        homes.setdefault(digest, []).append(file)
    if not any(digest in homes for digest in now.values()) and not then.keys() & now.keys():
        raise SequifiError(
            "The manifest and the folder have no file in common; give the manifest that was written for this"
            " folder."
        )
    gone, renamed, added, changed, exchanged = then.keys() - now.keys(), {}, {}, {}, {}
    for file in sorted(now):
        before = [home for home in homes.get(now[file], []) if home != file]
        if file not in then:
            left = [home for home in before if home in gone and home not in renamed]
            if left:
                renamed[left[0]] = f"is now {file}"
            else:
                added[file] = f"the bytes of {before[0]}" if before else ""
        elif now[file] != then[file]:
            if before:
                exchanged[file] = f"holds the bytes of {before[0]}"
            else:
                changed[file] = ""
    lost = dict.fromkeys(sorted(gone - renamed.keys()), "")
    return [
        *concerned("manifest: changed", "changed since the manifest was written", changed),
        *concerned(
            "manifest: exchanged", "holds another file's bytes since the manifest was written", exchanged
        ),
        *concerned("manifest: renamed", "renamed since the manifest was written", renamed),
        *concerned("manifest: gone", "gone since the manifest was written", lost),
        *concerned("manifest: added", "added since the manifest was written", added),
    ]
