"""What a submission predicts: a chain of corpora, the emotions, and the test clips of every fold."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache

import pandas as pd

from ... import __version__
from ...data.emotions import FOUR
from ...data.pack import own_clips
from ...data.splits import HOLDS_OUT, folds, split
from ...errors import SequifiError, unknown

TRACKS = {
    "ravdess-emodb": ("ravdess", "emodb"),
    "cremad-emodb": ("cremad", "emodb"),
    "mesd-ravdess": ("mesd", "ravdess"),
    "chain": ("cremad", "ravdess", "emodb", "mesd"),
}
#: Releases whose folds of these corpora are those of this one; a test compares the hashes.
VERSIONS = ("0.4.0",)


@dataclass(frozen=True)
class Fold:
    """The clips of one fold.

    Attributes
    ----------
    parts : dict of corpus to dict of file to part
        ``train``, ``valid`` or ``test`` for every clip that the fold uses.
    hash : str
        sha256 of the sorted lines ``corpus/part/file``, each ended by a line feed, in UTF-8.
    """

    parts: dict[str, dict[str, str]]
    hash: str


@dataclass(frozen=True)
class Track:
    """A chain of corpora to be learnt one after another.

    Attributes
    ----------
    clips : DataFrame
        corpus, file, emotion, and the group that is resampled for intervals: speaker, for MESD word.
    """

    name: str
    corpora: tuple[str, ...]
    emotions: tuple[str, ...]
    folds: dict[str, Fold]
    clips: pd.DataFrame


def versions() -> tuple[str, ...]:
    """List the releases that a submission may have been made with."""
    return tuple(dict.fromkeys((*VERSIONS, __version__)))


@cache
def track(name: str) -> Track:
    """Load a track: of its corpora the clip tables alone, no embeddings.

    Raises
    ------
    SequifiError
        If there is no such track, or a corpus is not at hand.
    """
    if name not in TRACKS:
        raise unknown("track", name, TRACKS)
    tables, parts = [], {str(fold): {} for fold in range(5)}
    for corpus in TRACKS[name]:
        clips = own_clips(corpus)
        if clips is None:
            raise SequifiError(
                f"The track {name} needs the pack of {corpus}, which is not at hand; make it with"
                f" `sequifi-lite embed` and `sequifi-lite pack`."
            )
        for fold in range(folds(corpus)):
            rows = split(clips, fold)
            parts[str(fold)][corpus] = {
                file: part
                for part in ("train", "valid", "test")
                for file in clips["file"].iloc[getattr(rows, part)]
            }
        used = clips[clips["file"].isin(list(parts["0"][corpus]))]
        group = HOLDS_OUT[rows.scheme][0]
        tables.append(
            pd.DataFrame({key: used[key] for key in ("corpus", "file", "emotion")} | {"group": used[group]})
        )
    made = {fold: Fold(corpora, fold_hash(corpora)) for fold, corpora in parts.items()}
    return Track(name, TRACKS[name], FOUR, made, pd.concat(tables, ignore_index=True))


def fold_hash(parts: dict[str, dict[str, str]]) -> str:
    """Hash the clips of a fold with the parts they are in.

    Examples
    --------
    >>> from sequifi_lite.studies.leaderboard.tracks import fold_hash
    >>> fold_hash({"toy": {"a.wav": "train", "b.wav": "test"}})[:12]
    'eb94fbd43dac'
    """
    lines = sorted(
        f"{corpus}/{part}/{file}\n" for corpus, files in parts.items() for file, part in files.items()
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def template(name: str) -> dict:
    """Make a submission to be filled in: every test clip of every fold, its emotion empty."""
    what = track(name)
    return {
        "format": 1,
        "track": name,
        "name": "",
        "method": "",
        "authors": "",
        "sequifi_lite": __version__,
        "seeds": [0],
        "stored": {"kind": "nothing", "clips": 0, "floats": 0},
        "folds": {number: fold.hash for number, fold in what.folds.items()},
        "predictions": {
            number: {
                corpus: {file: [""] for file, part in files.items() if part == "test"}
                for corpus, files in fold.parts.items()
            }
            for number, fold in what.folds.items()
        },
    }


def written(submission: dict) -> str:
    """Write a submission with a line for each clip, so that a change of it can be read."""
    head = {key: value for key, value in submission.items() if key != "predictions"}
    lines = [json.dumps(head, indent=1, ensure_ascii=False)[:-2] + ',\n "predictions": {']
    numbers = list(submission["predictions"])
    for number, corpora in submission["predictions"].items():
        lines.append(f"  {json.dumps(number)}: {{")
        for corpus, clips in corpora.items():
            rows = [
                f"    {json.dumps(file, ensure_ascii=False)}: {json.dumps(said)}"
                for file, said in clips.items()
            ]
            end = "" if corpus == list(corpora)[-1] else ","
            lines.append(f"   {json.dumps(corpus)}: {{\n" + ",\n".join(rows) + f"\n   }}{end}")
        lines.append("  }" + ("" if number == numbers[-1] else ","))
    return "\n".join([*lines, " }", "}"]) + "\n"
