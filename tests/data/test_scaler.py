"""The scaler of a problem: the bits of load_problem, with it and around it."""

import numpy as np
import pytest
import torch

from sequifi_lite import load_pack, load_problem
from sequifi_lite.data.scaler import Scaler, problem_of, with_scaler
from sequifi_lite.errors import SequifiError


def test_a_problem_of_packs_is_that_of_load_problem_bit_for_bit():
    wanted = load_problem(["mesd", "emodb"], fold=2)
    packs = {name: load_pack(name) for name in ("mesd", "emodb")}
    problem = problem_of(packs, {"mesd": 2, "emodb": 2}, wanted.emotions)
    assert torch.equal(problem.X, wanted.X) and torch.equal(problem.y, wanted.y)
    assert problem.clips.equals(wanted.clips) and problem.corpora == wanted.corpora
    for name, part in wanted.parts.items():
        for which in ("train", "valid", "test"):
            np.testing.assert_array_equal(getattr(problem.parts[name], which), getattr(part, which))
        assert problem.parts[name].scheme == part.scheme
    again = with_scaler(wanted)
    np.testing.assert_array_equal(again.scaler.mean, problem.scaler.mean)
    np.testing.assert_array_equal(again.scaler.std, problem.scaler.std)
    assert again.folds == {"mesd": 2, "emodb": 2} and again.provenance == problem.provenance
    assert with_scaler(again) is again


def test_corpora_have_folds_of_their_own_and_test_clips_may_be_learnt():
    packs = {name: load_pack(name) for name in ("mesd", "emodb")}
    emotions = ("anger", "sadness")
    apart = problem_of(packs, {"mesd": 0, "emodb": 3}, emotions)
    alone = load_problem(["emodb"], fold=3, emotions=emotions)
    files = [p.clips["file"].iloc[p.parts["emodb"].test].tolist() for p in (apart, alone)]
    assert files[0] == files[1]
    whole = problem_of(packs, {"mesd": 0, "emodb": 3}, emotions, test=False)
    part, before = whole.parts["emodb"], apart.parts["emodb"]
    assert set(part.train) == set(before.train) | set(before.test) and len(part.test) == 0
    np.testing.assert_array_equal(part.valid, before.valid)
    source = whole.parts["mesd"].train
    raw = packs["mesd"].embeddings
    place = [list(packs["mesd"].clips["file"]).index(file) for file in whole.clips["file"].iloc[source]]
    np.testing.assert_allclose(whole.scaler.mean, raw[place].astype(float).mean(0), rtol=1e-12)
    np.testing.assert_allclose(whole.scaler.std, raw[place].astype(float).std(0), rtol=1e-9)


def test_a_constant_column_stays_nought():
    X = np.array([[1.0, 5.0], [3.0, 5.0]], np.float16)
    np.testing.assert_array_equal(Scaler.of(X)(X), [[-1, 0], [1, 0]])


@pytest.mark.parametrize("options", [{"scaling": "l2"}, {"scaling": "raw"}, {"components": 5}])
def test_another_scaling_is_told(options):
    with pytest.raises(SequifiError, match="are not the z-scored embeddings of the packs of emodb"):
        with_scaler(load_problem(["emodb"], fold=0, **options))
