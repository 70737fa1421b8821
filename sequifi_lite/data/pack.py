"""Embeddings of whole corpora, computed once: making them, keeping them with their provenance, loading them.

One Parquet file holds one corpus: the clip table, the source file's sha256, and the embedding of every clip
as float16. Its schema metadata carries the provenance as JSON, the licence included. Nothing in it is
pickled.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import platformdirs
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import CorpusMissing, PackError, check_writable
from .corpora import CORPORA
from .corpora.clip_table import COLUMNS
from .corpora.own_folder.scan import check_name
from .files import whole_file

SHIPPED = Path(__file__).parent / "embeddings"
KEY = b"sequifi_lite"
SAME = ("encoder", "layer", "pooling", "dim")  # what must agree before two corpora may be compared


@dataclass(frozen=True)
class Pack:
    """One corpus as embeddings.

    Attributes
    ----------
    clips : DataFrame
        One row per published clip, defects included (column ``defect``).
    embeddings : ndarray of float16, shape (clips, dim)
        In the same row order.
    provenance : dict
        Encoder, layer, pooling, versions, licence, checksum of the sources, date, command.
    """

    clips: pd.DataFrame
    embeddings: np.ndarray
    provenance: dict


def user_folder() -> Path:
    """Find the folder where packs made by the reader live.

    The folder that the variable SEQUIFI_LITE_PACKS names, else one for data of yours.
    """
    if os.environ.get("SEQUIFI_LITE_PACKS"):
        return Path(os.environ["SEQUIFI_LITE_PACKS"])
    return Path(platformdirs.user_data_dir("sequifi_lite", appauthor=False)) / "packs"


def packs() -> pd.DataFrame:
    """List what `load_pack` can load.

    Returns
    -------
    DataFrame, one row per corpus
        Number of clips, encoder, layer, pooling, dim (inputs), licence, date and file; no file where there
        are no embeddings at hand.

    Examples
    --------
    >>> from sequifi_lite import packs
    >>> packs().loc[["mesd", "emodb"], "clips"].to_dict()
    {'mesd': 856, 'emodb': 535}
    """
    rows = []
    own = sorted(path.stem for path in user_folder().glob("*.parquet") if path.stem not in CORPORA)
    for name in (*CORPORA, *own):
        path = _find(name)
        if path is None:
            rows.append({"corpus": name, "clips": 0, "file": None})
            continue
        try:
            kept = _provenance(path, _schema(path))
        except PackError:
            rows.append({"corpus": name, "clips": 0, "file": f"damaged: {path}"})
            continue
        rows.append(
            {
                "corpus": name,
                "clips": kept["clips"],
                **{k: kept[k] for k in (*SAME, "licence", "date")},
                "file": str(path),
            }
        )
    columns = ["corpus", "clips", *SAME, "licence", "date", "file"]
    return pd.DataFrame(rows, columns=columns).set_index("corpus").astype({"layer": "Int64", "dim": "Int64"})


def load_pack(name: str) -> Pack:
    """Load the embeddings of a corpus: the reader's own if made, else those shipped with the package.

    Parameters
    ----------
    name : str
        One of ``packs().index``.

    Returns
    -------
    Pack
        ``clips``, a table of n rows; ``embeddings`` (n, dim), float16; ``provenance``.

    Raises
    ------
    CorpusMissing
        If there are none; the message names the command that makes them.
    PackError
        If the file is damaged.

    Examples
    --------
    >>> from sequifi_lite import load_pack
    >>> pack = load_pack("emodb")
    >>> pack.embeddings.shape
    (535, 1024)
    >>> pack.clips["emotion"].value_counts().head(2).to_dict()
    {'anger': 127, 'boredom': 81}
    """
    path = _find(name)
    if path is None and name not in CORPORA:
        raise CorpusMissing(
            f"There is no corpus {name!r}; choose one of {', '.join(packs().index)}, or make {name} of your"
            " own recordings with `sequifi-lite embed` and `sequifi-lite pack` (notebook 23)."
        )
    if path is None:
        raise CorpusMissing(
            f"No embeddings of {name} are at hand; make them from your copy of the corpus with "
            f"`sequifi-lite embed FOLDER --corpus {name}` and then `sequifi-lite pack {name}.parquet`."
        )
    return read_pack(path)


def own_clips(name: str) -> pd.DataFrame | None:
    """Load the clip table of a reader's corpus without its embeddings; None if there is no such corpus."""
    path = _find(name)
    if path is None:
        return None
    columns = [column for column in _schema(path).names if column != "embedding"]
    return pq.read_table(path, columns=columns).to_pandas()


def read_pack(path: str | Path) -> Pack:
    """Read and check one file of embeddings (see `load_pack`)."""
    path = Path(path)
    try:
        table = pq.read_table(path)
    except FileNotFoundError as error:
        raise PackError(f"{path} does not exist; make it with `sequifi-lite embed`.") from error
    except (pa.ArrowException, OSError) as error:
        raise PackError(
            f"{path} is not a readable file of embeddings; make it again with `sequifi-lite embed`."
        ) from error
    provenance = _provenance(path, table.schema)
    kind = pa.list_(pa.float16(), provenance["dim"])
    whole = {*COLUMNS, "sha256"} <= set(table.schema.names) and table.schema.field("embedding").type == kind
    clips = table.drop_columns(["embedding"]).to_pandas()
    if not (
        whole and len(clips) == provenance["clips"] > 0 and set(clips["corpus"]) == {provenance["corpus"]}
    ):
        raise PackError(
            f"{path} does not hold what its header says; make it again with `sequifi-lite embed`."
        )
    embeddings = table["embedding"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    embeddings = embeddings.reshape(-1, provenance["dim"])
    _check_finite(embeddings, clips["file"], path)
    return Pack(clips, embeddings, provenance)


def write_pack(path: str | Path, clips: pd.DataFrame, embeddings: np.ndarray, provenance: dict) -> None:
    """Write one corpus; the file appears complete or not at all.

    Parameters
    ----------
    clips : DataFrame, n rows
    embeddings : ndarray, shape (n, dim)
        Stored as float16.

    Raises
    ------
    PackError
        If the row numbers differ or a value is not finite as float16.
    """
    path = Path(path)
    if len(clips) != len(embeddings):
        raise PackError(
            f"{path}: {len(clips)} clips but {len(embeddings)} embeddings; make the file again with"
            " `sequifi-lite embed`."
        )
    with np.errstate(over="ignore"):
        embeddings = np.ascontiguousarray(embeddings, dtype=np.float16)
    _check_finite(embeddings, clips["file"], path)
    column = pa.FixedSizeListArray.from_arrays(pa.array(embeddings.reshape(-1)), embeddings.shape[1])
    table = pa.Table.from_pandas(clips, preserve_index=False).append_column("embedding", column)
    table = table.replace_schema_metadata(
        {**(table.schema.metadata or {}), KEY: json.dumps(provenance).encode()}
    )
    # The two bytes of a float16 compress better apart: exponents repeat, mantissas do not.
    apart = {"embedding.list.element": "BYTE_STREAM_SPLIT"}
    with whole_file(path) as partial:
        pq.write_table(
            table, partial, compression="zstd", use_dictionary=list(clips.columns), column_encoding=apart
        )


def install(paths: list[str | Path], to: str | Path | None = None) -> list[Path]:
    """Check files of `embed_corpus` against each other and the shipped pack; put them where they are found.

    Raises
    ------
    PackError
        If a file is damaged, holds an unknown corpus, was made with another encoder, layer or pooling, or
        holds the same corpus as another. Nothing is copied then.
    """
    folder = Path(to) if to is not None else user_folder()
    read = [(Path(path), read_pack(path)) for path in paths]
    beside = SHIPPED if to is None else folder  # the reader's corpora join these
    reference = [
        (f"the {'shipped ' if to is None else ''}{path.stem}", _provenance(path, _schema(path)))
        for path in sorted(beside.glob("*.parquet"))[:1]
    ]
    reference += [(str(path), pack.provenance) for path, pack in read]
    names = [pack.provenance["corpus"] for _, pack in read]
    for (path, _), name in zip(read, names):
        if names.count(name) > 1:
            raise PackError(
                f"{path} holds {name}, and so does another file given; give one file for each corpus."
            )
    for path, pack in read:
        if pack.provenance["corpus"] not in CORPORA:
            check_name(pack.provenance["corpus"])
        for key in SAME:
            if pack.provenance[key] != reference[0][1][key]:
                raise PackError(
                    f"{path} was made with {key} {pack.provenance[key]} but {reference[0][0]} with"
                    f" {reference[0][1][key]}; embed it again with the same settings, or keep it apart with"
                    " `--to FOLDER`."
                )
    for name in names:
        check_writable(folder / f"{name}.parquet", "--to")
    targets = []
    for _, pack in read:
        target = folder / f"{pack.provenance['corpus']}.parquet"
        write_pack(target, pack.clips, pack.embeddings, pack.provenance)
        targets.append(target)
    return targets


def _find(name: str) -> Path | None:
    if not re.fullmatch("[a-z][a-z0-9_-]*", name):  # a name is no path
        return None
    for folder in (user_folder(), SHIPPED):
        path = folder / f"{name}.parquet"
        if path.is_file():
            return path
    return None


def _schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise PackError(
            f"{path} is not a readable file of embeddings; delete it, or make it again."
        ) from error


def _provenance(path: Path, schema: pa.Schema) -> dict:
    try:
        kept = json.loads((schema.metadata or {})[KEY])
        whole = {*SAME, "corpus", "clips", "licence", "date"} <= kept.keys() and isinstance(kept["dim"], int)
    except (KeyError, ValueError, AttributeError):
        whole = False
    if not whole or "embedding" not in schema.names:
        raise PackError(
            f"{path} is not a file of embeddings made by this package; make it with `sequifi-lite embed`."
        )
    return kept


def _check_finite(embeddings: np.ndarray, files: pd.Series, path: Path) -> None:
    # All exponent bits set is inf or NaN; on the raw bits this takes milliseconds for a whole corpus.
    bad = ((embeddings.view(np.uint16) & 0x7C00) == 0x7C00).any(axis=1)
    if bad.any():
        file = files.iloc[int(np.flatnonzero(bad)[0])]
        raise PackError(
            f"{path}: the embedding of {file} holds a value that is not a finite float16; "
            "check that clip and embed the corpus again."
        )
