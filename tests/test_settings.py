"""The shared settings: one model in two coordinate systems, and the figures that made us choose them."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sequifi_lite.data.problem import problem
from sequifi_lite.evaluation.metrics import backward_transfer
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.methods.vanilla import Vanilla
from sequifi_lite.learning.sequence import accuracy_matrix, follow
from sequifi_lite.studies.scenarios import PAIR, SETTINGS, rewrite


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("hidden", [16, (16, 8)])
def test_a_rewritten_model_says_of_raw_embeddings_what_the_model_said_of_scaled_ones(hidden):
    world = problem(("ravdess", "emodb"), 1)
    head = MLP([3, 4], 1024, hidden, 4)
    head.origin = {"seed": 3}
    before = [p.detach().clone() for p in head.parameters()]
    raw, copy = rewrite(world, head, 1)
    with torch.no_grad():
        torch.testing.assert_close(copy(raw.X), head(world.X), rtol=1e-4, atol=1e-4)
    assert torch.equal(raw.X, problem(("ravdess", "emodb"), 1, scaling="raw").X)
    assert copy.origin is None and raw.parts is world.parts
    assert all(torch.equal(p, q) for p, q in zip(head.parameters(), before)) and head.origin
    assert [p.requires_grad for p in copy.parameters()] == [True] * len(before)


@pytest.mark.parametrize("centred, scaled", [(True, False), (False, True), (True, True)])
def test_half_a_scaling_keeps_the_predictions_too(centred, scaled):
    world = problem(("ravdess", "emodb"), 1)
    head = MLP([3, 4], 1024, 16, 4)
    other, copy = rewrite(world, head, 1, centred, scaled)
    with torch.no_grad():
        torch.testing.assert_close(copy(other.X), head(world.X), rtol=1e-4, atol=1e-4)
    train = other.X[other.parts["ravdess"].train]
    assert (train.mean(0).abs().max() < 1e-3) == centred
    assert ((train.std(0, unbiased=False) - 1).abs().max() < 1e-3) == scaled


def test_names_are_unique_and_every_setting_says_why():
    assert set(SETTINGS) == {"chain", "pair", "deep"}
    assert all(setting.name == name and setting.why.endswith(".") for name, setting in SETTINGS.items())


def test_the_pair_forgets_and_its_twin_in_scaled_coordinates_does_not():
    short = replace(PAIR, source_steps=300)
    for setting, forgets in ((short, True), (replace(short, rewritten=False), False)):
        world, theta_0 = setting.start(0)
        matrix = accuracy_matrix(
            follow(Vanilla(), world, theta_0, steps=setting.steps, lr=setting.lr, seeds=[0]), world
        )
        lost = -100 * backward_transfer(matrix)[0]
        assert (lost > 8) if forgets else (lost < 5)
        assert np.diff(matrix[0, :, 1]) > 0.1  # and the target is learnt either way


def test_a_setting_starts_from_its_own_fold_and_seed():
    world, theta_0 = replace(SETTINGS["deep"], corpora=("emodb", "mesd"), source_steps=25).start(2)
    assert [W.shape[1:] for W, _ in theta_0.layers] == [(1024, 256), (256, 128), (128, 4)]
    assert theta_0.origin["seed"] == 2
    assert np.array_equal(world.parts["emodb"].test, problem(("emodb", "mesd"), 2).parts["emodb"].test)
