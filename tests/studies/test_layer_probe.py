"""The study of depth.

Its probe against scikit-learn's, its choices against loops, and the shipped table against the pack.
"""

import json
import os

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import pandas as pd
import pytest
import torch
import transformers
from click.testing import CliRunner

from sequifi_lite import load_pack
from sequifi_lite.cli import main
from sequifi_lite.data.emotions import FOUR
from sequifi_lite.data.encoders.load import load_encoder
from sequifi_lite.data.encoders.whisper import log_mel
from sequifi_lite.data.splits import split
from sequifi_lite.errors import CorpusMissing, EncoderError
from sequifi_lite.evaluation.metrics import confusion, uar
from sequifi_lite.studies import provenance as study, results
from sequifi_lite.studies.layer_sweep import Depths, Sweep, choices, drawn, sweep
from sequifi_lite.studies.plans import layer_probe as depth
from sequifi_lite.studies.plans.layer_probe import AllDepths, deepest, tables, vectors
from sequifi_lite.studies.tables.layer_probe import report, tied


def telling(name, column, strength=4.0, width=4, seed=0):
    """Inputs of which one tells nothing and one tells the value of a column, on clips of a real corpus."""
    clips = load_pack(name).clips
    clips = clips[clips["defect"] == ""].reset_index(drop=True)
    generator = np.random.default_rng(seed)
    codes, words = pd.factorize(clips[column], sort=True)
    X = generator.normal(size=(len(clips), 2 * max(width, len(words))))
    tells = X.copy()
    tells[np.arange(len(clips)), codes] += strength
    return Depths(clips, {"nothing": X, column: tells})


def test_every_clip_is_tested_once_by_a_probe_that_never_saw_its_speaker():
    found = sweep(telling("emodb", "emotion"), penalties=(0.01, 1.0))
    clips = load_pack("emodb").clips
    four = clips["emotion"].isin(FOUR)
    assert len(found.truth) == four.sum() and set(found.fold) == set(range(5))
    assert found.predicted.shape == (four.sum(), 2, 2) and found.valid.shape == (5, 2, 2)
    assert found.train == round(np.mean([len(split(clips, f).train) for f in range(5)]))
    assert found.score()[1].min() > 0.9 and found.score()[0].max() < 0.45
    assert set(found.groups) == set(clips["speaker"])
    # What tells the speaker tells a new speaker's mood no better than nothing does.
    assert sweep(telling("emodb", "speaker"), penalties=(1.0,)).score()[1].max() < 0.45
    assert (
        sweep(telling("emodb", "speaker"), "sentence", read="speaker", penalties=(1.0,)).score()[1].min()
        > 0.9
    )


def test_choices_against_loops():
    found = sweep(telling("emodb", "emotion", strength=1.5), penalties=(0.001, 0.01, 1.0))
    made = choices(found)
    for f in range(5):
        pairs = [(found.valid[f, i, c], -i, -c) for i in range(2) for c in range(3)]
        best = max(pairs)
        assert (made["nested"][0][f], made["nested"][1][f]) == (-best[1], -best[2])
        assert (
            made["last block"][0][f] == 1
            and found.valid[f, 1, made["last block"][1][f]] == found.valid[f, 1].max()
        )
        rows = found.fold == f
        own = uar(confusion(found.truth[rows], found.of(*made["best on test, fold by fold"])[rows], 4))
        assert own == pytest.approx(found.score(rows).max())
    (layer,), (penalty,) = (set(part) for part in made["best on test"])
    scores = [uar(confusion(found.truth, found.predicted[:, i, c], 4)) for i in range(2) for c in range(3)]
    assert max(scores) == pytest.approx(scores[layer * 3 + penalty])
    assert found.draws(*made["best on test"])[0] == pytest.approx(100 * max(scores))
    # Nested looks at no test clip.
    blind = Sweep(**{**vars(found), "predicted": np.zeros_like(found.predicted)})
    assert all((a == b).all() for a, b in zip(choices(blind)["nested"], made["nested"]))


def test_as_few_clips_means_as_few_of_each_class_and_the_same_tests():
    both = sweep(telling("emodb", "emotion"), "speaker+sentence", None, penalties=(0.1,))
    few = sweep(telling("emodb", "emotion"), "speaker", None, penalties=(0.1,), like="speaker+sentence")
    wide = sweep(telling("emodb", "emotion"), "speaker", None, penalties=(0.1,))
    assert few.train == both.train < wide.train
    assert (few.fold == both.fold).all() and len(few.valid) == 25 and len(few.truth) == len(wide.truth) == 535
    y = np.array([0, 0, 0, 1, 1, 2, 2])
    few = drawn(np.array([0, 1, 2, 3, 4, 6]), y, np.array([2, 1, 1]), 0)
    assert np.bincount(y[few]).tolist() == [2, 1, 1] and 5 not in few and len(set(few)) == 4


def test_sentences_that_were_tied_to_emotions_mislead_what_reads_sentences():
    rows = pd.DataFrame(tied(telling("ravdess", "sentence", 6.0)))
    words = rows[rows["input"] == "sentence"].set_index("chosen")
    assert words.loc["as in training", "uar"] > 42 and words.loc["the other way round", "uar"] < 8
    assert words.loc["the other way round", "diff"] == pytest.approx(
        words.loc["the other way round", "uar"] - words.loc["as in training", "uar"]
    )
    assert words.loc["the other way round", "diff_high"] < -30
    assert abs(words.loc["mixed, the other way round", "diff"]) < 12
    voice = pd.DataFrame(tied(telling("ravdess", "emotion", 6.0))).set_index(["input", "chosen"])["uar"]
    assert voice["emotion"].min() > 95
    # Both kinds of clips together are all clips, each once for every way to tie.
    assert set(rows["clips"]) == {
        load_pack("ravdess").clips.query("defect == ''")["emotion"].isin(FOUR).sum()
    }


def test_the_report_has_a_row_for_every_question(monkeypatch):
    monkeypatch.setattr(sweep, "__defaults__", (*sweep.__defaults__[:3], (0.1,), None))
    kept = {}
    for name in depth.SOURCES:
        column = "emotion"
        whole = telling(name, column)
        rows = (
            np.ones(len(whole.clips), bool)
            if name != "cremad"
            else whole.clips["speaker"].isin(depth.ACTORS).to_numpy()
        )
        kept[name] = whole.where(rows)
        kept[name] = Depths(
            kept[name].clips, {"log-mel": kept[name].inputs["nothing"], "stem": kept[name].inputs["emotion"]}
        )
    table = report(kept)
    assert table.groupby("question").size().to_dict() == {
        "choice": 20,
        "content": 8,
        "depth": 24,
        "text": 6,
        "tied": 24,
    }
    assert not table.duplicated(
        ["question", "corpus", "held_out", "read", "pooling", "input", "chosen"]
    ).any()
    uars = table[["low", "uar", "high"]].to_numpy()
    assert (uars[:, 0] <= uars[:, 1]).all() and (uars[:, 1] <= uars[:, 2]).all()
    nested = table.query("question == 'choice' and input == 'nested'").set_index("corpus")
    assert (nested["diff"] == 0).all() and nested.loc["emodb", "chosen"] == " ".join(["stem"] * 5)
    assert nested.loc["mean", "uar"] == pytest.approx(nested["uar"].drop("mean").mean(), abs=0.01)
    assert set(table.query("corpus == 'mesd'")["held_out"]) == {"word"}


@pytest.fixture(scope="module")
def whisper(tmp_path_factory):
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("whisper")
    config = transformers.WhisperConfig(
        d_model=16, encoder_layers=2, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2,
        encoder_ffn_dim=32, decoder_ffn_dim=32, vocab_size=64, pad_token_id=0, bos_token_id=1, eos_token_id=2,
        decoder_start_token_id=1, suppress_tokens=None, begin_suppress_tokens=None,
    )  # fmt: skip
    transformers.WhisperForConditionalGeneration(config).save_pretrained(folder)
    transformers.WhisperFeatureExtractor().save_pretrained(folder)
    return str(folder)


def test_vectors_are_log_mel_and_every_depth_and_are_made_once(whisper, tmp_path, monkeypatch):
    import soundfile

    clips = load_pack("emodb").clips.iloc[:3].drop(columns="sha256")
    waves = [np.random.default_rng(i).normal(0, 0.1, 4000 + 900 * i).astype(np.float32) for i in range(3)]
    paths = [tmp_path / f"{i}.wav" for i in range(3)]
    for path, wave in zip(paths, waves):
        soundfile.write(path, wave, 16_000, subtype="FLOAT")
    table = clips.assign(path=list(map(str, paths)), duration=[len(wave) / 16_000 for wave in waves])
    encoder = AllDepths(deepest(whisper))
    assert encoder.layer == 2
    found = vectors(table, encoder, tmp_path / "work")
    assert list(found.inputs) == ["log-mel", "stem", "block 1", "block 2"]
    mel = log_mel(waves[1])
    np.testing.assert_allclose(found.inputs["log-mel"][1], [*mel.mean(1), *mel.std(1)], atol=2e-3)
    for k in (1, 2):
        alone = np.concatenate([load_encoder(whisper, k).embed([wave]) for wave in waves])
        np.testing.assert_allclose(found.inputs[f"block {k}"], alone, atol=5e-3)
    assert (found.pooled("mean").inputs["stem"] == found.inputs["stem"][:, :16]).all()
    assert (found.pooled("std").inputs["log-mel"] == found.inputs["log-mel"][:, 80:]).all()
    monkeypatch.setattr(encoder, "embed", None)  # a second call reads what the first has written
    assert (vectors(table, encoder, tmp_path / "work").inputs["stem"] == found.inputs["stem"]).all()
    # Another network of the same size is not taken for this one.
    with torch.no_grad():
        next(encoder.network.parameters()).add_(1)
    with pytest.raises(TypeError):
        vectors(table, encoder, tmp_path / "work")
    cost = depth.what_it_costs(table, AllDepths(deepest(whisper)))
    assert list(cost) == list(found.inputs) and 0 < cost["stem"] <= cost["block 1"] <= cost["block 2"]
    assert "name" not in depth.facts(encoder) and depth.facts(encoder)["blocks"] == 2
    assert depth.heard(found)["as_in_the_pack"] == 0 and depth.heard(found)["clips"] == 3


def test_missing_audio_and_encoders_are_one_sentence(tmp_path, monkeypatch):
    with pytest.raises(CorpusMissing, match="sequifi-lite get emodb.*SEQUIFI_LITE_CORPORA"):
        tables(tmp_path)
    monkeypatch.setenv("SEQUIFI_LITE_CORPORA", str(tmp_path))
    got = CliRunner().invoke(main, ["study", "run", "depth", "--out", str(tmp_path / "out")])
    assert (
        got.exit_code == 2
        and got.stderr.startswith("error: There is no folder")
        and got.stderr.count("\n") == 1
    )
    with pytest.raises(EncoderError, match="No encoder can be loaded"):
        deepest(str(tmp_path / "nowhere"))


def test_what_a_study_knows_of_its_origin_goes_into_the_provenance(tmp_path, monkeypatch):
    table = pd.DataFrame({"a": [1]})
    table.attrs["provenance"] = {"encoder": {"blocks": 2}}
    monkeypatch.setitem(study.IN_ONE_PIECE, "depth", lambda progress: table)
    kept = json.loads((study.run("depth", tmp_path) / "provenance.json").read_text())
    assert kept["encoder"] == {"blocks": 2} and kept["study"] == "depth"


# ---------------------------------------------------------------- what is shipped


def test_the_shipped_table_is_whole():
    table, provenance = results.load("depth")
    assert set(table["question"]) == {"depth", "choice", "text", "content", "tied"}
    inputs = ["log-mel", "stem", *(f"block {k}" for k in range(1, 7))]
    sweep_rows = table[table["question"] == "depth"]
    assert (
        sweep_rows.groupby(["corpus", "pooling"])["input"].agg(list).map(lambda found: found == inputs).all()
    )
    assert len(sweep_rows) == 4 * 3 * 8
    assert ((table["low"] <= table["uar"]) & (table["uar"] <= table["high"])).all()
    assert provenance["study"] == "depth" and provenance["encoder"]["blocks"] == 6
    assert provenance["audio"]["cremad"]["speakers"] == len(depth.ACTORS) == 12
    assert not any("/" in str(value) for value in provenance["audio"].values())


@pytest.mark.parametrize("name", ["emodb", "ravdess", "mesd"])
def test_the_shipped_row_of_block_3_comes_out_of_the_pack(name):
    table, provenance = results.load("depth")
    kept = load_pack(name)
    use = (kept.clips["defect"] == "").to_numpy()
    clips, X = kept.clips[use].reset_index(drop=True), kept.embeddings[use].astype(np.float32)
    row = table.query(
        "question == 'depth' and input == 'block 3' and pooling == 'mean+std' and corpus == @name"
    ).iloc[0]
    found = sweep(Depths(clips, {"block 3": X}))
    penalty = found.valid[:, 0].argmax(1)
    assert len(found.truth) == row["clips"] and found.train == row["train"]
    assert found.draws(np.zeros(5, int), penalty)[0] == pytest.approx(row["uar"], abs=0.8)
