"""Other ears: the same clips heard by something other than Whisper base behind block 3.

An ear is a folder of packs, one for each corpus, made by ``tools/make_ears.py`` of the same clips of four
emotions. Those whose terms allow it are shipped beside the pack; the others are looked for among the reader's
own packs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import CorpusMissing, SequifiError
from .pack import SHIPPED, user_folder
from .pack_file import provenance_of

#: What each ear is; the first is that of the book, on fewer clips.
EARS = {
    "whisper-base-3": "Whisper base, behind block 3 of 6",
    "whisper-base-6": "Whisper base, behind its last block",
    "whisper-tiny.en-2": "Whisper tiny.en, behind block 2 of 4",
    "egemaps": "eGeMAPSv02, 88 measurements of voice",
    "log-mel": "log-mel frames, mean and deviation of 80 bands",
}
REFERENCE = "whisper-base-3"
HEARD = ("cremad", "ravdess", "emodb", "mesd")  # of nEMO no audio was at hand

#: What is not shipped had these sums where the studies were run (sha256 of its embeddings).
SUMS = {
    "egemaps": {
        "cremad": "d1910c174b4499c1e2ff30d424d11469cb65301ca6e226ff97f4a5b5e3f2f795",
        "ravdess": "66f625975aa3d68e224584b618bb3c295a649495309bdd957a46da260568d101",
        "emodb": "88c1e95521fd44e20ce4dddf8429603851390eae5e92ff5ba9961cd36ff06253",
        "mesd": "294b1d563687ecfc7876995873636d06ab0c646f8bfc715c8999e4388e9feba3",
    }
}


def folder_of(ear: str) -> Path:
    """Name the folder that holds the packs of an ear.

    The reader's own, a folder of that name beside their packs, comes before the shipped one.

    Raises
    ------
    SequifiError
        If there is no such ear.
    CorpusMissing
        If its packs are not at hand.
    """
    if ear not in EARS:
        raise SequifiError(f"There is no ear {ear!r}; choose one of {', '.join(EARS)}.")
    for folder in (user_folder() / ear, SHIPPED / ear):
        if all((folder / f"{name}.parquet").is_file() for name in HEARD):
            return folder
    raise CorpusMissing(
        f"The packs of the ear {ear} are not at hand; make them of your copies of {', '.join(HEARD)} with"
        f" `python tools/make_ears.py {ear} --to {user_folder()}` in a checkout."
    )


def sums_of(ear: str) -> dict[str, str]:
    """Read the sha256 of what an ear has heard of every corpus.

    Of its packs, or, where there are none, as recorded.

    Raises
    ------
    SequifiError, CorpusMissing
        As `folder_of`, if nothing is recorded either.
    """
    try:
        folder = folder_of(ear)
    except CorpusMissing:
        if ear in SUMS:
            return SUMS[ear]
        raise
    return {name: provenance_of(folder / f"{name}.parquet", name)["embeddings_sha256"] for name in HEARD}


@contextmanager
def hearing(ear: str) -> Iterator[Path]:
    """Let `load_pack`, and all that is built on it, hear with another ear while the block runs.

    Parameters
    ----------
    ear : str
        One of `EARS`.

    Raises
    ------
    SequifiError, CorpusMissing
        As `folder_of`.

    Examples
    --------
    >>> from sequifi_lite import load_problem
    >>> from sequifi_lite.data.ears import hearing
    >>> with hearing("log-mel"):
    ...     load_problem(["mesd", "emodb"], fold=0).X.shape[1]
    160
    """
    folder, before = folder_of(ear), os.environ.get("SEQUIFI_LITE_PACKS")
    os.environ["SEQUIFI_LITE_PACKS"] = str(folder)
    try:
        yield folder
    finally:
        if before is None:
            del os.environ["SEQUIFI_LITE_PACKS"]
        else:
            os.environ["SEQUIFI_LITE_PACKS"] = before
