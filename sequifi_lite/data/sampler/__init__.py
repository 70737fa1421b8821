"""Some real clips to hear: the only recordings that come with the package, each under its corpus's licence.

`clips.csv` says of every clip which published file it is, who speaks, under which terms it stands and what it
is for; `neighbours.csv` which clips are most alike at each depth of the encoder. `tools/make_sampler.py`
writes all of it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from ...errors import PackError

FOLDER = Path(__file__).parent
#: What a clip is in the sampler for: a blind quiz, the same sentence in four moods, one recording that was
#: published under two labels.
USES = ("quiz", "moods", "twice")


def load_sampler() -> pd.DataFrame:
    """Load the table of the clips that can be heard, after a look at every file's checksum.

    Returns
    -------
    DataFrame, one row per clip
        ``clip`` (its name here), ``path`` (a FLAC file, 16 kHz, mono), ``use`` (one of `USES`), ``corpus``,
        ``file`` (as the corpus publishes it), ``speaker`` (empty in MESD, which names none), ``gender``,
        ``emotion`` (that the actor was asked for), ``sentence``, ``words`` (that are said), ``seconds``,
        ``changed`` (against the published file), ``licence``, ``home``, checksums, and of CREMA-D how many
        listeners who heard the voice alone called it ``heard_anger`` to ``heard_sadness``.

    Raises
    ------
    PackError
        If a clip is missing or is not the one that the table names.

    Examples
    --------
    >>> from sequifi_lite.data import load_sampler
    >>> clips = load_sampler()
    >>> sorted(clips["corpus"].unique())
    ['cremad', 'mesd']
    """
    clips = pd.read_csv(FOLDER / "clips.csv", dtype={"speaker": "str"}, keep_default_na=True)
    paths = [FOLDER / f"{name}.flac" for name in clips["clip"]]
    for path, told in zip(paths, clips["sha256"]):
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != told:
            raise PackError(
                f"The sampler's clip {path} is missing or damaged; install sequifi_lite again, or run "
                "`git checkout` on the file."
            )
    clips.insert(1, "path", [str(path) for path in paths])
    return clips


def load_neighbours() -> pd.DataFrame:
    """Load which clips of the sampler are most alike at each depth of the encoder.

    Returns
    -------
    DataFrame, one row per clip, depth and rank
        ``clip``, ``depth`` (0 is what enters the first block of Whisper base, 6 what leaves the last),
        ``rank`` (1 to 3) and ``neighbour``: the clips with the largest cosine of mean and standard deviation
        over time, every number scaled over the sampler first.
    """
    return pd.read_csv(FOLDER / "neighbours.csv")
