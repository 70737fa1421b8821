"""Models as files: back bit for bit, all that it takes to answer in them, foreign input refused."""

import json

import numpy as np
import pytest
import torch
from damage import damaged, full_disk
from safetensors import safe_open
from safetensors.torch import save_file
from small_problem import small_problem

from sequifi_lite import METHODS, MLP, load_model, load_pack, load_problem, save_model, train_sequence
from sequifi_lite.data.pack_file import Pack
from sequifi_lite.data.scaler import with_scaler
from sequifi_lite.errors import ArgumentError, PlaceError, SequifiError
from sequifi_lite.evaluation import confusion, uar
from sequifi_lite.learning.loop import train
from sequifi_lite.learning.schedule import shuffled


@pytest.fixture(scope="module")
def problem():
    return load_problem(["emodb", "mesd"], fold=1)


@pytest.fixture(scope="module")
def trained(problem):
    head = MLP([0, 1], 1024, 16, 4)
    part = problem.parts["emodb"]
    train(head, problem.X, problem.y, shuffled(part.train, 60, [0, 1]), lr=3e-3)
    head.origin = {"seed": 0, "lr": 3e-3, "hidden": 16, "steps": 60}
    return head


def fresh(**more):
    return MLP([3], 1024, **more)


HEADS = {
    "one run": lambda: fresh(hidden=5),
    "many runs": lambda: MLP([0, 1, 2], 1024, 5, 4),
    "deep": lambda: MLP([0, 1], 1024, (6, 5), 4),
    "double": lambda: fresh(hidden=5).double(),
    "linear": lambda: fresh(hidden=()),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_head_comes_back_bit_for_bit(tmp_path, name, problem):
    head = HEADS[name]()
    head.origin = {"seed": 3, "lr": 1e-3, "hidden": 128, "steps": 475}
    save_model(head, tmp_path / "new/head.safetensors", problem, temperature=1.5)
    again = load_model(tmp_path / "new/head.safetensors").head
    assert again.state_dict().keys() == head.state_dict().keys() and again.origin == head.origin
    for a, b in zip(head.parameters(), again.parameters(), strict=True):
        assert a.dtype == b.dtype and a.shape == b.shape and torch.equal(a, b) and b.requires_grad
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["head.safetensors"]


def test_answers_for_raw_embeddings_are_those_of_the_trained_head_on_scaled_ones(tmp_path, problem, trained):
    """The mistake that was made by hand: a head without its scaler."""
    save_model(trained, tmp_path / "m.safetensors", problem)
    model, pack = load_model(tmp_path / "m.safetensors"), load_pack("emodb")
    files = problem.clips["file"].iloc[problem.parts["emodb"].test]
    raw = pack.embeddings[[list(pack.clips["file"]).index(file) for file in files]]
    x = problem.X[problem.parts["emodb"].test]
    with torch.no_grad():
        wanted = torch.softmax(trained(x).double() / model.card["temperature"], -1).mean(0).numpy()
    np.testing.assert_array_equal(model.probabilities(raw), wanted)
    truth = problem.labels[problem.parts["emodb"].test]
    assert uar(confusion(truth, model.probabilities(raw).argmax(1), 4)) > 0.7
    np.testing.assert_allclose(
        model.probabilities(pack)[:3], model.probabilities(pack.embeddings[:3]), rtol=1e-5
    )


def test_the_card_tells_what_it_was_trained_on(tmp_path, problem, trained):
    path = tmp_path / "m.safetensors"
    save_model(trained, path, problem, method="er", settings={"per_class": 5}, stored="20 clips of emodb")
    with safe_open(path, "pt") as file:
        card = json.loads(file.metadata()["sequifi_lite"])
        names = set(file.keys())
    assert names == {"W1", "b1", "W2", "b2", "scaler.mean", "scaler.std"}
    provenance = load_pack("emodb").provenance
    for key in ("encoder", "layer", "pooling", "dim"):
        assert card[key] == provenance[key]
    assert card["emotions"] == ["anger", "happiness", "neutral", "sadness"]
    assert card["corpora"] == ["emodb", "mesd"] and card["folds"]["emodb"]["fold"] == 1
    assert card["folds"]["mesd"]["scheme"] == "word"
    part = problem.parts["mesd"]
    assert sum(card["clips"]["mesd"].values()) == card["folds"]["mesd"]["training"] == len(part.train)
    assert card["licences"]["mesd"] == load_pack("mesd").provenance["licence"]
    assert (card["method"], card["settings"], card["stored"]) == ("er", {"per_class": 5}, "20 clips of emodb")
    assert card == load_model(path).card


def test_the_temperature_is_that_of_least_loss_on_validation_alone(tmp_path, problem, trained):
    save_model(trained, tmp_path / "m.safetensors", problem)
    T = load_model(tmp_path / "m.safetensors").card["temperature"]
    rows = [part.valid for part in problem.parts.values()]

    @torch.no_grad()
    def loss(T):
        parts = [torch.log_softmax(trained(problem.X[r]).double() / T, -1) for r in rows]
        return np.mean(
            [
                -part[:, torch.arange(len(r)), problem.y[r]].mean().item()
                for part, r in zip(parts, rows, strict=True)
            ]
        )

    assert all(loss(T) <= loss(other) for other in T * np.array([0.5, 0.9, 0.99, 1.01, 1.1, 2]))


def test_a_linear_rule_is_kept_and_answers_alike(tmp_path, problem):
    *_, last = train_sequence(METHODS["slda"](), problem, fresh(hidden=4), steps=1)
    save_model(last.model, tmp_path / "m.safetensors", problem)
    model = load_model(tmp_path / "m.safetensors")
    rows = problem.parts["mesd"].test
    files = set(problem.clips["file"].iloc[rows])
    pack = load_pack("mesd")
    raw = pack.embeddings[[file in files for file in pack.clips["file"]]]
    predicted = model.probabilities(raw).argmax(1)
    np.testing.assert_array_equal(predicted, last.model.predict(problem.X[rows])[0].numpy())


@pytest.mark.parametrize("name", ["ranpac"])
def test_a_rule_on_other_features_is_refused(tmp_path, problem, name):
    *_, last = train_sequence(METHODS[name](width=8), problem, fresh(hidden=4), steps=1)
    with pytest.raises(SequifiError, match="of class LinearRule cannot be kept in"):
        save_model(last.model, tmp_path / "m.safetensors", problem)


def test_input_that_was_scaled_or_is_foreign_is_refused(tmp_path, problem, trained):
    save_model(trained, tmp_path / "m.safetensors", problem)
    model, pack = load_model(tmp_path / "m.safetensors"), load_pack("cremad")
    assert model.probabilities(pack).shape == (len(pack.clips), 4)  # another corpus is no foreign input
    with pytest.raises(ArgumentError, match="not scaled"):
        model.probabilities(problem.X.numpy())
    with pytest.raises(ArgumentError, match="not scaled"):
        model.probabilities(np.zeros((5, 1024), np.float32))
    for wrong in (np.zeros((5, 512)), np.zeros(1024), np.zeros((5, 1024), int), problem.X.numpy()[0]):
        with pytest.raises(ArgumentError, match="for sound use predict"):
            model.probabilities(wrong)
    with pytest.raises(ArgumentError, match="not finite"):
        model.probabilities(np.full((2, 1024), np.nan))
    foreign = Pack(pack.clips, pack.embeddings, pack.provenance | {"layer": 6})
    with pytest.raises(ArgumentError, match="made with layer 6 and the model takes 3"):
        model.probabilities(foreign)


@pytest.mark.parametrize("scaling", ["zscore", "raw", "l2"])
def test_a_problem_whose_scaler_cannot_be_told_is_refused(tmp_path, scaling):
    problem = load_problem(["emodb"], fold=0, scaling=scaling)
    if scaling == "zscore":
        assert torch.equal(
            torch.from_numpy(with_scaler(problem).scaler(load_pack("emodb").embeddings[:0])), problem.X[:0]
        )
        return
    with pytest.raises(SequifiError, match="are not the z-scored embeddings"):
        save_model(fresh(), tmp_path / "m.safetensors", problem)
    with pytest.raises(SequifiError, match="without components|keep all components"):
        save_model(MLP([0], 8), tmp_path / "m.safetensors", load_problem(["emodb"], fold=0, components=8))
    assert list(tmp_path.iterdir()) == []


def test_what_fits_no_problem_is_refused(tmp_path, problem):
    path = tmp_path / "m.safetensors"
    with pytest.raises(SequifiError, match="are no embeddings of a pack"):
        save_model(MLP([0], 8), path, small_problem())
    with pytest.raises(SequifiError, match="takes 512 numbers and tells 4 classes"):
        save_model(MLP([0], 512), path, problem)
    with pytest.raises(ArgumentError, match="has to be a Problem"):
        save_model(fresh(), path, "emodb")
    with pytest.raises(ArgumentError, match="temperature is 0"):
        save_model(fresh(), path, problem, temperature=0)
    assert list(tmp_path.iterdir()) == []


def wrong(path, metadata, **changes):
    tensors = {name: value.detach() for name, value in MLP([0], 7, 5, 3).named_parameters()}
    save_file({**tensors, **changes}, path, metadata)


@pytest.mark.parametrize(
    "make, sentence",
    [
        (lambda path: None, "does not exist; write it with save_model"),
        (lambda path: path.mkdir(), "does not exist; write it with save_model"),
        (lambda path: path.write_bytes(b"no weights"), "is damaged or no safetensors file"),
        (lambda path: path.write_bytes(b""), "is damaged or no safetensors file"),
        (lambda path: wrong(path, None), "holds no model"),
        (lambda path: wrong(path, {"sequifi_lite": "[1]"}), "holds no model"),
    ],
)
def test_a_wrong_file_is_told_in_a_sentence(tmp_path, make, sentence):
    path = tmp_path / "head.safetensors"
    make(path)
    with pytest.raises(SequifiError, match=sentence) as caught:
        load_model(path)
    assert (
        str(path) in str(caught.value) and str(caught.value).endswith(".") and "\n" not in str(caught.value)
    )


@pytest.mark.parametrize(
    "change, sentence",
    [
        (lambda t, c: c.pop("emotions"), "holds no whole model"),
        (lambda t, c: c.pop("format"), "holds no whole model"),
        (lambda t, c: t.pop("scaler.mean"), "holds no whole model"),
        (lambda t, c: c.update(widths=[7]), "holds no whole model"),
        (lambda t, c: c.update(emotions=["anger"]), "contradicts its weights"),
        (lambda t, c: c.update(temperature=0), "contradicts its weights"),
        (lambda t, c: c.update(format=2), "is in format 2"),
    ],
)
def test_a_whole_file_with_a_wrong_card_is_told(tmp_path, problem, change, sentence):
    from sequifi_lite.data.sealed import load_tensors, save_tensors

    path = tmp_path / "m.safetensors"
    save_model(fresh(hidden=5), path, problem)
    tensors, card = load_tensors(path, "model", "")
    change(tensors, card)
    save_tensors(path, tensors, card)
    with pytest.raises(SequifiError, match=sentence):
        load_model(path)


def test_a_half_written_file_is_told(tmp_path, problem):
    save_model(fresh(hidden=5), tmp_path / "head.safetensors", problem)
    whole = (tmp_path / "head.safetensors").read_bytes()
    (tmp_path / "head.safetensors").write_bytes(whole[:-8])
    with pytest.raises(SequifiError, match="is damaged"):
        load_model(tmp_path / "head.safetensors")


def test_what_is_no_model_or_has_no_place_is_told_and_nothing_is_written(tmp_path, problem):
    with pytest.raises(SequifiError, match="of class Linear cannot be kept in .*; give an MLP"):
        save_model(torch.nn.Linear(2, 2), tmp_path / "head.safetensors", problem)
    with pytest.raises(PlaceError, match="is a folder; choose another place with `path`"):
        save_model(fresh(), tmp_path, problem)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seed", range(12))
def test_a_changed_model_is_named_or_the_same(tmp_path, seed, problem):
    path, head = tmp_path / "head.safetensors", fresh(hidden=5)
    save_model(head, path, problem)
    path.write_bytes(damaged(path.read_bytes(), seed)[1])
    try:
        again = load_model(path).head
    except SequifiError as error:
        assert str(path) in str(error) and str(error).endswith("save it again.")
    else:
        assert all(torch.equal(a, b) for a, b in zip(head.parameters(), again.parameters(), strict=True))


def test_a_full_disk_is_told_and_the_model_before_stays(tmp_path, monkeypatch, problem):
    path = tmp_path / "head.safetensors"
    save_model(fresh(), path, problem)
    before = path.read_bytes()
    with full_disk(monkeypatch, after=5_000), pytest.raises(PlaceError, match="The disk of .* is full"):
        save_model(MLP([1]), path, problem)
    assert path.read_bytes() == before and [file.name for file in tmp_path.iterdir()] == [path.name]


def test_the_home_folder_is_found(tmp_path, monkeypatch, problem):
    monkeypatch.setenv("HOME", str(tmp_path))
    save_model(fresh(hidden=5), "~/head.safetensors", problem)
    assert (tmp_path / "head.safetensors").is_file() and load_model("~/head.safetensors").head.runs == 1
