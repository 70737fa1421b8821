"""A list of clips of any length, in Parquet files, and how it is cut into shards.

Nothing here grows with the list but what stands in its footers: the numbers of rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.util import hash_array

from ..errors import CorpusError, expanded

NAME, SOUND = "file", "audio"
AT_ONCE = 20_000_000  # names whose hashes are compared together: 320 MB where they are sorted


@dataclass(frozen=True)
class Shard:
    """Rows of one file of a list that are embedded together.

    Attributes
    ----------
    number : int, of all shards
    file : Path, of the list
    first, rows : int, the first row in that file, and how many
    row : int, the first row in the whole list
    """

    number: int
    file: Path
    first: int
    rows: int
    row: int


class ClipList:
    """Clips to be embedded: a Parquet file, or a folder of them, a row for each clip.

    Parameters
    ----------
    path : str or Path
        Column ``file`` names the clip and, without a column ``audio``, where its sound lies. ``audio`` holds
        the sound itself, as bytes or as `datasets` writes it: a struct of ``bytes`` and ``path``; the path
        stands for ``file`` where that is missing. All other columns are handed on.

    Raises
    ------
    CorpusError
        If it cannot be read, has neither column, or its files have different columns.
    """

    def __init__(self, path: str | Path):
        self.path = path = expanded(path)
        self.files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
        if not path.exists() or not self.files:
            raise CorpusError(
                f"There is no list of clips at {path}; give a Parquet file, or a folder of them, with a"
                f" column {NAME} (pandas: table.to_parquet('list.parquet'))."
            )
        footers = [self._footer(file) for file in self.files]
        self.counts = [
            [footer.row_group(i).num_rows for i in range(footer.num_row_groups)] for footer in footers
        ]
        self.rows = sum(map(sum, self.counts))
        self.schema = self._schema([footer.schema.to_arrow_schema() for footer in footers])
        if not self.rows:
            raise CorpusError(f"{path} has no rows; list at least one clip.")
        digest = hashlib.sha256()
        for file, footer in zip(self.files, footers, strict=True):
            told = file.relative_to(path.parent).as_posix(), file.stat().st_size, footer.to_dict()
            digest.update(repr(told).encode())
        self.sha256 = digest.hexdigest()

    def _footer(self, file: Path) -> pq.FileMetaData:
        try:
            return pq.read_metadata(file)
        except (OSError, pa.ArrowException) as error:
            raise CorpusError(
                f"{file} is not a readable Parquet file; make it again, for example of a csv with"
                " pandas.read_csv('list.csv').to_parquet('list.parquet')."
            ) from error

    def _schema(self, schemas: Sequence[pa.Schema]) -> pa.Schema:
        first = schemas[0].remove_metadata()
        for file, schema in zip(self.files, schemas, strict=True):
            if not schema.remove_metadata().equals(first):
                raise CorpusError(
                    f"{file} has other columns than {self.files[0]}; write all files of the list with the"
                    " same names and types."
                )
        sound = first.field(SOUND).type if SOUND in first.names else pa.null()
        inner = {sound.field(i).name for i in range(sound.num_fields)}
        if SOUND in first.names and "bytes" not in inner and not _is_bytes(sound):
            raise CorpusError(
                f"Column {SOUND} of {self.path} is {sound}; it has to hold bytes, or a struct of bytes and"
                " path."
            )
        if NAME not in first.names and "path" not in inner:
            raise CorpusError(
                f"{self.path} has no column {NAME} (its columns: {', '.join(first.names)}); name the column"
                f" of the clips' paths {NAME}."
            )
        return first

    @cached_property
    def needs(self) -> list[str]:
        """Columns that name clips."""
        return [NAME] if NAME in self.schema.names else [SOUND]

    def shards(self, size: int) -> Iterator[Shard]:
        """Cut the list into shards of at most `size` clips, at the ends of row groups where there are any."""
        number = row = 0
        for file, counts in zip(self.files, self.counts, strict=True):
            for first, rows in cuts(counts, size):
                yield Shard(number, file, first, rows, row)
                number, row = number + 1, row + rows

    def refuse_twice(self, at_once: int = AT_ONCE) -> None:
        """Refuse a list that names a clip twice, or not at all.

        Names are compared by hashes of 64 bits, a share of them at a time, so that memory does not grow with
        the list; those of equal hashes are compared themselves.

        Raises
        ------
        CorpusError
            It names one.
        """
        passes = -(-self.rows // at_once)
        for number in range(passes):
            parts = []
            for batch in self._names():
                hashes = _hashes(batch)
                parts.append(hashes[hashes % passes == number])
            hashes = np.sort(np.concatenate(parts))
            again = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
            if len(again):
                self._refuse_equal(again)

    def _names(self) -> Iterator[np.ndarray]:
        for file in self.files:
            for batch in pq.ParquetFile(file).iter_batches(65_536, columns=self.needs):
                names = names_of(batch).to_numpy(zero_copy_only=False)
                if not all(names):
                    raise CorpusError(f"{file} has a row without a name of its clip; fill in column {NAME}.")
                yield names

    def _refuse_equal(self, hashes: np.ndarray) -> None:
        seen: set[str] = set()
        for batch in self._names():
            for name in batch[np.isin(_hashes(batch), hashes)]:
                if name in seen:
                    raise CorpusError(f"{self.path} names {name} more than once; list each clip once.")
                seen.add(name)


def names_of(batch: pa.RecordBatch) -> pa.Array:
    """Read the names of clips of some rows of a list."""
    own = NAME in batch.schema.names
    column = batch.column(NAME) if own else _part(batch.column(SOUND), "path")
    return column.cast(pa.large_string())


def sounds_of(batch: pa.RecordBatch) -> list[bytes | None]:
    """Read the sound of some rows where the list holds it; else None for each."""
    if SOUND not in batch.schema.names:
        return [None] * len(batch)
    column = batch.column(SOUND)
    return (column if _is_bytes(column.type) else _part(column, "bytes")).to_pylist()


def cuts(counts: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """Cut a file with row groups of these numbers of rows: the first row of each cut, and how many it has.

    Examples
    --------
    >>> from sequifi_lite.data.clip_list import cuts
    >>> list(cuts([3, 3, 10], 6))
    [(0, 6), (6, 6), (12, 4)]
    """
    start = held = 0
    for count in counts:
        if held and held + count > size:
            yield start, held
            start, held = start + held, 0
        while count > size:
            yield start, size
            start, count = start + size, count - size
        held += count
    if held:
        yield start, held


def rows_of(shard: Shard, columns: Sequence[str], at_once: int) -> Iterator[pa.RecordBatch]:
    """Read a shard's rows, so many at a time."""
    with pq.ParquetFile(shard.file) as file:
        ends = np.cumsum([file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)])
        low = int(np.searchsorted(ends, shard.first, side="right"))
        high = int(np.searchsorted(ends, shard.first + shard.rows, side="left"))
        at = int(ends[low - 1]) if low else 0
        for batch in file.iter_batches(at_once, row_groups=range(low, high + 1), columns=list(columns)):
            begin, end = max(shard.first - at, 0), min(shard.first + shard.rows - at, len(batch))
            at += len(batch)
            if begin < end:
                yield batch.slice(begin, end - begin)


def _hashes(names: np.ndarray) -> np.ndarray:
    """Compute 64 bits of each name, the same ones in every process."""
    return hash_array(names, categorize=False)  # pyright: ignore[reportCallIssue]  (its stub says object)


def _part(column: pa.Array, name: str) -> pa.Array:
    """Take a part of a column of structs; null where the struct is."""
    return column.flatten()[column.type.get_field_index(name)]


def _is_bytes(kind: pa.DataType) -> bool:
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
