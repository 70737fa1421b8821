"""The command `predict` and a loaded model's own: sound in, calibrated answers out, as text, JSON and csv."""

import csv
import io
import json
import shutil

import numpy as np
import pandas as pd
import pytest
import soundfile
import torch
from click.testing import CliRunner
from tiny_encoders import write_whisper

from sequifi_lite import MLP, load_model, save_model
from sequifi_lite.cli import main
from sequifi_lite.data.encoders.like import sum_of_weights
from sequifi_lite.data.encoders.load import load_encoder
from sequifi_lite.data.scaler import ScaledProblem, Scaler
from sequifi_lite.data.splits import Split
from sequifi_lite.errors import ArgumentError, AudioError, EncoderError

EMOTIONS = ("anger", "sadness")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with an encoder of random weights, a model saved on top of it, and sound."""
    folder = tmp_path_factory.mktemp("place")
    encoder = load_encoder(str(write_whisper(folder / "encoder")), 1, "mean+std")
    rng = np.random.default_rng(0)
    waves = [rng.normal(0, 0.05 + 0.1 * (n % 2), 8_000).astype(np.float32) for n in range(24)]
    raw = encoder.embed(waves).astype(np.float16)
    scaler = Scaler.of(raw[:12])
    rows = np.arange(24)
    problem = ScaledProblem(
        ("drawn",), EMOTIONS, torch.from_numpy(scaler(raw)), torch.arange(24) % 2,
        {"drawn": Split(rows[:12], rows[12:18], rows[18:], "speaker")},
        pd.DataFrame({"duration": np.full(24, 0.5)}), scaler=scaler, folds={"drawn": 0},
        provenance={"drawn": {
            "encoder": "a/name", "layer": 1, "pooling": "mean+std", "dim": encoder.dim, "licence": "none",
            "weights_sha256": sum_of_weights(encoder.network),
        }},
    )  # fmt: skip
    save_model(MLP([0, 1], encoder.dim, 8, 2), folder / "m.safetensors", problem)
    for name, seconds in (("short", 0.4), ("long", 1.3)):
        soundfile.write(folder / f"{name}.wav", rng.normal(0, 0.1, int(16_000 * seconds)), 16_000)
    (folder / "text.wav").write_text("no sound")
    return folder


def run(place, *words, encoder=True):
    words = [
        "predict",
        place / "m.safetensors",
        *words,
        *(["--encoder", place / "encoder"] if encoder else []),
    ]
    return CliRunner().invoke(main, [str(word) for word in words])


def test_what_is_printed_is_what_the_model_says(place):
    model = load_model(place / "m.safetensors")
    answers = [model.predict(place / f"{n}.wav", encoder=str(place / "encoder")) for n in ("short", "long")]
    told = run(place, place / "short.wav", place / "long.wav", "--json")
    assert told.exit_code == 0 and json.loads(told.stdout) == [answer.as_dict() for answer in answers]
    text = run(place, place / "short.wav").stdout
    assert f"short.wav: {answers[0].emotion} {answers[0].probability:.0%} (" in text
    rows = list(csv.DictReader(io.StringIO(run(place, place / "long.wav", "--format", "csv").stdout)))
    assert [row["part"] for row in rows] == ["all", "1", "2", "3"]
    assert float(rows[0]["anger"]) == pytest.approx(answers[1].probabilities["anger"], abs=1e-4)


def test_a_long_file_is_cut_into_equal_pieces_whose_mean_is_the_answer(place):
    model, encoder = load_model(place / "m.safetensors"), load_encoder(str(place / "encoder"), 1, "mean+std")
    wave = soundfile.read(place / "long.wav", dtype="float32")[0]
    answer = model.predict(wave, rate=16_000, encoder=str(place / "encoder"))
    ends = [part.end for part in answer.segments]
    assert np.allclose(np.diff([0, *ends]), 1.3 / 3, atol=1e-3) and answer.segments[1].start == ends[0]
    raw = encoder.embed(np.array_split(wave, 3)).astype(np.float16)
    z = torch.from_numpy(model.scaler(raw))
    with torch.no_grad():
        shares = torch.softmax(model.head(z).double() / model.card["temperature"], -1).mean((0, 1))
    assert list(answer.probabilities.values()) == pytest.approx(shares.tolist(), abs=1e-5)
    assert sum(answer.probabilities.values()) == pytest.approx(1)
    whole = model.predict(wave, rate=16_000, segment=2, encoder=str(place / "encoder"))
    assert len(whole.segments) == 1 and whole.segments[0].end == pytest.approx(1.3)


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_answered(place):
    told = run(place, place / "text.wav", place / "short.wav", place / "nowhere.wav", "--json")
    assert told.exit_code == 2 and len(json.loads(told.stdout)) == 1
    assert told.stderr.count("error: ") == 2 and "text.wav" in told.stderr and "nowhere.wav" in told.stderr


def test_another_encoder_is_refused_and_the_environment_names_the_right_one(place, tmp_path, monkeypatch):
    model = load_model(place / "m.safetensors")
    monkeypatch.setenv("SEQUIFI_LITE_ENCODER", str(place / "encoder"))
    assert model.predict(place / "short.wav").emotion in EMOTIONS
    torch.manual_seed(5)
    other = write_whisper(tmp_path / "other")
    weights = other / "model.safetensors"
    from safetensors.torch import load_file, save_file

    save_file({name: value + 0.01 for name, value in load_file(weights).items()}, weights, {"format": "pt"})
    with pytest.raises(EncoderError, match="has other weights than a/name has on record"):
        model.predict(place / "short.wav", encoder=str(other))


def test_sound_that_is_none_is_refused(place):
    model, encoder = load_model(place / "m.safetensors"), str(place / "encoder")
    for wave, rate in ((np.zeros((2, 9)), 16_000), (np.zeros(9, int), 16_000), (np.zeros(9_000), None)):
        with pytest.raises(ArgumentError, match="give one channel"):
            model.predict(wave, rate=rate, encoder=encoder)
    for bad in (np.full(9_000, np.nan), np.full(9_000, 300.0)):
        with pytest.raises(ArgumentError, match="far beyond full scale"):
            model.predict(bad, rate=16_000, encoder=encoder)
    with pytest.raises(AudioError, match="less than one window of 25 ms"):
        model.predict(np.zeros(100, np.float32), rate=16_000, encoder=encoder)
    with pytest.raises(ArgumentError, match="segment is -1"):
        model.predict(np.zeros(9_000), rate=16_000, segment=-1, encoder=encoder)


def test_sound_unlike_all_of_training_is_noted(place):
    model, encoder = load_model(place / "m.safetensors"), str(place / "encoder")
    model.card["distance"] = {"drawn": 1e-3}  # as if all clips of training had been alike
    answer = model.predict(place / "short.wav", encoder=encoder)
    assert answer.note.startswith("unlike all clips")


def test_the_card_is_printed_and_a_call_without_files_is_told(place):
    told = run(place, "--card", encoder=False)
    assert json.loads(told.stdout)["emotions"] == list(EMOTIONS)
    told = run(place, encoder=False)
    assert told.exit_code == 2 and "error: Missing argument 'FILES...'" in told.stderr


def test_the_folder_that_adapt_writes_is_its_model(place, tmp_path):
    shutil.copy(place / "m.safetensors", tmp_path / "model.safetensors")
    told = CliRunner().invoke(main, ["predict", str(tmp_path), "--card"])
    assert told.exit_code == 0 and json.loads(told.stdout) == load_model(place / "m.safetensors").card
    (tmp_path / "empty").mkdir()
    told = CliRunner().invoke(main, ["predict", str(tmp_path / "empty"), "--card"])
    assert told.exit_code == 2
    assert told.stderr.startswith("error: There is no model.safetensors in the folder")
