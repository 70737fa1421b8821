"""One file of embeddings: the clips of a corpus, their embeddings and where these came from.

Its checksums tell a damaged file from a whole one: Parquet's own of every page, one of the embeddings in the
provenance, and one of all bytes of the file in its metadata.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import PackError, expanded
from .corpora.clip_table import COLUMNS
from .files import whole_file, written_to

KEY = b"sequifi_lite"
SUM = b"sequifi_lite_sha256"
# The file's checksum is computed with zeros in its own place, which these words mark.
MARK, ZEROS = b"sha256 of this file of embeddings: ", b"0" * 64
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


def clip_table(path: Path, name: str) -> pd.DataFrame:
    """Read the clip table of the file of one corpus and not its embeddings.

    Raises
    ------
    PackError
        If the file is damaged, or holds another corpus.
    """
    with _readable(path) as (file, data):
        check_named(path, _provenance(path, file.schema_arrow), name)
        columns = [column for column in file.schema_arrow.names if column != "embedding"]
        clips = file.read(columns=columns).to_pandas(ignore_metadata=True)
    _check_sum(path, data)
    return clips


def read_pack(path: str | Path) -> Pack:
    """Read and check one file of embeddings (see `load_pack`)."""
    path = expanded(path)
    with _readable(path) as (file, data):
        table = file.read()
        provenance = _provenance(path, table.schema)
        clips = table.drop_columns(["embedding"]).to_pandas(ignore_metadata=True)
    kind = pa.list_(pa.float16(), provenance["dim"])
    whole = {*COLUMNS, "sha256"} <= set(table.schema.names) and table.schema.field("embedding").type == kind
    if not (
        whole and len(clips) == provenance["clips"] > 0 and set(clips["corpus"]) == {provenance["corpus"]}
    ):
        raise PackError(_unlike_header(path))
    embeddings = table["embedding"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    if len(embeddings) != len(clips) * provenance["dim"]:  # a row without an embedding
        raise PackError(_unlike_header(path))
    embeddings = embeddings.reshape(-1, provenance["dim"])
    _check_finite(embeddings, clips.loc[:, "file"], path)
    _check_sum(path, data)
    if provenance["embeddings_sha256"] != sum_of_embeddings(embeddings):
        raise PackError(_unlike_header(path))
    return Pack(clips, embeddings, provenance)


def sum_of_embeddings(embeddings: np.ndarray) -> str:
    """Compute the sha256 of embeddings (n, dim), float16, row by row."""
    return hashlib.sha256(np.ascontiguousarray(embeddings, dtype="<f2").tobytes()).hexdigest()


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
    PlaceError
        If the disk is full, or the file cannot be written.
    """
    path = expanded(path)
    with written_to(path), whole_file(path) as partial:
        write_under(partial, path, clips, embeddings, provenance)


def write_under(
    partial: Path, path: Path, clips: pd.DataFrame, embeddings: np.ndarray, provenance: dict
) -> None:
    """Do the work of `write_pack` under one name, where errors call the file by another."""
    if len(clips) != len(embeddings):
        raise PackError(
            f"{path}: {len(clips)} clips but {len(embeddings)} embeddings; make the file again with"
            " `sequifi-lite embed`."
        )
    with np.errstate(over="ignore"):
        embeddings = np.ascontiguousarray(embeddings, dtype=np.float16)
    _check_finite(embeddings, clips.loc[:, "file"], path)
    column = pa.FixedSizeListArray.from_arrays(pa.array(embeddings.reshape(-1)), embeddings.shape[1])
    table = pa.Table.from_pandas(clips, preserve_index=False)
    header = json.dumps({**provenance, "embeddings_sha256": sum_of_embeddings(embeddings)}).encode()
    metadata = {KEY: header, SUM: MARK + ZEROS}
    table = table.append_column("embedding", column)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), **metadata})
    # The two bytes of a float16 compress better apart: exponents repeat, mantissas do not.
    apart = {"embedding.list.element": "BYTE_STREAM_SPLIT"}
    pq.write_table(
        table,
        partial,
        compression="zstd",
        use_dictionary=list(clips.columns),  # pyright: ignore[reportArgumentType]  (its stub has bool alone)
        column_encoding=apart,
        write_page_checksum=True,
    )
    data = partial.read_bytes()
    with open(partial, "r+b") as file:
        file.seek(data.rindex(MARK) + len(MARK))
        file.write(hashlib.sha256(data).hexdigest().encode())


def difference(one: dict, other: dict) -> tuple[str, str] | None:
    """Say in which setting the embeddings of two provenances were made unlike; None if in none.

    Files that were not made by `embed_corpus` may lack the checksum of the encoder's weights.
    """
    for key in SAME:
        if one[key] != other[key]:
            return f"{key} {one[key]}", str(other[key])
    weights = one.get("weights_sha256"), other.get("weights_sha256")
    if None not in weights and weights[0] != weights[1]:
        name = f"weights_sha256 {str(weights[0])[:12]} of {one['encoder']}"
        return name, f"{str(weights[1])[:12]}, other weights under the same name"
    return None


@contextlib.contextmanager
def _readable(path: Path):
    """Give a file of embeddings and its bytes, every page's checksum compared; say what is wrong with it."""
    try:
        data = path.read_bytes()
        with pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True) as file:
            yield file, data
    except PackError:
        raise
    except FileNotFoundError as error:
        raise PackError(f"{path} does not exist; make it with `sequifi-lite embed`.") from error
    except Exception as error:  # a damaged header can make the reader raise almost anything
        raise PackError(
            f"{path} is not a readable file of embeddings; make it again with `sequifi-lite embed`."
        ) from error


def provenance_of(path: Path, name: str) -> dict:
    """Read the provenance of a file, which must be whole and of the corpus `name`.

    Raises
    ------
    PackError
        If the file is damaged, or holds another corpus.
    """
    with _readable(path) as (file, data):
        provenance = _provenance(path, file.schema_arrow)
    check_named(path, provenance, name)
    _check_sum(path, data)
    return provenance


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
    if SUM not in schema.metadata:
        raise PackError(
            f"{path} is not a file of embeddings with checksums, as this version writes them; make it again"
            " with `sequifi-lite embed`."
        )
    return kept


def _check_sum(path: Path, data: bytes) -> None:
    """Compare the file's bytes, its own checksum put back to zeros, with that checksum."""
    at = data.rfind(MARK) + len(MARK)
    digest = hashlib.sha256(data[:at] + ZEROS + data[at + len(ZEROS) :]).hexdigest()
    if data[at : at + len(ZEROS)] != digest.encode():
        raise PackError(_unlike_header(path))


def check_named(path: Path, provenance: dict, name: str) -> None:
    """Refuse a file whose name is not that of the corpus in it."""
    if provenance["corpus"] != name:
        raise PackError(
            f"{path} holds {provenance['corpus']} and not {name}; give it back its name, or make"
            f" {name}.parquet again."
        )


def _unlike_header(path: Path) -> str:
    return f"{path} does not hold what its header says; make it again with `sequifi-lite embed`."


def _check_finite(embeddings: np.ndarray, files: pd.Series, path: Path) -> None:
    # All exponent bits set is inf or NaN; on the raw bits this takes milliseconds for a whole corpus.
    bad = ((embeddings.view(np.uint16) & 0x7C00) == 0x7C00).any(axis=1)
    if bad.any():
        file = files.iloc[int(np.flatnonzero(bad)[0])]
        raise PackError(
            f"{path}: the embedding of {file} holds a value that is not a finite float16; "
            "check that clip and embed the corpus again."
        )
