"""Files that carry their digest: back as they were, or named."""

import numpy as np
import pytest
import torch
from damage import damaged

from sequifi_lite.data.sealed import is_sealed, load_tensors, save_tensors, seal
from sequifi_lite.errors import SequifiError

TENSORS = {
    "half": torch.arange(6).reshape(2, 3).to(torch.bfloat16),
    "number": torch.tensor(3.5, dtype=torch.float64),
    "none": torch.zeros(0, 4),
    "turned": torch.arange(6.0).reshape(2, 3).T,
    "whole": torch.arange(40),
}


def test_tensors_and_settings_come_back(tmp_path):
    save_tensors(tmp_path / "a", TENSORS, {"runs": 1, "of": [None, "ü"]})
    tensors, settings = load_tensors(tmp_path / "a", "head", "save it again")
    assert settings == {"runs": 1, "of": [None, "ü"]} and tensors.keys() == TENSORS.keys()
    for name, value in TENSORS.items():
        assert tensors[name].dtype == value.dtype and torch.equal(tensors[name], value)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_tensors_are_named_or_the_same(tmp_path, seed):
    path = tmp_path / "a.safetensors"
    save_tensors(path, TENSORS, {"runs": 1})
    path.write_bytes(damaged(path.read_bytes(), seed)[1])
    try:
        tensors, settings = load_tensors(path, "head", "save it again")
    except SequifiError as error:
        assert str(path) in str(error) and str(error).endswith("save it again.")
    else:
        assert settings == {"runs": 1}
        assert all(torch.equal(tensors[name], value) for name, value in TENSORS.items())


@pytest.mark.parametrize("seed", range(30))
def test_a_seal_breaks_whatever_is_changed(tmp_path, seed):
    path = tmp_path / "states.npy"
    np.save(path, np.arange(12, dtype=np.float16))
    seal(path, "encoder/clip")
    assert is_sealed(path, "encoder/clip") and not is_sealed(path, "encoder/another clip")
    np.testing.assert_array_equal(np.load(path, mmap_mode="c"), np.arange(12))
    path.write_bytes(damaged(path.read_bytes(), seed)[1])
    assert not is_sealed(path, "encoder/clip")
