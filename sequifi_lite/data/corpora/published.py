"""What is known of the corpora as they were published: official files, lengths, and what a name tells."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path, PurePosixPath

from ...errors import CorpusError
from . import CORPORA

FILES = Path(__file__).parent / "files"  # one list for each corpus, by tools/make_manifests.py
TOLERANCE = 0.1  # seconds; padding by a compressed format stays below, cutting or stretching does not


def corpus(name: str):
    """Find the module that holds a corpus's facts and grammar.

    Raises
    ------
    CorpusError
        If there is no corpus of that name.
    """
    if name not in CORPORA:
        raise CorpusError(f"There is no corpus called {name!r}; choose one of {', '.join(CORPORA)}.")
    return CORPORA[name]


@cache
def published(name: str) -> dict[str, float | None]:
    """List the official files of a corpus and their lengths in seconds (None where unknown).

    From a list shipped with the package.

    Raises
    ------
    CorpusError
        If there is no such corpus, or its list is cut short or damaged.
    """
    path, module = FILES / f"{name}.csv", corpus(name)
    try:
        with open(path, encoding="utf-8", newline="") as file:
            lines = file.read().splitlines(keepends=True)
        rows = list(csv.DictReader(lines, strict=True))
        lengths = {row["file"]: float(row["seconds"]) if row["seconds"] else None for row in rows}
        number = module.PUBLISHED - len(module.NOT_IN_DOWNLOAD)
        whole = len(lengths) == len(rows) == number and lines[-1].endswith("\n")
        whole &= all(seconds is None or 0 < seconds < 3600 for seconds in lengths.values())
        whole &= all(module.parse(PurePosixPath(file).stem)["file"] == file for file in lengths)
        whole &= all(list(row) == ["file", "seconds"] and None not in row.values() for row in rows)
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        whole = False
    if not whole:
        raise CorpusError(
            f"{path}, the list of {module.TITLE}'s files, is damaged; install sequifi_lite again."
        )
    return lengths


def describe(name: str, stem: str) -> dict | None:
    """Read off a file name the columns that it alone decides; None if it is not a name of this corpus.

    Parameters
    ----------
    name : str
        Corpus.
    stem : str
        File name without folder and suffix.
    """
    module = corpus(name)
    fields = module.parse(stem)
    if fields is None:
        return None
    return {
        **fields,
        "corpus": name,
        "language": module.LANGUAGE,
        "emotion": module.LABELS[fields["label"]],
        "defect": module.DEFECTS.get(stem, ""),
    }


def described(name: str, stem: str) -> dict:
    """Describe an official file, whose name fits its corpus."""
    fields = describe(name, stem)
    assert fields is not None
    return fields


def published_fields(name: str) -> list[dict]:
    """Describe every official file of a corpus, in the order of `published`."""
    return [described(name, PurePosixPath(file).stem) for file in published(name)]


def published_stereo(name: str) -> set[str]:
    """List the official files of a corpus that have more than one channel."""
    return {described(name, stem)["file"] for stem in CORPORA[name].STEREO}


def stranger(name: str, stem: str) -> str:
    """Say what a file is whose name does not fit a corpus."""
    set_aside = getattr(corpus(name), "set_aside", None)  # some corpora hold more than their speech
    if set_aside and (reason := set_aside(stem)):
        return reason
    for other, module in CORPORA.items():
        if other != name and module.parse(stem):
            return f"a name of {module.TITLE}"
    return f"no name of {CORPORA[name].TITLE}"


def likeliest(stems: list[str]) -> tuple[str | None, int]:
    """Find the corpus that most names fit, and how many; None if none fits."""
    fits = {name: sum(module.parse(stem) is not None for stem in stems) for name, module in CORPORA.items()}
    best = max(fits, key=lambda name: fits[name])
    return (best, fits[best]) if fits[best] else (None, 0)
