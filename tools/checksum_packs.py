"""Write files of embeddings anew with checksums, and prove that nothing else has changed.

    python tools/checksum_packs.py sequifi_lite/data/embeddings/*.parquet

For files of versions that wrote none. Rows, columns, embeddings and provenance are compared bit for bit after
the writing; a file that comes out otherwise is left as it was.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from sequifi_lite.data.pack_file import KEY, read_pack, write_pack


def parts(path: Path) -> tuple[pd.DataFrame, np.ndarray, dict]:
    """Read clip table, embeddings and provenance of a file without asking for checksums."""
    table = pq.read_table(path)
    provenance = json.loads(table.schema.metadata[KEY])
    embeddings = table["embedding"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    return (
        table.drop_columns(["embedding"]).to_pandas(),
        embeddings.reshape(-1, provenance["dim"]),
        provenance,
    )


def main(paths: list[Path]) -> None:
    for path in paths:
        clips, embeddings, provenance = parts(path)
        beside = path.with_name(f"checked-{path.name}")
        write_pack(beside, clips, embeddings, provenance)
        again = read_pack(beside)
        pd.testing.assert_frame_equal(again.clips, clips, check_exact=True)
        assert np.array_equal(again.embeddings.view(np.uint16), embeddings.view(np.uint16))
        assert {key: again.provenance[key] for key in provenance} == provenance
        before, after = path.stat().st_size, beside.stat().st_size
        beside.replace(path)
        print(f"{path}: {before:,} bytes before, {after:,} with checksums, the same {len(clips):,} clips")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+", type=Path)
    main(parser.parse_args().paths)
