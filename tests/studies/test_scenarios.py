"""The shared settings: one model in two coordinate systems, and the figures that made us choose them."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sequifi_lite.evaluation.metrics import backward_transfer
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.methods.vanilla import Vanilla
from sequifi_lite.learning.sequence import accuracy_matrix, train_sequence
from sequifi_lite.studies.scenarios import PAIR, SCENARIOS, rewrite


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("hidden", [16, (16, 8)])
def test_a_rewritten_model_says_of_raw_embeddings_what_the_model_said_of_scaled_ones(hidden):
    problem = load_problem(("ravdess", "emodb"), 1)
    head = MLP([3, 4], 1024, hidden, 4)
    head.origin = {"seed": 3}
    before = [p.detach().clone() for p in head.parameters()]
    raw, copy = rewrite(problem, head, 1)
    with torch.no_grad():
        torch.testing.assert_close(copy(raw.X), head(problem.X), rtol=1e-4, atol=1e-4)
    assert torch.equal(raw.X, load_problem(("ravdess", "emodb"), 1, scaling="raw").X)
    assert copy.origin is None and raw.parts is problem.parts
    assert all(torch.equal(p, q) for p, q in zip(head.parameters(), before)) and head.origin
    assert [p.requires_grad for p in copy.parameters()] == [True] * len(before)


@pytest.mark.parametrize("centred, scaled", [(True, False), (False, True), (True, True)])
def test_half_a_scaling_keeps_the_predictions_too(centred, scaled):
    problem = load_problem(("ravdess", "emodb"), 1)
    head = MLP([3, 4], 1024, 16, 4)
    other, copy = rewrite(problem, head, 1, centred, scaled)
    with torch.no_grad():
        torch.testing.assert_close(copy(other.X), head(problem.X), rtol=1e-4, atol=1e-4)
    train = other.X[other.parts["ravdess"].train]
    assert (train.mean(0).abs().max() < 1e-3) == centred
    assert ((train.std(0, unbiased=False) - 1).abs().max() < 1e-3) == scaled


def test_names_are_unique_and_every_setting_says_why():
    assert set(SCENARIOS) == {"chain", "pair", "deep"}
    assert all(setting.name == name and setting.why.endswith(".") for name, setting in SCENARIOS.items())


def test_the_pair_forgets_and_its_twin_in_scaled_coordinates_does_not():
    short = replace(PAIR, source_steps=300)
    for setting, forgets in ((short, True), (replace(short, rewritten=False), False)):
        problem, source_model = setting.start(0)
        matrix = accuracy_matrix(
            train_sequence(Vanilla(), problem, source_model, steps=setting.steps, lr=setting.lr, seeds=[0]),
            problem,
        )
        lost = -100 * backward_transfer(matrix)[0]
        assert (lost > 8) if forgets else (lost < 5)
        assert np.diff(matrix[0, :, 1]) > 0.1  # and the target is learnt either way


def test_a_setting_starts_from_its_own_fold_and_seed():
    problem, source_model = replace(SCENARIOS["deep"], corpora=("emodb", "mesd"), source_steps=25).start(2)
    assert [W.shape[1:] for W, _ in source_model.layers] == [(1024, 256), (256, 128), (128, 4)]
    assert source_model.origin["seed"] == 2
    assert np.array_equal(problem.parts["emodb"].test, load_problem(("emodb", "mesd"), 2).parts["emodb"].test)
