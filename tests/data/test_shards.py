"""Lists of clips and the shards that are made of them: whole, resumable, each clip once, read by others."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import soundfile
import torch

from sequifi_lite.data.audio import read_audio
from sequifi_lite.data.clip_list import ClipList, cuts, rows_of
from sequifi_lite.data.shards import check_shards, embed_list
from sequifi_lite.errors import AudioError, CorpusError, PackError


class Ears:
    """Loudness and length of a clip, and which clips were heard: an encoder without weights."""

    name, layer, pooling, dim = "ears", 1, "mean", 3

    def __init__(self, weight=0.0):
        self.network, self.heard = torch.nn.Module(), []
        self.network.register_buffer("w", torch.tensor(weight))

    def embed(self, waves):
        self.heard += [len(wave) for wave in waves]
        return np.array([[wave.std(), wave.max(), len(wave) / 1000] for wave in waves], np.float32)


@pytest.fixture
def clips(tmp_path):
    """Twenty clips of noise in a folder, and their table."""
    rng, names = np.random.default_rng(0), []
    (tmp_path / "wav").mkdir()
    for number in range(20):
        noise = rng.normal(0, 0.1, 800 + 40 * number)
        soundfile.write(tmp_path / f"wav/{number}.wav", noise, 16_000)
        names.append(f"wav/{number}.wav")
    return pa.table({"file": names, "emotion": ["anger", "sadness"] * 10, "take": range(20)})


def written(tmp_path, table, groups=6, name="list.parquet"):
    pq.write_table(table, tmp_path / name, row_group_size=groups)
    return tmp_path / name


def read_back(out):
    return pa.concat_tables(pq.read_table(path) for path in sorted(out.glob("part-*.parquet")))


def test_every_clip_is_there_once_with_its_embedding(tmp_path, clips):
    told = []
    made = embed_list(
        written(tmp_path, clips), tmp_path / "out", Ears, size=7, told=lambda *numbers: told.append(numbers)
    )
    assert (made.clips, made.shards, made.defects, made.made) == (20, 4, 0, 4)  # row groups of 6, 6, 6, 2
    assert told == [(0, 20), (6, 20), (12, 20), (18, 20), (20, 20)]
    table = read_back(tmp_path / "out")
    for column in clips.column_names:
        assert table[column].to_pylist() == clips[column].to_pylist()
    assert table["row"].to_pylist() == list(range(20)) and set(table["defect"].to_pylist()) == {""}
    alone = Ears()
    for name, vector, seconds in zip(*(table[c].to_pylist() for c in ("file", "embedding", "duration"))):
        wave = read_audio(tmp_path / name)
        np.testing.assert_array_equal(np.float16(vector), np.float16(alone.embed([wave])[0]))
        assert seconds == pytest.approx(len(wave) / 16_000)
    assert check_shards(tmp_path / "list.parquet", tmp_path / "out").clips == 20


def test_sound_in_the_list_is_heard_as_sound_in_files_is(tmp_path, clips):
    embed_list(written(tmp_path, clips), tmp_path / "files", Ears)
    sounds = [{"bytes": (tmp_path / name).read_bytes(), "path": name} for name in clips["file"].to_pylist()]
    inside = pa.table({"audio": sounds, "emotion": clips["emotion"]})
    embed_list(written(tmp_path, inside, 5, "inside.parquet"), tmp_path / "inside", Ears)
    plain = pa.table({"audio": [sound["bytes"] for sound in sounds], "file": clips["file"]})
    embed_list(written(tmp_path, plain, 5, "plain.parquet"), tmp_path / "plain", Ears)
    one, *others = (read_back(tmp_path / name) for name in ("files", "inside", "plain"))
    for other in others:
        assert "audio" not in other.column_names
        for column in ("file", "row", "duration", "sha256", "embedding"):
            assert one[column].equals(other[column])


def test_a_folder_of_files_is_one_list(tmp_path, clips):
    (tmp_path / "lists").mkdir()
    for number in range(4):
        written(tmp_path / "lists", clips.slice(5 * number, 5), name=f"{number}.parquet")
    embed_list(tmp_path / "lists", tmp_path / "out", Ears, root=tmp_path, size=3)
    assert read_back(tmp_path / "out")["file"].to_pylist() == clips["file"].to_pylist()


def test_a_clip_that_cannot_be_read_is_told_and_stops_nothing(tmp_path, clips):
    (tmp_path / "wav/3.wav").write_bytes(b"no sound")
    (tmp_path / "wav/5.wav").unlink()
    soundfile.write(tmp_path / "wav/8.wav", np.full(300, 0.1), 16_000)
    clips = clips.append_column("defect", pa.array(["", "loud"] + [""] * 18))
    made = embed_list(written(tmp_path, clips), tmp_path / "out", Ears)
    table = read_back(tmp_path / "out").to_pylist()
    assert made.defects == 3 == check_shards(tmp_path / "list.parquet", tmp_path / "out").defects
    assert [row["row"] for row in table if row["embedding"] is None] == [3, 5, 8]
    assert table[3]["defect"].startswith("wav/3.wav cannot be read as audio")
    assert table[5]["defect"] == "wav/5.wav does not exist; check the path."
    assert table[8]["defect"] == "wav/8.wav is shorter than one window of 25 ms."
    assert table[1]["defect"] == "loud" and table[1]["embedding"] is not None


def test_a_wrong_root_stops_at_once_and_leaves_nothing(tmp_path, clips):
    with pytest.raises(AudioError, match=r"Not one of the 6 clips from row 0 on.*--root"):
        embed_list(written(tmp_path, clips), tmp_path / "out", Ears, root=tmp_path / "wav", size=6)
    assert not (tmp_path / "out").exists()


def test_what_is_done_is_not_done_again(tmp_path, clips):
    out, ears = tmp_path / "out", Ears()
    embed_list(written(tmp_path, clips), out, lambda: ears, size=6)
    whole = {path.name: path.read_bytes() for path in out.glob("part-*")}
    (out / "part-000001.parquet").unlink()
    (out / "part-000002.parquet").write_bytes(whole["part-000002.parquet"][:-9])
    with pytest.raises(PackError, match=r"part-000001.parquet is missing: rows 6 to 11"):
        check_shards(tmp_path / "list.parquet", out)
    ears.heard.clear()
    made = embed_list(tmp_path / "list.parquet", out, lambda: ears, size=6)
    assert made.made == 2 and sorted(ears.heard) == [800 + 40 * row for row in range(6, 18)]
    assert {path.name: path.read_bytes() for path in out.glob("part-*")} == whole


def test_damage_and_strangers_are_found(tmp_path, clips):
    out, path = tmp_path / "out", written(tmp_path, clips)
    embed_list(path, out, Ears, size=6)
    part = out / "part-000001.parquet"
    whole = part.read_bytes()
    group = pq.read_metadata(part).row_group(0)
    for column in range(group.num_columns):  # a bit at the end of the last page of each
        there = group.column(column)
        at = min(filter(None, (there.dictionary_page_offset, there.data_page_offset)))
        at += there.total_compressed_size - 1
        part.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(PackError, match="part-000001.parquet is damaged"):
            check_shards(path, out)
    part.write_bytes((out / "part-000002.parquet").read_bytes())
    with pytest.raises(PackError, match="part-000001.parquet does not hold the rows"):
        check_shards(path, out)
    part.write_bytes(whole)
    (out / "other.parquet").write_bytes(whole)
    with pytest.raises(PackError, match=r"other.parquet, which is no shard"):
        check_shards(path, out)


def test_other_settings_and_other_lists_are_refused(tmp_path, clips):
    out, path = tmp_path / "out", written(tmp_path, clips)
    embed_list(path, out, Ears, size=6)
    before = {entry: entry.read_bytes() for entry in out.iterdir()}
    for make, size, differs in ((Ears, 5, "size"), (lambda: Ears(1.0), 6, "weights_sha256")):
        with pytest.raises(PackError, match=rf"other settings gave \({differs} differ"):
            embed_list(path, out, make, size=size)
    written(tmp_path, clips.slice(1))
    with pytest.raises(PackError, match=r"list_sha256, clips differ"):
        embed_list(path, out, Ears, size=6)
    with pytest.raises(PackError, match="another list than"):
        check_shards(path, out)
    assert {entry: entry.read_bytes() for entry in out.iterdir()} == before
    (tmp_path / "mine").mkdir()
    written(tmp_path / "mine", clips)
    with pytest.raises(PackError, match="files of something else"):
        embed_list(path, tmp_path / "mine", Ears)


@pytest.mark.parametrize("table, said", [
    ({"path": ["a"]}, "has no column file"),
    ({"file": ["a", "b", "a"]}, "names a more than once"),
    ({"file": ["a", None]}, "without a name"),
    ({"file": ["a", ""]}, "without a name"),
    ({"file": ["a"], "audio": [1]}, "has to hold bytes"),
    ({"audio": [b"x"]}, "has no column file"),
    ({"file": pa.array([], pa.string())}, "has no rows"),
])  # fmt: skip
def test_lists_that_cannot_be_used(tmp_path, table, said):
    with pytest.raises(CorpusError, match=said):
        embed_list(written(tmp_path, pa.table(table)), tmp_path / "out", Ears)
    assert not (tmp_path / "out").exists()


def test_what_is_no_list_is_told_so(tmp_path):
    (tmp_path / "list.csv").write_text("file\na.wav\n")
    with pytest.raises(CorpusError, match="is not a readable Parquet file.*read_csv"):
        ClipList(tmp_path / "list.csv")
    with pytest.raises(CorpusError, match="no list of clips at"):
        ClipList(tmp_path / "nowhere")
    (tmp_path / "two").mkdir()
    written(tmp_path / "two", pa.table({"file": ["a"]}), name="a.parquet")
    written(tmp_path / "two", pa.table({"file": ["b"], "more": [1]}), name="b.parquet")
    with pytest.raises(CorpusError, match="b.parquet has other columns than"):
        ClipList(tmp_path / "two")


def test_names_are_compared_a_share_at_a_time(tmp_path):
    names = [f"clip {number}" for number in range(500)]
    ClipList(written(tmp_path, pa.table({"file": names}), 50)).refuse_twice(at_once=40)
    names[444] = names[3]
    with pytest.raises(CorpusError, match="names clip 3 more than once"):
        ClipList(written(tmp_path, pa.table({"file": names}), 50)).refuse_twice(at_once=40)


@pytest.mark.parametrize("seed", range(30))
def test_cuts_cover_every_row_once_and_reading_gives_them(tmp_path, seed):
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, 30, rng.integers(1, 8)).tolist()
    size = int(rng.integers(1, 40))
    made = list(cuts(counts, size))
    assert all(0 < rows <= size for _, rows in made)
    assert [first for first, _ in made] == np.cumsum([0, *(rows for _, rows in made)])[:-1].tolist()
    schema = pa.schema([("file", pa.string())])
    with pq.ParquetWriter(tmp_path / "list.parquet", schema) as writer:
        for group, count in enumerate(counts):
            writer.write_table(pa.table({"file": [f"{group}-{row}" for row in range(count)]}, schema))
    whole = [f"{group}-{row}" for group, count in enumerate(counts) for row in range(count)]
    read = []
    for shard in ClipList(tmp_path / "list.parquet").shards(size):
        assert shard.row == len(read)
        read += [name for batch in rows_of(shard, ["file"], 7) for name in batch["file"].to_pylist()]
        assert len(read) == shard.row + shard.rows
    assert read == whole


def test_a_pool_makes_the_same_shards(tmp_path, clips):
    embed_list(written(tmp_path, clips), tmp_path / "here", Ears, size=3)
    with ThreadPoolExecutor(2) as pool:
        embed_list(tmp_path / "list.parquet", tmp_path / "there", Ears, size=3, pool=pool, workers=2)
    for path in (tmp_path / "here").glob("part-*"):
        assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes()


SLOW = """
import sys, time
sys.path.insert(0, {tests!r})
from test_shards import Ears, embed_list

class Slow(Ears):
    def embed(self, waves):
        time.sleep(0.15)
        return super().embed(waves)

embed_list({path!r}, {out!r}, Slow, size=2)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX")
def test_a_killed_run_goes_on_and_no_clip_is_there_twice(tmp_path, clips):
    path, out = written(tmp_path, clips, 2), tmp_path / "out"
    code = SLOW.format(tests=str(Path(__file__).parent), path=str(path), out=str(out))
    killed = subprocess.Popen([sys.executable, "-c", code])
    end = time.monotonic() + 120
    while len(list(out.glob("part-*.parquet"))) < 3:
        assert time.monotonic() < end and killed.poll() is None
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    (out / "part-000000.parquet.00000000-00000000.1.partial").write_bytes(b"of another machine")
    done = len(list(out.glob("part-*.parquet")))
    assert embed_list(path, out, Ears, size=2).made == 10 - done < 8
    assert read_back(out)["file"].to_pylist() == clips["file"].to_pylist()
    assert check_shards(path, out).clips == 20


def test_datasets_reads_the_shards(tmp_path, clips):
    datasets = pytest.importorskip("datasets")
    (tmp_path / "wav/4.wav").unlink()
    embed_list(written(tmp_path, clips), tmp_path / "out", Ears, size=6)
    files = str(tmp_path / "out/*.parquet")
    read = datasets.load_dataset(
        "parquet", data_files=files, split="train", cache_dir=str(tmp_path / "cache")
    )
    assert read["file"][:] == clips["file"].to_pylist() and read[4]["embedding"] is None
    assert len(read[0]["embedding"]) == Ears.dim


def test_duckdb_reads_the_shards(tmp_path, clips):
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed: pip install duckdb")
    embed_list(written(tmp_path, clips), tmp_path / "out", Ears, size=6)
    words = "count(*), count(distinct file), count(embedding), max(embedding[3])"
    (row,) = duckdb.sql(f"select {words} from '{tmp_path}/out/*.parquet'").fetchall()
    assert row[:3] == (20, 20, 20) and row[3] == np.float16((800 + 40 * 19) / 1000)


def test_the_plan_says_how_they_are_made(tmp_path, clips):
    embed_list(written(tmp_path, clips), tmp_path / "out", Ears, recorded_as="ears of a hub")
    settings = json.loads((tmp_path / "out/plan.json").read_text())["settings"]
    assert settings["encoder"] == "ears of a hub" and settings["dim"] == 3 and settings["clips"] == 20
