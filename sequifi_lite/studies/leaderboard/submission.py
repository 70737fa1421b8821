"""Read a submission, and refuse in one sentence whatever is none, leaks, or does not fit the folds."""

from __future__ import annotations

import difflib
import hashlib
import json
import reprlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from ...errors import SequifiError, expanded
from .tracks import TRACKS, Fold, Track, track, versions

KEYS = (
    "format",
    "track",
    "name",
    "method",
    "authors",
    "sequifi_lite",
    "seeds",
    "stored",
    "folds",
    "predictions",
)
OPTIONAL = ("uar", "url", "notes")
STORED = {
    "nothing": "nothing of earlier corpora",
    "statistics": "numbers that are no clips: means, covariances, importances, old weights",
    "clips": "clips of earlier corpora, or their embeddings",
    "everything": "all earlier training clips",
}
LARGEST, LONGEST, SEEDS = 200 * 2**20, 200, 100


@dataclass(frozen=True)
class Submission:
    """A submission that was read and fits.

    Attributes
    ----------
    told : dict
        The file without its predictions.
    predicted : dict of corpus to ndarray of int (seeds, n)
        In the order of the track's clips of that corpus.
    digest : str
        sha256 of what is predicted, whatever else the file says.
    """

    track: Track
    told: dict
    predicted: dict[str, np.ndarray]
    digest: str


class _Twice(ValueError):
    """A key that stands twice."""


def read(path: str | Path) -> Submission:
    """Read a submission.

    Parameters
    ----------
    path : str or Path
        One JSON file, see `leaderboard/README.md`.

    Raises
    ------
    SequifiError
        If it is none. The sentence names the file, what is wrong in it, and what to do.
    """
    path = expanded(path)
    told = _parsed(path)
    try:
        return _checked(told)
    except SequifiError as error:
        raise SequifiError(f"{path} is refused: {error}") from error


def _parsed(path: Path) -> dict:
    def refuse(why: str, fix: str) -> NoReturn:
        raise SequifiError(f"{path} is refused: {why}; {fix}.")

    def once(pairs: list[tuple[str, Any]]) -> dict:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            raise _Twice(next(key for key in keys if keys.count(key) > 1))
        return found

    def constant(name: str) -> NoReturn:
        raise ValueError(f"it holds {name}, which is no number of JSON")

    try:
        size = path.stat().st_size
        if not path.is_file():
            refuse("it is no file", "give the JSON file of one submission")
        if size > LARGEST:
            refuse(f"it has {size / 2**20:.0f} MiB", f"a submission has at most {LARGEST // 2**20}")
        text = path.read_bytes().decode("utf-8")
        told = json.loads(text, object_pairs_hook=once, parse_constant=constant)
    except OSError as error:
        refuse(f"it cannot be read ({error.strerror or error})", "give the path of one JSON file")
    except UnicodeDecodeError:
        refuse("it is not UTF-8", "write it as JSON in UTF-8")
    except _Twice as error:
        refuse(
            f"the key {_shown(str(error))} stands twice in one object", "give every key and every clip once"
        )
    except json.JSONDecodeError as error:
        cut = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated")
        what = "it ends before the JSON does" if cut else f"it is no JSON ({error.msg})"
        refuse(f"{what}, line {error.lineno}", "write it whole, with a JSON library")
    except RecursionError:
        refuse("it is nested too deeply", "write it as leaderboard/README.md shows")
    except ValueError as error:
        digits = "digits" in str(error)
        refuse("it holds a number of thousands of digits" if digits else str(error), "write what is meant")
    if not isinstance(told, dict):
        refuse(f"it is a JSON {_kind(told)}", "write one object, as leaderboard/README.md shows")
    return told


def _kind(value: Any) -> str:
    names = {dict: "object", list: "list", str: "string", bool: "boolean", int: "number", float: "number"}
    return names.get(type(value), "null")


def _checked(told: dict) -> Submission:
    _keys(told, KEYS, OPTIONAL, "the submission")
    if type(told["format"]) is not int or told["format"] != 1:
        raise SequifiError(f"format is {_shown(told['format'])}; write 1, the only one there is.")
    for key in ("name", "method", "authors"):
        _words(key, told[key])
    for key in ("url", "notes"):
        if key in told:
            _words(key, told[key], 500)
    if not isinstance(told["track"], str) or told["track"] not in TRACKS:
        raise SequifiError(f"there is no track {_shown(told['track'])}; choose one of {', '.join(TRACKS)}.")
    if told["sequifi_lite"] not in versions():
        raise SequifiError(
            f"it says it was made with sequifi_lite {_shown(told['sequifi_lite'])}, whose folds are not"
            f" known to be these; make it with one of {', '.join(versions())}."
        )
    seeds = _seeds(told["seeds"])
    _stored(told["stored"])
    what = track(told["track"])
    _folds(told["folds"], what)
    predicted = _predictions(told["predictions"], what, seeds)
    content = json.dumps({corpus: values.tolist() for corpus, values in predicted.items()}).encode()
    head = {key: value for key, value in told.items() if key != "predictions"}
    made = Submission(what, head, predicted, hashlib.sha256(what.name.encode() + content).hexdigest())
    _claimed(told, made)
    return made


def _keys(value: dict, wanted: Iterable[str], optional: Iterable[str], where: str) -> None:
    wanted, known = tuple(wanted), (*wanted, *optional)
    if missing := [key for key in wanted if key not in value]:
        raise SequifiError(
            f"{where} lacks {', '.join(map(repr, missing))}; add what leaderboard/README.md asks for."
        )
    if strange := [key for key in value if key not in known]:
        near = _near(strange[0], known)
        fix = f"did you mean {near!r}?" if near else f"leave it out; known are {', '.join(known)}."
        raise SequifiError(f"{where} has a key {_shown(strange[0])} that is not known; {fix}")


def _words(key: str, value: Any, longest: int = LONGEST) -> None:
    if not isinstance(value, str) or not value.strip() or len(value) > longest or not value.isprintable():
        raise SequifiError(
            f"{key} is {_shown(value)}; give it in words, on one line of at most {longest} characters."
        )


def _shown(value: Any) -> str:
    """Show a value of any size and depth in a few words."""
    short = reprlib.Repr()
    short.maxstring = short.maxother = 60
    text = short.repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _near(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Find what was meant; to compare a word without end with every clip would take as long."""
    found = difflib.get_close_matches(word, known, 1, cutoff) if len(word) <= LONGEST else []
    return found[0] if found else None


def _seeds(seeds: Any) -> int:
    good = isinstance(seeds, list) and 0 < len(seeds) <= SEEDS
    if not good or any(type(seed) is not int or seed < 0 for seed in seeds) or len(set(seeds)) < len(seeds):
        raise SequifiError(
            f"seeds is {_shown(seeds)}; give a list of 1 to {SEEDS} different whole numbers from 0, as"
            " [0, 1]."
        )
    return len(seeds)


def _stored(stored: Any) -> None:
    if not isinstance(stored, dict):
        raise SequifiError(f"stored is a {_kind(stored)}; give an object with kind, clips and floats.")
    _keys(stored, ("kind", "clips", "floats"), (), "stored")
    kind = stored["kind"]
    if not isinstance(kind, str) or kind not in STORED:
        raise SequifiError(f"stored has the kind {_shown(kind)}; choose one of {', '.join(STORED)}.")
    for key in ("clips", "floats"):
        if type(stored[key]) is not int or stored[key] < 0:
            raise SequifiError(f"stored has {_shown(stored[key])} {key}; give a whole number from 0.")
    if (kind in ("clips", "everything")) != (stored["clips"] > 0):
        raise SequifiError(
            f"stored says {kind!r} and {_shown(stored['clips'])} clips; give the number of clips kept"
            " where the kind is clips or everything, and 0 elsewhere."
        )
    if kind == "nothing" and stored["floats"]:
        raise SequifiError(
            f"stored says 'nothing' and {_shown(stored['floats'])} floats; call it statistics, or give 0"
            " floats."
        )


def _folds(hashes: Any, what: Track) -> None:
    _numbered("folds", hashes, what)
    for number, fold in what.folds.items():
        if hashes[number] == fold.hash:
            continue
        others = {one.hash: f"fold {other}" for other, one in what.folds.items()}
        for name in TRACKS:
            if name != what.name:
                others |= {
                    one.hash: f"fold {other} of the track {name}" for other, one in track(name).folds.items()
                }
        whose = others.get(hashes[number]) if isinstance(hashes[number], str) else None
        seen = f"is that of {whose}" if whose else f"is {_shown(hashes[number])}"
        raise SequifiError(
            f"the hash of fold {number} {seen} and not the one of the track {what.name}, {fold.hash[:12]}...;"
            f" train on its folds (`sequifi-lite submit template {what.name}` writes them)."
        )


def _numbered(name: str, value: Any, what: Track) -> None:
    if not isinstance(value, dict):
        raise SequifiError(
            f"{name} is a {_kind(value)}; give an object with the folds {', '.join(what.folds)}."
        )
    _keys(value, what.folds, (), name)


def _predictions(predictions: Any, what: Track, seeds: int) -> dict[str, np.ndarray]:
    _numbered("predictions", predictions, what)
    said: dict[str, dict[str, list[int]]] = {corpus: {} for corpus in what.corpora}
    for number, fold in what.folds.items():
        if not isinstance(predictions[number], dict):
            raise SequifiError(
                f"fold {number} of predictions is a {_kind(predictions[number])}; give an object."
            )
        _keys(predictions[number], what.corpora, (), f"fold {number} of predictions")
        for corpus in what.corpora:
            clips = predictions[number][corpus]
            if not isinstance(clips, dict):
                raise SequifiError(
                    f"{corpus} in fold {number} is a {_kind(clips)}; give an emotion for each file."
                )
            _test_clips(clips, corpus, number, fold)
            for file, emotions in clips.items():
                said[corpus][file] = _numbers_of(
                    emotions, seeds, what, f"{file} of {corpus} in fold {number}"
                )
    out = {}
    for corpus in what.corpora:
        files = what.clips["file"][what.clips["corpus"] == corpus]
        out[corpus] = np.array([said[corpus][file] for file in files], dtype=np.int64).T
    return out


def _test_clips(clips: dict, corpus: str, number: str, fold: Fold) -> None:
    parts = fold.parts[corpus]
    words = {"train": "training", "valid": "validation"}
    for file in clips:
        if file not in parts:
            near = _near(file, parts, 0.8)
            fix = f"did you mean {near!r}?" if near else "predict the test clips of the fold, no others."
            raise SequifiError(f"there is no clip {_shown(file)} of {corpus} in fold {number}; {fix}")
        if parts[file] != "test":
            raise SequifiError(
                f"{file} of {corpus} is in the {words[parts[file]]} part of fold {number}, so predicting it"
                " there would be a leak; predict the test clips of the fold, no others."
            )
    if missing := [file for file, part in parts.items() if part == "test" and file not in clips]:
        raise SequifiError(
            f"fold {number} lacks {len(missing)} test clips of {corpus}, {missing[0]} for one; predict every"
            " test clip."
        )


def _numbers_of(emotions: Any, seeds: int, what: Track, where: str) -> list[int]:
    if not isinstance(emotions, list) or len(emotions) != seeds:
        given = f"{len(emotions)} answers" if isinstance(emotions, list) else f"a {_kind(emotions)}"
        raise SequifiError(
            f"{where} has {given}; give a list with one emotion for each of the {seeds} seeds."
        )
    for emotion in emotions:
        if not isinstance(emotion, str) or emotion not in what.emotions:
            near = _near(emotion.lower(), what.emotions) if isinstance(emotion, str) else None
            fix = f"did you mean {near!r}?" if near else f"choose one of {', '.join(what.emotions)}."
            raise SequifiError(
                f"{where} is called {_shown(emotion)}, which is no emotion of the track; {fix}"
            )
    return [what.emotions.index(emotion) for emotion in emotions]


def _claimed(told: dict, made: Submission) -> None:
    """Compare a UAR that the file says it has with the one of its predictions."""
    if "uar" not in told:
        return
    from .board import scores

    uar, claim = scores(made)["uar"], told["uar"]
    if isinstance(claim, bool) or not isinstance(claim, (int, float)) or abs(claim - uar) > 5e-4:
        raise SequifiError(
            f"it says its UAR is {_shown(claim)} and its predictions give {uar:.4f}; correct it or leave it"
            " out."
        )
