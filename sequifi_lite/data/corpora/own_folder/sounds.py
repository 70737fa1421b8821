"""The files themselves: headers, defects of the sound, and the same recording in several files."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from ....errors import AudioError, CorpusError
from ...audio import RATE, audio_info
from ...files import sha256
from ...progress import bar
from ...sound import RUN, SILENT, measure
from ..clip_table import identities
from ..folder import why_unreadable
from .words import nfc


def read(root: Path, files: dict[PurePosixPath, dict], decode: bool, progress: bool):
    """Read rows of the clip table, files that cannot be used, what decoding told (file -> Sound), oddities.

    Oddities (file -> what) are headers that are not to be trusted, and samples that may be of another scale.
    """
    rows, unreadable, sounds, odd = [], {}, {}, {}
    for relative, found in bar(files.items(), "recordings", progress):
        path, file = root / relative, nfc(str(relative))
        try:
            info = audio_info(path)
            if info.seconds < 400 / RATE:
                raise AudioError(
                    f"{path} lasts {info.seconds:.3f} s, less than one window of 25 ms; remove it."
                )
            if decode:
                sounds[file] = measure(path)
                if not sounds[file].finite:
                    raise AudioError(f"{path} holds samples that are not finite numbers; get it again.")
                if sounds[file].hint:
                    odd[file] = sounds[file].hint
            if info.note:
                odd[file] = f"{info.note}, and {odd[file]}" if file in odd else info.note
        except AudioError as error:
            broken_link = path.is_symlink() and not path.exists()
            unreadable[str(relative)] = (
                "is a link to a file that does not exist" if broken_link else why_unreadable(path, error)
            )
            continue
        row = {
            "file": file,
            "path": str(path),
            "duration": info.seconds,
            "sample_rate": info.rate,
            "channels": info.channels,
        }
        rows.append({**found, **row})
    names = Counter(row["file"] for row in rows)
    for row in rows:
        if names[row["file"]] > 1:
            raise CorpusError(
                f"{root} holds two files whose names look the same, {row['file']}; rename one of them."
            )
    return rows, unreadable, sounds, odd


def mark_sounds(table: pd.DataFrame, sounds: dict) -> list[str]:
    """Mark silent clips as defects; name the clipped ones."""
    silent = [file in sounds and sounds[file].span < SILENT for file in table["file"]]
    table.loc[np.array(silent, dtype=bool) & (table["defect"] == ""), "defect"] = "silent from start to end"
    return [
        file
        for file in table["file"]
        if file in sounds and sounds[file].run >= RUN and sounds[file].span >= SILENT
    ]


def mark_duplicates(table: pd.DataFrame, sounds: dict) -> None:
    """Mark all files of one recording but the first as defects.

    All are marked where they disagree about emotion or speaker. The column `twin`, of a table that has any,
    names the first file of the same recording: `defect` is a sentence for readers.
    """
    digests = [sounds[file].digest for file in table["file"]] if sounds else _digests(table.loc[:, "path"])
    names = identities(table)
    same: dict[str, list[int]] = {}
    for row, digest in enumerate(digests):
        if digest and table["defect"].iloc[row] != "silent from start to end":
            same.setdefault(digest, []).append(row)
    column = table.columns.get_loc("defect")
    twins = [rows for rows in same.values() if len(rows) > 1]
    if twins:
        first = {row: table["file"].iloc[rows[0]] for rows in twins for row in rows[1:]}
        table["twin"] = pd.Series([first.get(row) for row in range(len(table))], dtype="str")
    for rows in twins:
        emotions = table["emotion"].iloc[rows]
        speakers = table["speaker"].iloc[rows]
        people = " and ".join(sorted(speakers.dropna().unique()))
        for row in rows:
            other = rows[0] if row != rows[0] else rows[1]
            if emotions.nunique() > 1:
                contrary = next(
                    (one for one in rows if table["emotion"].iloc[one] != table["emotion"].iloc[row]), other
                )
                text = (
                    f"the same recording as {names[contrary]}, which is labelled"
                    f" {table['emotion'].iloc[contrary]}"
                )
            elif speakers.nunique() > 1:
                text = f"the same recording as {names[other]}, and they are said to be by {people}"
            elif row != rows[0]:
                text = f"the same recording as {names[other]}, which is kept"
            else:
                continue
            table.iloc[row, column] = table["defect"].iloc[row] or text


def _digests(paths: pd.Series) -> list[str]:
    """sha256 of the files that share their size with another one; the others are unique anyway."""
    sizes = [os.path.getsize(path) for path in paths]
    often = Counter(sizes)
    digests = []
    for path, size in zip(paths, sizes):
        if often[size] == 1:
            digests.append("")
            continue
        digests.append(sha256(path))
    return digests
