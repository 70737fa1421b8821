"""The run of a million clips, with sixty: sums without the library, sums by a reader, memory by tenths."""

import json

import embed_million
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sequifi_lite.data.audio import read_audio
from sequifi_lite.data.shards import embed_list


@pytest.fixture
def work(tmp_path, monkeypatch):
    monkeypatch.setattr(embed_million, "FILE", 25)  # three files of the list
    embed_million.write_list(tmp_path / "list", 60)
    embed_list(tmp_path / "list", tmp_path / "out", embed_million.Bands, size=10)
    embed_million.sums_of_sound(tmp_path)
    return tmp_path


def told(capsys, work):
    embed_million.read("pyarrow", work)
    return json.loads(capsys.readouterr().out)


def test_the_sums_are_those_of_a_loop_over_clips_that_the_library_reads(work):
    sums, clips = np.zeros(32), 0
    for file in sorted((work / "list").glob("*.parquet")):
        for sound in pq.read_table(file)["audio"].to_pylist():
            (work / "clip.wav").write_bytes(sound["bytes"])
            vector = embed_million.Bands().embed([read_audio(work / "clip.wav")])[0]
            sums += np.float16(vector).astype(float)
            clips += 1
    expected = json.loads((work / "sums.json").read_bytes())
    assert expected == {"clips": 60, "sums": sums.tolist()} and clips == 60


def test_a_reader_tells_equal_sums_and_one_changed_bit(work, capsys):
    assert told(capsys, work).items() >= {"clips": 60, "equal_sums": 1}.items()
    shard = work / "out" / "part-000002.parquet"
    table = pq.read_table(shard)
    values = table["embedding"].combine_chunks().flatten().to_numpy().copy()
    values.view(np.uint16)[7] ^= 1
    kind = pa.list_(pa.float16(), 32)
    changed = pa.FixedSizeListArray.from_arrays(pa.array(values), type=kind)
    pq.write_table(table.set_column(table.schema.get_field_index("embedding"), "embedding", changed), shard)
    assert told(capsys, work).items() >= {"clips": 60, "equal_sums": 0}.items()


def test_some_shards_made_again_are_the_same(work):
    assert embed_million.same_again(work, 10, 6)


def test_memory_is_the_most_of_each_tenth_of_the_shards():
    looked = np.array([(0, 5.0), (9, 7.0), (10, 6.0), (55, 9.0), (99, 4.0), (100, 8.0)])
    tenths = embed_million.by_tenths(looked, 100).set_index("tenth")["mib"]
    assert tenths[[1, 2, 6, 10]].tolist() == [7, 6, 9, 8] and tenths.isna().sum() == 6
