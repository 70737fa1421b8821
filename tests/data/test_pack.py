"""Packs: embedding a corpus, stopping and going on, and refusing every damaged file by name."""

import errno
import json
import os
import random
import threading
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import soundfile
import torch

from sequifi_lite.data import embed as packing, pack as packs_module
from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.data.corpora.clip_table import COLUMNS
from sequifi_lite.data.corpora.published import published
from sequifi_lite.data.corpora.scan import scan
from sequifi_lite.data.embed import embed_corpus, plan_batches
from sequifi_lite.data.encoders.pooling import Encoder
from sequifi_lite.data.pack import SHIPPED, install, load_pack, packs, read_pack, write_pack
from sequifi_lite.errors import AudioError, CorpusMissing, PackError, PlaceError, SequifiError


class Loudness(torch.nn.Module):
    """A network that is cheap and tells clips apart: two numbers per 10 ms; raises at call number `stop`."""

    width = 2

    def __init__(self, stop=None):
        super().__init__()
        self.calls, self.stop = 0, stop
        self.register_buffer("scale", torch.tensor(2.0))

    def forward(self, waveforms):
        self.calls += 1
        if self.calls == self.stop:
            raise KeyboardInterrupt
        return [
            self.scale * torch.from_numpy(w[: len(w) // 160 * 160].reshape(-1, 160)[:, :2].copy())
            for w in waveforms
        ]


def encoder(stop=None, layer=1):
    return Encoder(Loudness(stop), "loudness", layer, "mean+std")


@pytest.fixture
def tree(tmp_path):
    """Forty clips with names of Emo-DB."""
    folder = tmp_path / "emodb" / "wav"
    folder.mkdir(parents=True)
    generator = np.random.default_rng(0)
    for file in list(published("emodb"))[:40]:
        soundfile.write(
            folder / Path(file).name, generator.normal(0, 0.1, generator.integers(8_000, 40_000)), 16_000
        )
    return folder.parent


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(packing, "BLOCK_BATCHES", 2)
    monkeypatch.setattr(packing, "BATCH_SECONDS", 6)


@pytest.fixture
def no_shipped_packs(monkeypatch, tmp_path):
    monkeypatch.setattr(packs_module, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(packs_module, "user_folder", lambda: tmp_path / "user")
    return tmp_path / "user"


def test_rows_follow_the_clip_table_and_hold_float16_of_each_clip_alone(tree, tmp_path):
    table = scan("emodb", tree).table
    made = read_pack(embed_corpus(table, encoder(), tmp_path / "emodb.parquet"))
    assert made.embeddings.dtype == np.float16 and made.embeddings.shape == (40, 4)
    assert list(made.clips["file"]) == list(table["file"])
    for i in (0, 17, 39):
        samples = soundfile.read(table["path"][i], dtype="float32")[0]
        np.testing.assert_array_equal(made.embeddings[i], encoder().embed([samples])[0].astype(np.float16))
    import hashlib

    assert made.clips["sha256"][5] == hashlib.sha256(Path(table["path"][5]).read_bytes()).hexdigest()
    assert "path" not in made.clips
    for key in (
        "encoder",
        "layer",
        "pooling",
        "dim",
        "licence",
        "versions",
        "date",
        "command",
        "sources_sha256",
        "weights_sha256",
    ):
        assert made.provenance[key]
    assert str(tree) not in json.dumps(made.provenance)


def test_batches_hold_every_clip_once_and_stay_within_their_budget():
    seconds = np.random.default_rng(0).uniform(0.2, 8, 500)
    batches = plan_batches(seconds)
    assert sorted(np.concatenate(batches)) == list(range(500))
    assert all(len(b) * seconds[b].max() <= packing.BATCH_SECONDS for b in batches)
    padding = sum(len(b) * seconds[b].max() for b in batches) / seconds.sum()
    assert padding < 1.02  # like lengths together: hardly any frame is computed for nothing
    assert [list(b) for b in plan_batches(np.array([40.0, 1.0]))] == [
        [1],
        [0],
    ]  # a clip longer than the budget still gets a batch


def test_an_interrupted_run_goes_on_and_ends_in_the_same_bytes(tree, tmp_path, small_blocks):
    table = scan("emodb", tree).table
    whole = embed_corpus(table, encoder(), tmp_path / "whole.parquet")
    counting = encoder()
    embed_corpus(table, counting, tmp_path / "counted.parquet")
    total = counting.network.calls
    out = tmp_path / "stopped.parquet"
    with pytest.raises(KeyboardInterrupt):
        embed_corpus(table, encoder(stop=6), out)  # blocks of two batches: two are finished
    assert not out.exists()
    resumed = encoder()
    embed_corpus(table, resumed, out)
    assert resumed.network.calls == total - 4
    assert out.read_bytes() == whole.read_bytes()
    assert [p.name for p in tmp_path.glob("stopped*")] == ["stopped.parquet"]


@pytest.mark.filterwarnings("ignore:.*other settings:UserWarning")
def test_blocks_of_other_settings_are_not_reused(tree, tmp_path, small_blocks):
    table = scan("emodb", tree).table
    out = tmp_path / "emodb.parquet"
    with pytest.raises(KeyboardInterrupt):
        embed_corpus(table, encoder(stop=6), out)
    other = encoder()
    other.network.scale.fill_(3.0)
    made = read_pack(embed_corpus(table, other, out))
    fresh = read_pack(embed_corpus(table, other, tmp_path / "fresh.parquet"))
    np.testing.assert_array_equal(made.embeddings, fresh.embeddings)


def test_a_clip_that_breaks_off_or_is_too_short_is_named_and_leaves_no_file(tree, tmp_path):
    table = scan("emodb", tree).table
    victim = Path(table["path"][3])
    soundfile.write(victim, np.zeros(300), 16_000)
    with pytest.raises(AudioError, match=victim.name):
        embed_corpus(table, encoder(), tmp_path / "emodb.parquet")
    assert not (tmp_path / "emodb.parquet").exists()


def clips(n=3, corpus="emodb"):
    names = {"file": [f"wav/{i}.wav" for i in range(n)], "corpus": corpus}
    text = {column: "x" for column in (*COLUMNS, "sha256") if column not in names}
    return pd.DataFrame({**names, **text, "duration": 1.0, "sample_rate": 16_000, "channels": 1})


PROVENANCE = {
    "corpus": "emodb",
    "clips": 3,
    "encoder": "e",
    "layer": 1,
    "pooling": "mean",
    "dim": 2,
    "licence": "free",
    "date": "2026-01-01",
}


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e5])
def test_a_value_that_is_no_finite_float16_names_the_clip_and_leaves_nothing(tmp_path, value):
    embeddings = np.ones((3, 2), np.float32)
    embeddings[1, 0] = value
    with pytest.raises(PackError, match="wav/1.wav holds a value that is not a finite float16"):
        write_pack(tmp_path / "a.parquet", clips(), embeddings, PROVENANCE)
    assert not list(tmp_path.iterdir())


def test_a_nan_in_a_file_made_elsewhere_is_named_when_read(tmp_path):
    write_pack(tmp_path / "a.parquet", clips(), np.ones((3, 2)), PROVENANCE)
    table = pq.read_table(tmp_path / "a.parquet")
    broken = np.ones((3, 2), np.float16)
    broken[2, 1] = np.nan
    column = pa.FixedSizeListArray.from_arrays(pa.array(broken.ravel()), 2)
    pq.write_table(
        table.set_column(table.schema.get_field_index("embedding"), "embedding", column),
        tmp_path / "b.parquet",
    )
    with pytest.raises(PackError, match="b.parquet: the embedding of wav/2.wav"):
        read_pack(tmp_path / "b.parquet")


def test_damaged_and_foreign_files_are_refused(tmp_path):
    write_pack(tmp_path / "good.parquet", clips(), np.ones((3, 2)), PROVENANCE)
    whole = (tmp_path / "good.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.parquet").write_text("hello")
    pq.write_table(pa.table({"a": [1]}), tmp_path / "foreign.parquet")
    for name, words in {
        "cut": "not a readable",
        "text": "not a readable",
        "foreign": "not a file of embeddings",
        "absent": "does not exist",
    }.items():
        with pytest.raises(PackError, match=words):
            read_pack(tmp_path / f"{name}.parquet")
    with pytest.raises(PackError, match="2 clips but 3 embeddings"):
        write_pack(tmp_path / "a.parquet", clips(2), np.ones((3, 2)), PROVENANCE)


def test_float16_survives_the_round_trip_bit_for_bit(tmp_path):
    bits = np.random.default_rng(0).integers(
        0, 0x7C00, (3, 64), dtype=np.uint16
    )  # all finite non-negative values are possible
    write_pack(tmp_path / "a.parquet", clips(), bits.view(np.float16), {**PROVENANCE, "dim": 64})
    assert np.array_equal(read_pack(tmp_path / "a.parquet").embeddings.view(np.uint16), bits)


def test_install_joins_corpora_only_if_they_were_made_alike(tmp_path, no_shipped_packs):
    write_pack(tmp_path / "a.parquet", clips(), np.ones((3, 2)), PROVENANCE)
    write_pack(
        tmp_path / "b.parquet", clips(corpus="shemo"), np.ones((3, 2)), {**PROVENANCE, "corpus": "shemo"}
    )
    write_pack(
        tmp_path / "c.parquet",
        clips(corpus="mesd"),
        np.ones((3, 2)),
        {**PROVENANCE, "corpus": "mesd", "layer": 2},
    )
    with pytest.raises(PackError, match="c.parquet was made with layer 2 but .*a.parquet with 1"):
        install([tmp_path / "a.parquet", tmp_path / "c.parquet"])
    assert not no_shipped_packs.exists()
    install([tmp_path / "a.parquet", tmp_path / "b.parquet"])
    assert len(load_pack("shemo").clips) == 3
    assert packs().loc["shemo", "clips"] == 3 and packs().loc["cremad", "clips"] == 0


def test_a_folder_of_the_readers_is_not_taken_for_intermediate_results(tree, tmp_path):
    (tmp_path / "out.part").mkdir()
    (tmp_path / "out.part" / "diary.txt").write_text("mine")
    with pytest.raises(PackError, match="out.part is in the way"):
        embed_corpus(scan("emodb", tree).table, encoder(), tmp_path / "out")
    assert (tmp_path / "out.part" / "diary.txt").read_text() == "mine"


def test_a_run_that_was_killed_while_it_wrote_its_plan_is_begun_anew(tree, tmp_path):
    (tmp_path / "out.part").mkdir()
    (tmp_path / "out.part" / "plan.json.123.partial").write_text("{")
    assert embed_corpus(scan("emodb", tree).table, encoder(), tmp_path / "out").is_file()
    assert not (tmp_path / "out.part").exists()


def test_a_place_that_cannot_be_written_is_refused_before_any_work(tree, tmp_path):
    table = scan("emodb", tree).table
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for out, words in (
        (tmp_path / "file" / "x.parquet", "cannot be written"),
        (tmp_path / "folder", "is a folder"),
    ):
        never = encoder(stop=1)
        with pytest.raises(PlaceError, match=words):
            embed_corpus(table, never, out)
        assert never.network.calls == 0


@pytest.mark.filterwarnings("ignore:.*damaged:UserWarning")
def test_a_damaged_block_or_plan_is_made_anew(tree, tmp_path, small_blocks):
    table = scan("emodb", tree).table
    whole = embed_corpus(table, encoder(), tmp_path / "whole.parquet")
    out = tmp_path / "out.parquet"
    for name in ("0001.npz", "plan.json"):
        with pytest.raises(KeyboardInterrupt):
            embed_corpus(table, encoder(stop=6), out)
        victim = tmp_path / "out.parquet.part" / name
        victim.write_bytes(victim.read_bytes()[:20])
        embed_corpus(table, encoder(), out)
        assert out.read_bytes() == whole.read_bytes()
        out.unlink()


@pytest.mark.filterwarnings("ignore:.*other clips:UserWarning")
def test_a_clip_replaced_between_two_runs_is_embedded_anew(tree, tmp_path, small_blocks):
    table = scan("emodb", tree).table
    out = tmp_path / "out.parquet"
    with pytest.raises(KeyboardInterrupt):
        embed_corpus(table, encoder(stop=6), out)
    victim = table["duration"].idxmin()  # in the first block
    samples, rate = soundfile.read(table["path"][victim])
    soundfile.write(table["path"][victim], samples[::-1], rate)  # as long as before
    made = read_pack(embed_corpus(table, encoder(), out))
    expected = encoder().embed([soundfile.read(table["path"][victim], dtype="float32")[0]])[0]
    np.testing.assert_array_equal(made.embeddings[victim], expected.astype(np.float16))


def test_two_runs_do_not_write_the_same_file(tree, tmp_path):
    from filelock import FileLock

    table = scan("emodb", tree).table
    out = tmp_path / "out.parquet"
    with pytest.raises(KeyboardInterrupt):
        embed_corpus(table, encoder(stop=1), out)
    with (
        FileLock(tmp_path / "out.parquet.part" / "lock"),
        pytest.raises(PackError, match="being written by another run"),
    ):
        embed_corpus(table, encoder(), out)
    embed_corpus(table, encoder(), out)


def stopped_at(table, out, stop=6, **settings):
    with pytest.raises(KeyboardInterrupt):
        embed_corpus(table, encoder(stop, **settings), out)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_second_run_touches_nothing_of_the_first(tree, tmp_path, small_blocks):
    """It used to delete the first one's blocks before it asked for the lock."""
    from filelock import FileLock

    table = scan("emodb", tree).table
    out, part = tmp_path / "out.parquet", tmp_path / "out.parquet.part"
    stopped_at(table, out)
    before = {path: path.read_bytes() for path in part.iterdir()}
    with FileLock(part / "lock"), pytest.raises(PackError, match="being written by another run"):
        embed_corpus(table, encoder(layer=2), out)
    assert {path: path.read_bytes() for path in part.iterdir()} == before


def test_two_at_once_on_one_file_are_one_result_and_one_sentence(tree, tmp_path, small_blocks):
    table = scan("emodb", tree).table
    whole = embed_corpus(table, encoder(), tmp_path / "whole.parquet").read_bytes()
    out, first = tmp_path / "out.parquet", encoder()
    forward, begun, go_on = first.network.forward, threading.Event(), threading.Event()

    def slow(waveforms):
        if first.network.calls == 5:
            begun.set()
            assert go_on.wait(30)
        return forward(waveforms)

    first.network.forward = slow
    thread = threading.Thread(target=embed_corpus, args=(table, first, out))
    thread.start()
    assert begun.wait(30)
    try:
        for second in (encoder(), encoder(layer=2)):
            with pytest.raises(PackError, match="being written by another run; wait for it"):
                embed_corpus(table, second, out)
    finally:
        go_on.set()
        thread.join()
    assert out.read_bytes() == whole and not (tmp_path / "out.parquet.part").exists()


def test_blocks_of_another_run_are_not_read_as_ones_of_this(tree, tmp_path, small_blocks):
    table = scan("emodb", tree).table
    whole = embed_corpus(table, encoder(), tmp_path / "whole.parquet").read_bytes()
    other = encoder(stop=6, layer=1)
    other.network.scale.fill_(3.0)
    with pytest.raises(KeyboardInterrupt):
        embed_corpus(table, other, tmp_path / "other.parquet")
    strange = tmp_path / "other.parquet.part" / "0000.npz"
    out = tmp_path / "out.parquet"
    part = tmp_path / "out.parquet.part"
    for put in (strange, part / "0001.npz"):  # of other weights; of other clips
        stopped_at(table, out)
        (part / "0000.npz").write_bytes(put.read_bytes())
        with pytest.warns(UserWarning, match="0000.npz is damaged or of another run"):
            embed_corpus(table, encoder(), out)
        assert out.read_bytes() == whole and not part.exists()


def test_a_flipped_bit_in_the_working_folder_is_told_and_does_no_harm(tree, tmp_path, small_blocks):
    table = scan("emodb", tree).table
    whole = embed_corpus(table, encoder(), tmp_path / "whole.parquet").read_bytes()
    out, part, generator = tmp_path / "out.parquet", tmp_path / "out.parquet.part", random.Random(3)
    for name in ["0000.npz"] * 6 + ["plan.json"] * 2:
        stopped_at(table, out)
        good = (part / name).read_bytes()
        (part / name).write_bytes(shuffled_bits(good, generator))
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            embed_corpus(table, encoder(), out)
        assert out.read_bytes() == whole
        assert any(name in str(w.message) or "other settings" in str(w.message) for w in said)


@pytest.mark.parametrize("number", range(6))
def test_a_disk_that_fills_up_is_told_and_the_same_command_goes_on(tree, tmp_path, small_blocks, number):
    """At the plan, at a block, at the file of embeddings itself."""
    table = scan("emodb", tree).table
    out, calls, fsync = tmp_path / "out" / "emodb.parquet", [], os.fsync

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) > 2 * number:  # each file is flushed, and then its folder
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(
            PlaceError, match="The disk of .* is full; free some space and run the same command"
        ):
            embed_corpus(table, encoder(), out)
    assert not out.exists() and not list(tmp_path.rglob("*.partial"))
    embed_corpus(table, encoder(), out)
    assert [path.name for path in out.parent.iterdir()] == ["emodb.parquet"]


def test_something_of_the_readers_in_the_working_folder_stays(tree, tmp_path, small_blocks):
    table = scan("emodb", tree).table
    out = tmp_path / "out.parquet"
    stopped_at(table, out)
    (tmp_path / "out.parquet.part" / "diary.txt").write_text("mine")
    embed_corpus(table, encoder(), out)
    assert [path.name for path in (tmp_path / "out.parquet.part").iterdir()] == ["diary.txt"]


def test_what_dead_runs_left_in_the_working_folder_is_swept(tree, tmp_path):
    part = tmp_path / "out.part"
    part.mkdir()
    for name in ("lock", "0001.npz.99999999.partial", "plan.json.01234567-89abcdef.123.partial", "0000.npz"):
        (part / name).write_text("{")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        embed_corpus(scan("emodb", tree).table, encoder(), tmp_path / "out")
    assert not part.exists()


def rewritten(source, target, provenance=(), drop=(), cast=None, **columns):
    """A copy of a file of embeddings with other header entries or columns."""
    table = pq.read_table(source)
    kept = {**json.loads(table.schema.metadata[packs_module.KEY]), **dict(provenance)}
    kept = {key: value for key, value in kept.items() if value is not None}
    metadata = {**table.schema.metadata, packs_module.KEY: json.dumps(kept).encode()}
    for name, value in columns.items():
        table = table.set_column(table.schema.get_field_index(name), name, pa.array([value] * len(table)))
    if cast:
        table = table.set_column(
            table.schema.get_field_index("embedding"), "embedding", table["embedding"].cast(cast)
        )
    pq.write_table(table.drop_columns(list(drop)).replace_schema_metadata(metadata), target)


def test_a_file_that_is_not_what_its_header_says_is_refused(tmp_path):
    good, bad = tmp_path / "good.parquet", tmp_path / "bad.parquet"
    write_pack(good, clips(), np.ones((3, 2)), PROVENANCE)
    for change in (
        {"provenance": {"clips": 99}},
        {"provenance": {"dim": 3}},
        {"provenance": {"dim": "2"}},
        {"provenance": {"layer": None}},
        {"provenance": {"licence": None}},
        {"corpus": "mesd"},
        {"drop": ["speaker"]},
        {"drop": ["file"]},
        {"cast": pa.list_(pa.float32(), 2)},
    ):
        rewritten(good, bad, **change)
        with pytest.raises(PackError, match="bad.parquet (does not hold|is not a file of)"):
            read_pack(bad)
    write_pack(good, clips(0), np.ones((0, 2)), {**PROVENANCE, "clips": 0})
    with pytest.raises(PackError, match="does not hold"):
        read_pack(good)


def shuffled_bits(whole, generator, most=3):
    data = bytearray(whole)
    for _ in range(generator.randint(1, most)):
        data[generator.randrange(len(data))] ^= 1 << generator.randrange(8)
    return bytes(data)


def test_a_flipped_bit_anywhere_is_named(tmp_path):
    """Also where it would change no value, as in the header's statistics."""
    generator = random.Random(15)
    embeddings = np.random.default_rng(0).normal(size=(30, 64))
    write_pack(tmp_path / "good.parquet", clips(30), embeddings, {**PROVENANCE, "clips": 30, "dim": 64})
    whole = (tmp_path / "good.parquet").read_bytes()
    bad = tmp_path / "bad.parquet"
    for _ in range(150):
        bad.write_bytes(shuffled_bits(whole, generator))
        if bad.read_bytes() == whole:  # the same bit twice
            continue
        for read in (read_pack, lambda path: packs_module.clip_table(path, "emodb")):
            with pytest.raises(PackError, match="bad.parquet"):
                read(bad)
    for data in (whole[:-1], whole + b"0", b"", whole[4:], whole[: len(whole) // 2] * 2):
        bad.write_bytes(data)
        with pytest.raises(PackError, match="bad.parquet"):
            read_pack(bad)


def test_every_bit_of_the_embeddings_is_under_a_checksum(tmp_path):
    write_pack(tmp_path / "a.parquet", clips(), np.ones((3, 2)), PROVENANCE)
    file = pq.ParquetFile(tmp_path / "a.parquet")
    names = file.schema_arrow.names
    column = file.metadata.row_group(0).column(names.index("embedding"))
    whole = (tmp_path / "a.parquet").read_bytes()
    end = column.data_page_offset + column.total_compressed_size
    for place in range(end - 8, end):  # the page's last bytes, its header left alone
        (tmp_path / "b.parquet").write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with pytest.raises(PackError, match="b.parquet is not a readable"):
            read_pack(tmp_path / "b.parquet")


def test_one_corpus_under_the_name_of_another_is_refused(tmp_path, no_shipped_packs):
    write_pack(no_shipped_packs / "mesd.parquet", clips(corpus="emodb"), np.ones((3, 2)), PROVENANCE)
    with pytest.raises(PackError, match="mesd.parquet holds emodb and not mesd"):
        load_pack("mesd")
    with pytest.raises(PackError, match="mesd.parquet holds emodb and not mesd"):
        packs_module.own_clips("mesd")
    assert packs().loc["mesd", "file"].startswith("damaged") and packs().loc["emodb", "clips"] == 0


def test_values_exchanged_between_rows_or_edited_are_noticed(tmp_path):
    good, bad = tmp_path / "good.parquet", tmp_path / "bad.parquet"
    embeddings = np.arange(6).reshape(3, 2)
    write_pack(good, clips(), embeddings, PROVENANCE)
    table = pq.read_table(good)
    column = pa.FixedSizeListArray.from_arrays(pa.array(embeddings[::-1].ravel().astype(np.float16)), 2)
    at = table.schema.get_field_index("embedding")
    for change in (
        table.set_column(at, "embedding", column),
        table.set_column(0, "file", pa.array([f"wav/{i}.wav" for i in (1, 0, 2)])),
        table.append_column("more", pa.array([1, 2, 3])),
    ):
        pq.write_table(change, bad)
        with pytest.raises(PackError, match="bad.parquet does not hold what its header says"):
            read_pack(bad)
    with pytest.raises(PackError, match="bad.parquet does not hold"):
        packs_module.clip_table(bad, "emodb")
    rewritten(good, bad, {"layer": 3})
    for read in (read_pack, lambda path: packs_module.clip_table(path, "emodb")):
        with pytest.raises(PackError, match="bad.parquet does not hold what its header says"):
            read(bad)
    metadata = {key: value for key, value in table.schema.metadata.items() if key != packs_module.SUM}
    pq.write_table(table.replace_schema_metadata(metadata), bad)
    with pytest.raises(PackError, match="bad.parquet is not a file of embeddings with checksums"):
        read_pack(bad)


def test_other_weights_under_the_same_name_are_refused_wherever_packs_meet(tmp_path, no_shipped_packs):
    from sequifi_lite.data.problem import load_problem

    one, two = ({**PROVENANCE, "weights_sha256": letter * 64} for letter in "ab")
    for folder, provenance in (("one", one), ("two", two)):
        for name in ("emodb", "mesd"):
            named = {**provenance, "corpus": name}
            write_pack(tmp_path / folder / f"{name}.parquet", clips(corpus=name), np.ones((3, 2)), named)
    words = (
        "mesd.parquet was made with weights_sha256 bbbbbbbbbbbb of e but .* with aaaaaaaaaaaa, other weights"
    )
    with pytest.raises(PackError, match=words):  # given together
        install([tmp_path / "one/emodb.parquet", tmp_path / "two/mesd.parquet"])
    assert not no_shipped_packs.exists()
    install([tmp_path / "one/emodb.parquet"])
    with pytest.raises(PackError, match=words):  # beside the reader's own
        install([tmp_path / "two/mesd.parquet"])
    with pytest.raises(PackError, match=words):  # in a folder kept apart
        install([tmp_path / "two/mesd.parquet"], to=no_shipped_packs)
    install([tmp_path / "two/emodb.parquet"])  # alone there, and replaced
    (no_shipped_packs / "mesd.parquet").write_bytes((tmp_path / "one/mesd.parquet").read_bytes())
    with pytest.raises(
        SequifiError, match="mesd was embedded with weights_sha256 aaaaaaaaaaaa of e but emodb"
    ):
        load_problem(["emodb", "mesd"], fold=0, emotions=["x"])


def test_a_copy_of_an_encoder_under_another_name_is_told_by_its_weights(tmp_path, no_shipped_packs):
    for name, called, weights in (("emodb", "e", "a"), ("mesd", "/copy/of/e", "a"), ("shemo", "/other", "b")):
        one = {**PROVENANCE, "corpus": name, "encoder": called, "weights_sha256": weights * 64}
        write_pack(tmp_path / f"{name}.parquet", clips(corpus=name), np.ones((3, 2)), one)
    with pytest.raises(PackError, match="weights are the same, so embed it again with `--recorded-as e`"):
        install([tmp_path / "emodb.parquet", tmp_path / "mesd.parquet"])
    with pytest.raises(PackError, match="embed it again with the same settings"):
        install([tmp_path / "emodb.parquet", tmp_path / "shemo.parquet"])


def test_every_neighbour_is_compared_and_a_damaged_one_stops_nobody(tmp_path):
    folder = tmp_path / "packs"
    write_pack(
        folder / "zeta.parquet", clips(corpus="zeta"), np.ones((3, 2)), {**PROVENANCE, "corpus": "zeta"}
    )
    (folder / "alpha.parquet").write_text("x")
    other = {**PROVENANCE, "layer": 2}
    write_pack(tmp_path / "b.parquet", clips(), np.ones((3, 2)), other)
    with pytest.raises(PackError, match="with layer 2 but the zeta with 1"):
        install([tmp_path / "b.parquet"], to=folder)
    write_pack(tmp_path / "b.parquet", clips(), np.ones((3, 2)), PROVENANCE)
    assert install([tmp_path / "b.parquet"], to=folder) == [folder / "emodb.parquet"]


def test_hidden_and_foreign_files_among_packs_do_no_harm(tmp_path, no_shipped_packs):
    write_pack(tmp_path / "a.parquet", clips(), np.ones((3, 2)), PROVENANCE)
    no_shipped_packs.mkdir()
    for name in (
        "._emodb.parquet",
        ".hidden.parquet",
        "My copy (2).parquet",
        "notes.txt",
        "emodb.parquet.bak",
    ):
        (no_shipped_packs / name).write_bytes(b"\0\5\x16\7")
    (no_shipped_packs / "folder.parquet").mkdir()
    install([tmp_path / "a.parquet"])
    listed = packs()
    assert list(listed.index) == [*CORPORA, "My copy (2)"]
    assert listed.loc["My copy (2)", "file"].startswith("passed over") and listed.loc["emodb", "clips"] == 3


def test_home_is_expanded_wherever_a_pack_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SEQUIFI_LITE_PACKS", "~/packs")
    monkeypatch.setattr(packs_module, "SHIPPED", tmp_path / "none")
    monkeypatch.chdir(tmp_path)
    write_pack("~/a.parquet", clips(), np.ones((3, 2)), PROVENANCE)
    assert len(read_pack("~/a.parquet").clips) == 3
    assert install(["~/a.parquet"]) == [tmp_path / "packs" / "emodb.parquet"]
    assert install(["~/a.parquet"], to="~/more") == [tmp_path / "more" / "emodb.parquet"]
    assert len(load_pack("emodb").clips) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.parquet", "more", "packs"]


def test_several_files_are_joined_all_or_none_when_the_disk_fills_up(tmp_path, monkeypatch):
    for name in ("emodb", "mesd"):
        named = {**PROVENANCE, "corpus": name}
        write_pack(tmp_path / f"{name}.parquet", clips(corpus=name), np.ones((3, 2)), named)
    write, calls = pq.write_table, []

    def full(*arguments, **settings):
        calls.append(arguments)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(*arguments, **settings)

    with monkeypatch.context() as patch:
        patch.setattr(pq, "write_table", full)
        with pytest.raises(PlaceError, match="The disk of .* is full; free some space"):
            install([tmp_path / "emodb.parquet", tmp_path / "mesd.parquet"], to=tmp_path / "to")
    assert not list((tmp_path / "to").iterdir())
    install([tmp_path / "emodb.parquet", tmp_path / "mesd.parquet"], to=tmp_path / "to")
    assert len(list((tmp_path / "to").iterdir())) == 2


def test_one_file_for_each_corpus(tmp_path, no_shipped_packs):
    for name in "ab":
        write_pack(tmp_path / f"{name}.parquet", clips(), np.ones((3, 2)), PROVENANCE)
    with pytest.raises(PackError, match="a.parquet holds emodb, and so does another"):
        install([tmp_path / "a.parquet", tmp_path / "b.parquet"])
    other = {**PROVENANCE, "corpus": "mesd", "layer": 2}
    write_pack(tmp_path / "c.parquet", clips(corpus="mesd"), np.ones((3, 2)), other)
    install([tmp_path / "a.parquet"], to=tmp_path / "mine")
    with pytest.raises(PackError, match="with layer 2 but the emodb with 1"):
        install([tmp_path / "c.parquet"], to=tmp_path / "mine")


def test_a_damaged_file_among_the_readers_is_listed_and_harms_nothing_else(tmp_path, no_shipped_packs):
    write_pack(no_shipped_packs / "emodb.parquet", clips(), np.ones((3, 2)), PROVENANCE)
    (no_shipped_packs / "shemo.parquet").write_text("x")
    assert packs().loc["shemo", "file"].startswith("damaged") and packs().loc["emodb", "clips"] == 3
    with pytest.raises(CorpusMissing, match="no corpus 'nosuch'"):
        load_pack("nosuch")
    with pytest.raises(PackError, match="shemo.parquet"):
        load_pack("shemo")


def test_a_reader_s_corpus_must_fit_the_shipped_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(packs_module, "user_folder", lambda: tmp_path / "user")
    write_pack(
        tmp_path / "shemo.parquet", clips(corpus="shemo"), np.ones((3, 2)), {**PROVENANCE, "corpus": "shemo"}
    )
    with pytest.raises(PackError, match="the shipped .* with openai/whisper-base"):
        install([tmp_path / "shemo.parquet"])
    install([tmp_path / "shemo.parquet"], to=tmp_path / "apart")
    assert (tmp_path / "apart" / "shemo.parquet").exists()


def test_a_missing_corpus_names_the_command_that_makes_it(monkeypatch, tmp_path):
    monkeypatch.setattr(packs_module, "user_folder", lambda: tmp_path / "user")
    monkeypatch.setattr(packs_module, "SHIPPED", tmp_path / "shipped")
    assert (packs()["clips"] == 0).all() and packs()["layer"].isna().all()
    with pytest.raises(CorpusMissing, match="sequifi-lite embed FOLDER --corpus shemo"):
        load_pack("shemo")
    with pytest.raises(CorpusMissing, match="choose one of cremad, ravdess"):
        load_pack("iemocap")


COMPLETE = {"cremad": 7442, "ravdess": 1440, "emodb": 535, "mesd": 856, "nemo": 4481}


def test_the_shipped_packs_are_of_the_same_weights():
    assert len({read_pack(path).provenance["weights_sha256"] for path in packs_module.files_in(SHIPPED)}) == 1


@pytest.mark.parametrize("name", COMPLETE)
def test_the_shipped_pack_is_complete_and_agrees_with_the_parsers(name):
    from sequifi_lite.data.corpora.published import describe

    kept = read_pack(SHIPPED / f"{name}.parquet")
    assert kept.embeddings.shape == (COMPLETE[name], 1024) and kept.embeddings.dtype == np.float16
    official = published(name)
    assert set(kept.clips["file"]) <= set(official) and kept.clips["file"].is_unique
    if name != "mesd":  # no complete copy was to be had
        assert set(kept.clips["file"]) == set(official)
    assert kept.clips["file"].is_monotonic_increasing
    for row in kept.clips.iloc[::37].to_dict("records"):
        fields = describe(name, Path(row["file"]).stem)
        for key, value in fields.items():
            assert row[key] == value or (pd.isna(row[key]) and value is None), (row["file"], key)
    by_file = pd.Series(official)[kept.clips["file"]].to_numpy(float)
    assert np.abs(by_file - kept.clips["duration"]).max() < 0.001
    assert set(kept.clips.loc[kept.clips["defect"] != "", "file"].map(lambda f: Path(f).stem)) == set(
        CORPORA[name].DEFECTS
    )
    assert kept.provenance["encoder"] == "openai/whisper-base" and kept.provenance["layer"] == 3


def test_the_shipped_pack_is_small():
    assert sum(path.stat().st_size for path in SHIPPED.glob("*.parquet")) <= 32 * 2**20


def test_an_equal_clip_has_an_equal_embedding_and_others_do_not():
    """The join of rows and embeddings is right.

    Known duplicate pairs agree exactly, other clips of the same speaker do not.
    """
    kept = read_pack(SHIPPED / "cremad.parquet")
    row = {Path(file).stem: i for i, file in enumerate(kept.clips["file"])}
    for a, b in (
        ("1006_TIE_HAP_XX", "1006_TIE_NEU_XX"),
        ("1013_WSI_DIS_XX", "1013_WSI_SAD_XX"),
        ("1017_IWW_ANG_XX", "1017_IWW_FEA_XX"),
    ):
        assert kept.clips["sha256"][row[a]] == kept.clips["sha256"][row[b]]
        np.testing.assert_allclose(
            kept.embeddings[row[a]].astype(float), kept.embeddings[row[b]].astype(float), atol=2e-2
        )
        assert not np.allclose(
            kept.embeddings[row[a]].astype(float), kept.embeddings[row[b] + 1].astype(float), atol=2e-2
        )
