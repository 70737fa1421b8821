"""Heads as files: back bit for bit, and a wrong file is told in a sentence."""

import json

import pytest
import torch
from damage import damaged, full_disk
from safetensors import safe_open
from safetensors.torch import save_file

from sequifi_lite import MLP, load_model, save_model
from sequifi_lite.errors import PlaceError, SequifiError

HEADS = {
    "one run": lambda: MLP([3]),
    "many runs": lambda: MLP([0, 1, 2], 7, 5, 3),
    "deep": lambda: MLP([0, 1], 7, (6, 5), 3),
    "double": lambda: MLP([0], 7, 5, 3).double(),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_head_comes_back_bit_for_bit(tmp_path, name):
    head = HEADS[name]()
    head.origin = {"seed": 3, "lr": 1e-3, "hidden": 128, "steps": 475}
    save_model(head, tmp_path / "new/head.safetensors")
    again = load_model(tmp_path / "new/head.safetensors")
    assert again.state_dict().keys() == head.state_dict().keys() and again.origin == head.origin
    for a, b in zip(head.parameters(), again.parameters(), strict=True):
        assert a.dtype == b.dtype and a.shape == b.shape and torch.equal(a, b) and b.requires_grad
    x = torch.randn(4, head.W1.shape[1], dtype=head.W1.dtype)
    assert torch.equal(head(x), again(x))
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["head.safetensors"]


def test_a_file_is_replaced_and_tells_its_settings(tmp_path):
    path = str(tmp_path / "head.safetensors")
    save_model(MLP([0], 7, 5, 3), path)
    save_model(MLP([0, 1], 7, (6, 5), 3), path)
    with safe_open(path, "pt") as file:
        settings = json.loads(file.metadata()["sequifi_lite"])
    assert settings == {"runs": 2, "widths": [7, 6, 5, 3], "origin": None}


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
        (lambda path: wrong(path, None), "holds no head"),
        (lambda path: wrong(path, {"sequifi_lite": "not json"}), "holds no head"),
        (lambda path: wrong(path, {"sequifi_lite": "[1]"}), "holds no head"),
        (lambda path: wrong(path, {"sequifi_lite": '{"runs": 1, "widths": [7]}'}), "holds no head"),
        (
            lambda path: wrong(path, {"sequifi_lite": '{"runs": 2, "widths": [7, 5, 3], "origin": null}'}),
            "holds no head",
        ),
        (
            lambda path: wrong(
                path, {"sequifi_lite": '{"runs": 1, "widths": [7, 5, 3], "origin": null}'}, W9=torch.zeros(1)
            ),
            "holds no head",
        ),
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


def test_a_half_written_file_is_told(tmp_path):
    save_model(MLP([0], 7, 5, 3), tmp_path / "head.safetensors")
    whole = (tmp_path / "head.safetensors").read_bytes()
    (tmp_path / "head.safetensors").write_bytes(whole[:-8])
    with pytest.raises(SequifiError, match="is damaged"):
        load_model(tmp_path / "head.safetensors")


def test_what_is_no_head_or_has_no_place_is_told_and_nothing_is_written(tmp_path):
    with pytest.raises(SequifiError, match="of class Linear cannot be kept in .*; give an MLP"):
        save_model(torch.nn.Linear(2, 2), tmp_path / "head.safetensors")
    with pytest.raises(PlaceError, match="is a folder; choose another place with `path`"):
        save_model(MLP([0], 7, 5, 3), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seed", range(20))
def test_a_changed_head_is_named_or_the_same(tmp_path, seed):
    path, head = tmp_path / "head.safetensors", MLP([0, 1], 7, 5, 3)
    save_model(head, path)
    path.write_bytes(damaged(path.read_bytes(), seed)[1])
    try:
        again = load_model(path)
    except SequifiError as error:
        assert str(path) in str(error) and str(error).endswith("save it again.")
    else:
        assert all(torch.equal(a, b) for a, b in zip(head.parameters(), again.parameters(), strict=True))


def test_a_full_disk_is_told_and_the_head_before_stays(tmp_path, monkeypatch):
    path = tmp_path / "head.safetensors"
    save_model(MLP([0]), path)
    before = path.read_bytes()
    with full_disk(monkeypatch, after=5_000), pytest.raises(PlaceError, match="The disk of .* is full"):
        save_model(MLP([1]), path)
    assert path.read_bytes() == before and [file.name for file in tmp_path.iterdir()] == [path.name]


def test_the_home_folder_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    save_model(MLP([0], 7, 5, 3), "~/head.safetensors")
    assert (tmp_path / "head.safetensors").is_file() and load_model("~/head.safetensors").runs == 1
