"""Other ears: the same clips under other packs, and the pack of the book back again afterwards."""

import os

import make_ears
import numpy as np
import pandas as pd
import pytest

from sequifi_lite import load_pack, load_problem
from sequifi_lite.data import ears
from sequifi_lite.data.ears import EARS, HEARD, REFERENCE, folder_of, hearing, sums_of
from sequifi_lite.data.emotions import FOUR
from sequifi_lite.data.pack import SHIPPED, read_pack
from sequifi_lite.data.splits import parts
from sequifi_lite.errors import CorpusMissing, SequifiError
from sequifi_lite.studies.plans.ears_tuning import STUDIED

THERE = [ear for ear in EARS if (SHIPPED / ear).is_dir()]


@pytest.fixture(autouse=True)
def no_packs_of_ones_own(monkeypatch, tmp_path):
    monkeypatch.setenv("SEQUIFI_LITE_PACKS", str(tmp_path / "none"))


def test_every_ear_heard_the_same_clips():
    assert REFERENCE in THERE and len(THERE) >= 3
    for corpus in HEARD:
        tables = [read_pack(SHIPPED / ear / f"{corpus}.parquet").clips for ear in THERE]
        for table in tables:
            assert list(table["file"]) == list(tables[0]["file"])
            assert (table["emotion"] == tables[0]["emotion"]).all() and set(table["emotion"]) == set(FOUR)
            assert table["speaker"].equals(tables[0]["speaker"]) and (table["defect"] == "").all()


def test_thirty_actors_of_crema_d_six_of_every_fold():
    clips = read_pack(SHIPPED / REFERENCE / "cremad.parquet").clips
    people = clips.drop_duplicates("speaker")
    by_fold = people.groupby([people["speaker"].map(parts("cremad")), "gender"]).size()
    assert len(people) == 30 and by_fold.eq(3).all() and len(by_fold) == 10
    whole = load_pack("cremad").clips
    theirs = whole["speaker"].isin(people["speaker"]) & whole["emotion"].isin(FOUR)
    assert len(clips) == (theirs & (whole["defect"] == "")).sum()
    np.testing.assert_array_equal(whole[make_ears.chosen(whole)]["file"], clips["file"])


@pytest.mark.parametrize("ear", THERE)
def test_an_ear_is_stored_in_whole_numbers_with_mean_nought(ear):
    X = np.concatenate([read_pack(SHIPPED / ear / f"{name}.parquet").embeddings for name in HEARD])
    X = X.astype(np.float64)
    assert (X == np.rint(X)).all()
    steps = make_ears.STEPS[ear]
    np.testing.assert_allclose(X.mean(0), 0, atol=0.05)
    moves = X.std(0) > 0
    np.testing.assert_allclose(X.std(0)[moves], steps, rtol=0.02)
    assert moves.mean() > 0.95


def test_the_reference_is_the_pack_but_for_rounding():
    packs = {name: load_pack(name) for name in HEARD}
    X = np.concatenate(
        [pack.embeddings[make_ears.chosen(pack.clips)].astype(np.float64) for pack in packs.values()]
    )
    stored = np.concatenate([read_pack(SHIPPED / REFERENCE / f"{name}.parquet").embeddings for name in HEARD])
    z = (X - X.mean(0)) / X.std(0)
    assert np.abs(8 * z - stored.astype(np.float64)).max() <= 0.5 + 1e-6


def test_rounding_by_hand():
    given = {"a": np.array([[1.0, 5.0], [3.0, 5.0]]), "b": np.array([[5.0, 5.0]])}
    spread = np.sqrt(8 / 3)
    found = make_ears.rounded(given, 4)
    np.testing.assert_array_equal(found["a"], [[np.rint(-2 / spread * 4), 0], [0, 0]])
    np.testing.assert_array_equal(found["b"], [[np.rint(2 / spread * 4), 0]])


def test_hearing_gives_the_ear_and_then_the_pack_again():
    before, mine = load_problem(["mesd", "emodb"], 0).X.shape[1], os.environ["SEQUIFI_LITE_PACKS"]
    with hearing("log-mel"):
        problem = load_problem(["mesd", "emodb"], 0)
        assert problem.X.shape[1] == 160
        with hearing(REFERENCE):
            assert load_problem(["mesd", "emodb"], 0).X.shape[1] == 1024
        assert load_problem(["mesd", "emodb"], 0).X.shape[1] == 160
    with pytest.raises(RuntimeError), hearing("log-mel"):
        raise RuntimeError
    assert load_problem(["mesd", "emodb"], 0).X.shape[1] == before == 1024
    assert os.environ["SEQUIFI_LITE_PACKS"] == mine
    shipped = load_problem(["mesd", "emodb"], 0)
    np.testing.assert_array_equal(problem.labels, shipped.labels)
    assert list(problem.clips["file"]) == list(shipped.clips["file"])
    for name in ("mesd", "emodb"):
        for part in ("train", "valid", "test"):
            np.testing.assert_array_equal(
                getattr(problem.parts[name], part), getattr(shipped.parts[name], part)
            )


def test_the_environment_is_left_as_it_was_where_nothing_was_set(monkeypatch):
    monkeypatch.delenv("SEQUIFI_LITE_PACKS")
    with hearing("log-mel"):
        pass
    assert "SEQUIFI_LITE_PACKS" not in os.environ


def test_an_ear_that_is_not_there(tmp_path):
    with pytest.raises(SequifiError, match="There is no ear 'cat'; choose one of whisper-base-3"):
        folder_of("cat")
    with pytest.raises(CorpusMissing, match=r"make_ears.py egemaps --to"):
        folder_of("egemaps")
    with pytest.raises(CorpusMissing), hearing("egemaps"):
        raise AssertionError


def test_own_packs_of_an_ear_come_first_and_sums_are_theirs(tmp_path, monkeypatch):
    own = tmp_path / "own"
    (own / "egemaps").mkdir(parents=True)
    for name in HEARD:
        (own / "egemaps" / f"{name}.parquet").write_bytes(
            (SHIPPED / "log-mel" / f"{name}.parquet").read_bytes()
        )
    monkeypatch.setenv("SEQUIFI_LITE_PACKS", str(own))
    assert folder_of("egemaps") == own / "egemaps"
    assert sums_of("egemaps") == sums_of("log-mel") != sums_of(REFERENCE)


def test_what_is_not_shipped_has_its_sums_on_record():
    for ear in set(STUDIED) - set(THERE):
        assert set(ears.SUMS[ear]) == set(HEARD)
        assert sums_of(ear) == ears.SUMS[ear]


def test_what_is_measured_of_a_clip():
    """Log-mel statistics against a loop; a louder copy moves all means by one constant and no deviation."""
    ear, clip = make_ears.LogMel(), np.random.default_rng(0).normal(0, 0.05, 16_000).astype(np.float32)
    found, louder = ear.embed([clip, 2 * clip])
    mel = make_ears.log_mel(clip)
    by_hand = [band.sum() / len(band) for band in mel]
    np.testing.assert_allclose(found[:80], by_hand, rtol=1e-5)
    deviation = [np.sqrt(((band - mean) ** 2).mean()) for band, mean in zip(mel, by_hand)]
    np.testing.assert_allclose(found[80:], deviation, rtol=1e-4, atol=1e-6)
    assert np.ptp((louder - found)[:80]) < 1e-3 < (louder - found)[:80].min()
    np.testing.assert_allclose(louder[80:], found[80:], atol=1e-4)


def test_which_clips_are_heard():
    clips = pd.DataFrame(
        {"corpus": "emodb", "emotion": ["anger", "boredom", "sadness"], "defect": ["", "", "x"]}
    )
    assert make_ears.chosen(clips).tolist() == [True, False, False]
