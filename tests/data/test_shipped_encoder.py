"""The encoder that ships: rounded as a loop would do it, read with no network, close to the float one."""

import json
import os
import shutil
import socket
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import joint_rounding
import make_int8_encoder
import measure_int8_encoder
import numpy as np
import pytest
import soundfile
import torch
import transformers
from click.testing import CliRunner
from tiny_encoders import noise, write_whisper
from torch import nn

from sequifi_lite.cli import main
from sequifi_lite.data.corpora.published import published
from sequifi_lite.data.corpora.scan import scan
from sequifi_lite.data.embed import embed_corpus
from sequifi_lite.data.encoders import shipped
from sequifi_lite.data.encoders.load import load_encoder
from sequifi_lite.data.encoders.shipped import FILE, FOLDER, WORTH, from_int8, to_int8
from sequifi_lite.data.pack import SHIPPED
from sequifi_lite.data.pack_file import difference, provenance_of, read_pack
from sequifi_lite.data.sealed import load_tensors, save_tensors
from sequifi_lite.errors import EncoderError

WAVES = [noise(0.5, 5), noise(0.9, 6)]  # what the tests' encoders are rounded for
SOUND = os.environ.get("SEQUIFI_LITE_CORPORA", "")
FLOAT = os.environ.get("SEQUIFI_LITE_ENCODER", "")


@pytest.fixture(scope="module")
def whisper(tmp_path_factory):
    return Path(write_whisper(tmp_path_factory.mktemp("whisper")))


@pytest.fixture(scope="module")
def rounded(whisper, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rounded")
    make_int8_encoder.make(whisper, folder, blocks=2, source="tiny", waves=WAVES)
    return folder


def test_a_matrix_is_rounded_row_by_row():
    weight = torch.as_tensor(np.random.default_rng(0).normal(size=(5, 3, 4)), dtype=torch.float32)
    weight[2] = 0
    whole, worth = to_int8(weight)
    assert whole.dtype == torch.int8 and worth.shape == (5,)
    for row, (numbers, value) in enumerate(zip(whole.tolist(), worth.tolist())):
        largest = max(abs(float(x)) for x in weight[row].flatten())
        assert value == pytest.approx(largest / 127)
        for number, x in zip(np.ravel(numbers), weight[row].flatten().tolist()):
            assert number == (round(x / value) if largest else 0)
    back = from_int8(whole, worth)
    assert torch.all((back - weight).abs() <= worth.reshape(-1, 1, 1) / 2 + 1e-9)
    assert torch.equal(to_int8(back)[0], whole)


def test_the_same_weights_make_the_same_file(whisper, rounded, tmp_path):
    again = make_int8_encoder.make(whisper, tmp_path, blocks=2, source="tiny", waves=WAVES)
    (one, told), (two, said) = (load_tensors(path, "", "") for path in (rounded / FILE, again))
    assert told == said and one.keys() == two.keys()
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert {name.split(".")[1] for name in one if name.startswith("layers.")} == {"0", "1"}
    assert not any("positions" in name or name.startswith("layer_norm") for name in one)
    for name, value in one.items():
        assert value.dtype == (torch.int8 if name + WORTH in one else torch.float32)


def fitted(row, worth, H):
    """Round weight by weight; after each, all that are left are fitted anew by least squares."""
    n = len(row)
    order = sorted(range(n), key=lambda j: (-H[j, j], j))
    w, whole = row.copy(), np.zeros(n)
    for place, j in enumerate(order):
        whole[j] = np.clip(np.round(w[j] / worth), -127, 127)
        left, done = order[place + 1 :], order[: place + 1]
        if left:  # the minimum of (row - w)^T H (row - w) over what is left
            lost = row[done] - worth * whole[done]
            w[left] = row[left] + np.linalg.solve(H[np.ix_(left, left)], H[np.ix_(left, done)] @ lost)
    return whole


def test_weights_that_are_left_make_up_for_what_rounding_takes():
    generator = np.random.default_rng(0)
    x = generator.normal(size=(40, 7)) @ generator.normal(size=(7, 7))
    x[:, 3] = 0  # an input that is never there
    rows, worth = generator.normal(size=(5, 7)), np.array([0.3, 0.01, 0.2, 0.05, 1.0])
    moment = x.T @ x
    H = moment + (joint_rounding.DAMP * np.diag(moment).mean() + 1e-12) * np.eye(7)
    whole = joint_rounding.round_jointly(*map(torch.from_numpy, (rows, worth, moment))).numpy()
    assert np.abs(whole).max() == 127 and whole.dtype == np.int8
    for row, value, numbers in zip(rows, worth, whole):
        np.testing.assert_array_equal(numbers, fitted(row, value, H))
    rows, worth = generator.normal(size=(60, 7)), np.full(60, 0.2)
    whole = joint_rounding.round_jointly(*map(torch.from_numpy, (rows, worth, moment))).numpy()
    ours, theirs = (((rows - 0.2 * q) @ x.T) for q in (whole, np.round(rows / 0.2)))
    assert (ours**2).sum() < 0.7 * (theirs**2).sum()


def test_what_a_matrix_is_rounded_for_is_what_it_is_given(whisper):
    """Of a convolution, the windows that its kernel sees."""
    encoder = load_encoder(str(whisper), 1)
    told = joint_rounding.moments(encoder, WAVES)
    network, seen = encoder.network, 0
    for wave in WAVES:
        x = nn.functional.pad(network.mel(wave)[None], (1, 1))
        for place in range(x.shape[2] - 2):
            window = x[0, :, place : place + 3].flatten().double()
            seen = seen + torch.outer(window, window)
    torch.testing.assert_close(told["conv1.weight"], seen)
    matrices = {name for name, value in network.encoder.named_parameters() if value.ndim > 1}
    assert set(told) == matrices - {"embed_positions.weight"}


def test_it_is_the_network_with_rounded_weights(whisper, rounded):
    """transformers' own network, with what is in the file; no weight is far from the float one."""
    mended = transformers.WhisperForConditionalGeneration.from_pretrained(whisper)
    held, _ = load_tensors(rounded / FILE, "", "")
    with torch.no_grad():
        for name, weight in mended.model.encoder.named_parameters():
            if name + WORTH in held:
                back = from_int8(held[name], held[name + WORTH])
                torch.testing.assert_close(held[name + WORTH], to_int8(weight)[1])
                assert ((back - weight).abs().flatten(1).amax(1) / held[name + WORTH]).max() < 8
                weight.copy_(back)
    folder = rounded.parent / "mended"
    mended.save_pretrained(folder)
    transformers.WhisperFeatureExtractor().save_pretrained(folder)
    clips = [noise(0.5), noise(1.3, 1)]
    for layer in (1, 2):
        ours, theirs = (load_encoder(str(where), layer).embed(clips) for where in (rounded, folder))
        np.testing.assert_allclose(ours, theirs, atol=2e-5)
        assert np.abs(ours - load_encoder(str(whisper), layer).embed(clips)).max() > 5e-5
    with pytest.raises(EncoderError, match="it has blocks 1 to 2"):
        load_encoder(str(rounded), 3)


def test_what_cannot_be_told_again_is_refused(whisper, tmp_path):
    copy = tmp_path / "moved"
    model = transformers.WhisperForConditionalGeneration.from_pretrained(whisper)
    with torch.no_grad():
        model.model.encoder.embed_positions.weight[7, 3] += 0.1
    model.save_pretrained(copy)
    shutil.copy(whisper / "preprocessor_config.json", copy)
    with pytest.raises(SystemExit, match="not Whisper's sinusoids"):
        make_int8_encoder.make(copy, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_damage_is_told(rounded, tmp_path):
    shutil.copytree(rounded, tmp_path / "damaged")
    path = tmp_path / "damaged" / FILE
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(EncoderError, match=f"{FILE} is damaged.*; make it with tools/make_int8_encoder.py"):
        load_encoder(str(tmp_path / "damaged"), 1)
    shutil.copytree(rounded, tmp_path / "cut")
    tensors, told = load_tensors(rounded / FILE, "", "")
    del tensors["layers.0.fc1.bias"]
    save_tensors(tmp_path / "cut" / FILE, tensors, told)
    with pytest.raises(EncoderError, match="lack layers.0.fc1.bias; make the folder again"):
        load_encoder(str(tmp_path / "cut"), 1)


# ---------------------------------------------------------------- what comes with the package


@pytest.fixture
def no_network(monkeypatch):
    def asked(*_, **__):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", asked)
    monkeypatch.setattr(socket, "getaddrinfo", asked)
    monkeypatch.delenv("HF_HUB_OFFLINE")


def test_it_says_what_it_is_and_is_small():
    assert (FOLDER / FILE).stat().st_size <= 11e6
    weights, told = shipped.read(FOLDER)
    assert told["source"] == "openai/whisper-base" and told["blocks"] == 3
    assert told["licence"].startswith("MIT") and len(told["float_sha256"]) == 64
    assert (Path(make_int8_encoder.__file__).parents[1] / told["script"]).is_file()
    assert "OpenAI" in (FOLDER / "LICENSE").read_text(encoding="utf-8")
    assert all(value.dtype == torch.float32 for value in weights.values())
    config = json.loads((FOLDER / "config.json").read_text(encoding="utf-8"))
    assert weights["conv1.weight"].shape == (config["d_model"], config["num_mel_bins"], 3)


def test_it_is_loaded_with_no_network(no_network, tmp_path, monkeypatch):
    (tmp_path / "shipped").mkdir()  # a folder that has its name does not stand in its way
    monkeypatch.chdir(tmp_path)
    encoder = load_encoder("shipped")
    assert (encoder.name, encoder.layer, encoder.dim) == ("shipped", 3, 1024)
    clips = [noise(0.4), noise(1.1, 1)]
    together, depths = encoder.embed(clips), encoder.embed_by_depth(clips)
    np.testing.assert_allclose(together[0], encoder.embed(clips[:1])[0], atol=1e-4)
    np.testing.assert_array_equal(depths[:, 3], together)
    with pytest.raises(EncoderError, match="Layer 4 does not exist in shipped; it has blocks 1 to 3"):
        load_encoder("shipped", 4)


def test_an_encoder_that_is_not_there_names_the_one_that_is():
    with pytest.raises(EncoderError, match="or shipped, which needs no network"):
        load_encoder("openai/no-such-whisper")


def test_its_embeddings_join_the_pack(no_network, tmp_path):
    """Recorded as what it was made of, with the weights that were used; by the command line too."""
    tree = tmp_path / "emodb"
    (tree / "wav").mkdir(parents=True)
    for number, file in enumerate(list(published("emodb"))[:4]):
        soundfile.write(tree / "wav" / Path(file).name, noise(0.3 + 0.1 * number, number), 16_000)
    table = scan("emodb", tree).table
    path = embed_corpus(table, load_encoder("shipped"), tmp_path / "emodb.parquet")
    told = read_pack(path).provenance
    assert told["encoder"] == "openai/whisper-base" and "--encoder shipped" in told["command"]
    assert len(told["int8_weights_sha256"]) == 64 and "weights_sha256" not in told
    assert difference(told, provenance_of(SHIPPED / "mesd.parquet", "mesd")) is None
    out = tmp_path / "again.parquet"
    words = ["embed", str(tree), "--corpus", "emodb", "--encoder", "shipped", "--out", str(out)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    np.testing.assert_array_equal(read_pack(out).embeddings, read_pack(path).embeddings)


@pytest.mark.skipif(
    not (SOUND and FLOAT and Path(SOUND, "emodb").is_dir()),
    reason="needs Emo-DB in SEQUIFI_LITE_CORPORA and the float weights in SEQUIFI_LITE_ENCODER",
)
def test_it_hears_what_the_float_encoder_hears(tmp_path):
    """The shipped file is what the float weights make; embeddings and probe of Emo-DB against the pack."""
    again = make_int8_encoder.make(Path(FLOAT), tmp_path / "again")
    (one, told), (two, said) = (load_tensors(path, "", "") for path in (FOLDER / FILE, again))
    assert told == said and all(torch.equal(one[name], two[name]) for name in one)
    row = measure_int8_encoder.compare(
        *measure_int8_encoder.rounded_rows("emodb", str(Path(SOUND, "emodb")), tmp_path)
    )
    assert row["cosine_min"] >= 0.998
    assert (
        abs(row["probe_int8"] - row["probe"]) <= 0.5 and abs(row["probe_float_to_int8"] - row["probe"]) <= 0.5
    )


def test_a_comparison_is_that_of_a_loop():
    generator = np.random.default_rng(0)
    E = generator.normal(3, 2, (12, 5))
    R = E + generator.normal(0, 0.3, E.shape)
    cosines = measure_int8_encoder.cosines(E, R)
    for i in range(12):
        a, b = ([(x[i, j] - E[:, j].mean()) / E[:, j].std() for j in range(5)] for x in (E, R))
        dot = sum(x * y for x, y in zip(a, b))
        assert cosines[i] == pytest.approx(dot / np.sqrt(sum(x * x for x in a) * sum(y * y for y in b)))
    X = np.repeat(np.eye(2) * 4, 10, axis=0)
    y, folds = np.repeat([0, 1], 10), np.tile(np.arange(5), 4)
    assert measure_int8_encoder.probed(y, folds, X, X) == 100
    assert measure_int8_encoder.probed(y, folds, X, X[::-1]) == 0  # trained on the one, tested on the other
