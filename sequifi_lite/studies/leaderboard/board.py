"""Score submissions, rank them, and say which were made again here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...data.files import sha256
from ...errors import SequifiError
from ...evaluation.statistics import bootstrap_uar, by_group, with_intervals
from .submission import Submission, read

RERUNS = "reruns.json"


def scores(submission: Submission) -> dict[str, float]:
    """Score a submission anew from its predictions; shares, each with a 95 % interval over speakers.

    Returns
    -------
    dict
        ``uar``, the mean over corpora after the last was learnt, ``uar_low`` and ``uar_high``; and the same
        of every corpus under its name. Each clip is tested in one fold; the predictions of all folds are
        pooled, scores are averaged over seeds, and words are resampled where who speaks is not known (MESD).
    """
    what, tables = submission.track, {}
    for corpus, predicted in submission.predicted.items():
        clips = what.clips[what.clips["corpus"] == corpus]
        truth = np.array([what.emotions.index(emotion) for emotion in clips["emotion"]])
        groups = np.asarray(clips["group"], dtype=str)
        tables[corpus] = by_group(truth, predicted, groups, len(what.emotions))
    draws = {"uar": bootstrap_uar(list(tables.values()))}
    return with_intervals(draws | {corpus: bootstrap_uar([table]) for corpus, table in tables.items()})


@dataclass(frozen=True)
class Entry:
    """A submission with its scores, and whether its predictions were made again here."""

    file: str
    submission: Submission
    scores: dict[str, float]
    rerun: bool


def entries(folder: Path) -> list[Entry]:
    """Read all submissions of a board, the best of each track first.

    Parameters
    ----------
    folder : Path
        With ``submissions/*.json`` and ``reruns.json``, which tells the sha256 of each file that was made
        again here: a file that was changed since is reported, no more.

    Raises
    ------
    SequifiError
        If one of them is refused, or two have the same name or the same predictions.
    """
    again = _reruns(folder)
    made: list[Entry] = []
    for path in sorted((folder / "submissions").glob("*.json")):
        one = read(path)
        _new(one, path, made)
        made.append(Entry(path.name, one, scores(one), again.get(path.name) == sha256(path)))
    order = {name: number for number, name in enumerate(dict.fromkeys(e.submission.track.name for e in made))}
    return sorted(made, key=lambda e: (order[e.submission.track.name], -e.scores["uar"], e.file))


def _reruns(folder: Path) -> dict[str, str]:
    try:
        return json.loads((folder / RERUNS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SequifiError(
            f"{folder / RERUNS} cannot be read ({error}); bring it back as it was, or make it again with"
            " tools/make_entries.py."
        ) from error


def _new(one: Submission, path: Path, others: list[Entry]) -> None:
    for other in others:
        if other.submission.track.name != one.track.name:
            continue
        if other.submission.told["name"] == one.told["name"]:
            raise SequifiError(
                f"{path} is refused: the name {one.told['name']!r} is taken by {other.file}; choose another."
            )
        if other.submission.digest == one.digest:
            raise SequifiError(
                f"{path} is refused: its predictions are those of {other.file}, clip by clip; submit what"
                " is new."
            )


def check(path: Path, folder: Path | None = None) -> tuple[Entry, int, int]:
    """Check a submission and find its rank among those of a board.

    Returns
    -------
    (Entry, int, int)
        Its rank from 1, those of the same score sharing it, and how many there are with it.
    """
    one = read(path)
    listed = [] if folder is None else entries(folder)
    others = [e for e in listed if e.submission.track.name == one.track.name and e.file != path.name]
    _new(one, path, others)
    mine = Entry(path.name, one, scores(one), any(e.file == path.name and e.rerun for e in listed))
    better = sum(e.scores["uar"] > mine.scores["uar"] for e in others)
    return mine, better + 1, len(others) + 1
