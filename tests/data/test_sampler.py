"""The sampler: what its table says of every clip is so, and nothing else of sound is in the repository."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from sequifi_lite.data import CORPORA, load_pack, load_sampler, read_audio, split
from sequifi_lite.data.audio import READABLE
from sequifi_lite.data.emotions import FOUR, SIX
from sequifi_lite.data.sampler import FOLDER, USES, load_neighbours
from sequifi_lite.errors import PackError
from sequifi_lite.studies import results

ROOT = Path(__file__).resolve().parents[2]
SOUND = re.compile(rb"RIFF....WAVE|fLaC|OggS|ID3|FORM....AIF|\xff[\xfb\xf3\xf2]", re.S)
CLIPS = load_sampler()


def committed() -> list[Path]:
    """The files of the repository; without git all but what building and testing leave behind."""
    done = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True)
    if done.returncode == 0:
        paths = [ROOT / name for name in done.stdout.decode().splitlines()]
    else:
        paths = [p for p in ROOT.rglob("*") if not re.search(r"/(\.|_build|__pycache__)", p.as_posix())]
    return [path for path in paths if path.is_file()]


def beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(12)


def test_no_other_sound_is_committed():
    by_name = {p for p in committed() if p.suffix.lower() in {*READABLE, ".m4a", ".aac", ".mp4", ".aiff"}}
    by_content = {p for p in committed() if SOUND.match(beginning(p))}
    assert by_name == by_content == {Path(path) for path in CLIPS["path"]}


def test_a_sound_of_another_name_would_be_seen(tmp_path):
    soundfile.write(tmp_path / "x.wav", np.zeros(400), 16_000)
    soundfile.write(tmp_path / "x.ogg", np.zeros(4000), 16_000)
    assert all(SOUND.match(beginning(path)) for path in tmp_path.iterdir())


def test_clips_are_few_small_and_what_the_table_says():
    assert 25 <= len(CLIPS) <= 40 and sum(Path(path).stat().st_size for path in CLIPS["path"]) < 1_000_000
    assert (
        CLIPS["clip"].is_unique
        and set(CLIPS["use"]) == set(USES)
        and set(CLIPS["corpus"]) == {"cremad", "mesd"}
    )
    for _, clip in CLIPS.iterrows():
        info = soundfile.info(clip["path"])
        assert (info.samplerate, info.channels, info.format, info.subtype) == (16_000, 1, "FLAC", "PCM_16")
        assert abs(info.duration - clip["seconds"]) < 0.006 and np.abs(read_audio(clip["path"])).max() > 0.01


def test_every_clip_names_its_source_licence_and_speaker():
    for corpus, rows in CLIPS.groupby("corpus"):
        published = load_pack(str(corpus)).clips.set_index("file").loc[rows["file"]]
        for column, here in (("sha256", "source_sha256"), ("gender", "gender"), ("sentence", "sentence")):
            assert published[column].tolist() == rows[here].tolist()
        assert published["emotion"].tolist() == rows["emotion"].tolist()
        facts = CORPORA[str(corpus)]
        assert set(rows["licence"]) == {facts.LICENCE} and set(rows["home"]) == {facts.HOME}
        if corpus == "cremad":
            assert rows["speaker"].tolist() == published["speaker"].tolist()
        else:
            assert rows["speaker"].isna().all()


def test_nothing_that_is_asked_or_shown_has_been_trained_on_in_fold_0():
    for corpus, rows in CLIPS[CLIPS["use"] != "twice"].groupby("corpus"):
        clips = load_pack(str(corpus)).clips
        assert set(rows["file"]) <= set(clips["file"].iloc[split(clips, 0, None).test])


def test_the_quiz_is_blind_even_and_by_many_voices():
    blind = CLIPS[CLIPS["use"] == "quiz"]
    assert (
        blind["emotion"].value_counts().to_dict() == dict.fromkeys(SIX, 2)
        and blind["speaker"].nunique() >= 10
    )
    assert not set(blind["speaker"]) & set(CLIPS.loc[CLIPS["use"] == "moods", "speaker"])
    assert all(re.fullmatch(r"quiz_\d\d", name) for name in blind["clip"])
    answers = results.load("listening", "quiz")[0]
    assert answers["file"].tolist() == blind["file"].tolist() and set(answers["probe"]) <= set(SIX)


def test_the_same_words_stand_there_in_four_moods_by_several_voices():
    grid = CLIPS[CLIPS["use"] == "moods"]
    for _, rows in grid.groupby(["corpus", "gender", "sentence"]):
        assert sorted(rows["emotion"]) == sorted(FOUR)
    voices = grid.groupby("corpus")[["gender", "sentence"]].nunique()
    assert voices.loc["cremad"].tolist() == [2, 2] and voices.loc["mesd"].tolist() == [2, 1]


def test_votes_and_scores_of_listeners_fit_together():
    heard = CLIPS[[f"heard_{word}" for word in SIX]]
    english = CLIPS["corpus"] == "cremad"
    assert (heard[english].sum(axis=1) >= 5).all() and heard[~english].isna().all(axis=None)
    table = results.load("listening")[0].set_index("who")
    assert (table["low"] < table["uar"]).all() and (table["uar"] < table["high"]).all()
    np.testing.assert_allclose(table[list(SIX)].mean(axis=1), table["uar"], atol=0.01)
    # The same probe on the same clips was measured before, by another study.
    probe = results.load("probe")[0].set_index("corpus").loc["cremad"]
    assert (
        table.loc["linear probe", ["uar", "low", "high"]].tolist() == probe[["uar", "low", "high"]].tolist()
    )


def test_neighbours_are_of_the_sampler_and_never_the_clip_itself():
    table = load_neighbours()
    assert len(table) == len(CLIPS) * 7 * 3 and set(table["neighbour"]) <= set(CLIPS["clip"])
    assert (table["clip"] != table["neighbour"]).all() and not table.duplicated(
        ["clip", "depth", "neighbour"]
    ).any()


def test_the_licence_page_counts_the_clips():
    text = (ROOT / "DATA_LICENSES.md").read_text(encoding="utf-8")
    counts = CLIPS["corpus"].value_counts()
    assert f"{len(CLIPS)} short clips" in text
    assert f"{counts['cremad']} of CREMA-D (ODbL 1.0 and DbCL 1.0) and {counts['mesd']} of MESD" in text
    assert f"{len(CLIPS)} clips" in (ROOT / "book/corpora.md").read_text(encoding="utf-8")


def test_a_damaged_clip_is_told_with_its_place(tmp_path, monkeypatch):
    shutil.copytree(FOLDER, tmp_path / "sampler")
    monkeypatch.setattr("sequifi_lite.data.sampler.FOLDER", tmp_path / "sampler")
    path = tmp_path / "sampler" / f"{CLIPS['clip'].iloc[3]}.flac"
    content = bytearray(path.read_bytes())
    content[500] ^= 1
    path.write_bytes(content)
    with pytest.raises(PackError, match=re.escape(str(path))):
        load_sampler()
    path.unlink()
    with pytest.raises(PackError, match="missing or damaged"):
        load_sampler()


def test_samples_are_those_of_the_published_files():
    root = Path(os.environ.get("SEQUIFI_LITE_CORPORA", "nowhere"))
    if not (root / "cremad").is_dir():
        pytest.skip("needs SEQUIFI_LITE_CORPORA with cremad: the published recordings")
    for _, clip in CLIPS[CLIPS["corpus"] == "cremad"].iterrows():
        source = root / "cremad" / clip["file"]
        assert hashlib.sha256(source.read_bytes()).hexdigest() == clip["source_sha256"]
        np.testing.assert_array_equal(
            soundfile.read(source, dtype="int16")[0], soundfile.read(clip["path"], dtype="int16")[0]
        )
    assert pd.unique(CLIPS.loc[CLIPS["corpus"] == "cremad", "changed"]).tolist() == ["FLAC"]
