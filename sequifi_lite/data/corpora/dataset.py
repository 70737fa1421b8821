"""A corpus on disk as a `datasets.Dataset`."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from ..emotions import EMOTIONS
from .clip_table import COLUMNS, NUMBERS
from .published import corpus
from .scan import scan


class CorpusWarning(UserWarning):
    """A folder is the corpus it is said to be, but not file for file; the text is the report of the scan."""


def load_corpus(name: str, root: str | Path, progress: bool = False):
    """Load a corpus on disk as a `datasets.Dataset`, one row per clip, sorted by official file name.

    Columns are those of the clip table and `audio`, which holds the path and is not decoded: give
    `row["audio"]["path"]` to `sequifi_lite.data.audio.read_audio`. `emotion` and `label` are class labels,
    `emotion` numbered alike in every corpus.

    Parameters
    ----------
    name, root, progress
        As for `scan`.

    Returns
    -------
    datasets.Dataset

    Raises
    ------
    CorpusError
        If the folder does not exist, holds no audio, holds another corpus, or holds a file that cannot be
        read.

    Warns
    -----
    CorpusWarning
        If the folder is not file for file the published corpus; the text is the report.

    Examples
    --------
    >>> import tempfile, warnings
    >>> from sequifi_lite import load_corpus
    >>> from sequifi_lite.data import write_twin
    >>> with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")  # a twin is not file for file the published corpus
    ...     twin = write_twin(f"{folder}/twin", corpora=["emodb"])  # synthetic, in miniature
    ...     corpus = load_corpus("emodb", twin["emodb"])
    >>> corpus.column_names[:6]
    ['file', 'corpus', 'language', 'speaker', 'gender', 'emotion']
    """
    import pyarrow as pa
    from datasets import Audio, ClassLabel, Dataset, Features, Value

    found = scan(name, root, progress)
    found.check()
    if not found.as_published:
        warnings.warn(found.report(), CorpusWarning, stacklevel=2)
    table = found.table
    words, labels = ClassLabel(names=list(EMOTIONS)), ClassLabel(names=list(corpus(name).LABELS))
    kinds = {column: Value(NUMBERS.get(column, "string")) for column in COLUMNS}
    features = Features(kinds | {"emotion": words, "label": labels, "audio": Audio(decode=False)})
    # A missing value must reach Arrow as null, whatever pandas uses for it.
    values: dict[str, Any] = {
        column: [None if pd.isna(value) else value for value in table[column]] for column in COLUMNS
    }
    values["emotion"] = words.str2int(values["emotion"])
    values["label"] = labels.str2int(values["label"])
    values["audio"] = [{"bytes": None, "path": path} for path in table["path"]]
    # Straight through Arrow: encoding paths as Dataset.from_dict does would ask for torchcodec, which nothing
    # here needs.
    return Dataset(pa.Table.from_pydict(values, schema=features.arrow_schema))
