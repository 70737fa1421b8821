"""The shared settings: one model in two coordinate systems, and the figures that made us choose them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from one_thread import one_thread as one_thread

from sequifi_lite.data.problem import load_problem
from sequifi_lite.evaluation.metrics import backward_transfer
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.methods.vanilla import Vanilla
from sequifi_lite.learning.sequence import accuracy_matrix, train_sequence
from sequifi_lite.studies.scenarios import PAIR, RESCALED, SCENARIOS, domain_aware, rewrite
from sequifi_lite.studies.training_run import Cell, begin


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


def test_domain_aware_scales_every_corpus_by_its_own_training_rows():
    before = load_problem(("emodb", "mesd"), 0)
    problem, head = domain_aware(before, "the head", 0)
    assert head == "the head"
    torch.testing.assert_close(problem.X[problem.parts["emodb"].test], before.X[before.parts["emodb"].test])
    for part in problem.parts.values():
        own = problem.X[part.train]
        torch.testing.assert_close(own.mean(0), torch.zeros(1024), atol=1e-4, rtol=0)
        torch.testing.assert_close(own.std(0, unbiased=False), torch.ones(1024), atol=1e-3, rtol=0)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_cell_on_a_setting_begins_where_the_setting_begins(name):
    setting = replace(SCENARIOS[name], corpora=("mesd", "emodb"), source_steps=25)
    problem, source_model = setting.start(1)
    found, begun = begin(Cell("vanilla", replicate=1, **setting.fields))
    assert torch.equal(problem.X, found.X) and (source_model.origin is None) == (begun.origin is None)
    assert all(torch.equal(p, q) for p, q in zip(source_model.parameters(), begun.parameters(), strict=True))


@pytest.mark.parametrize("scaling", RESCALED)
def test_every_scaling_starts_from_one_model(scaling):
    cell = Cell("vanilla", ("mesd", "emodb"), 0, 1e-3, source_steps=25)
    problem, source_model = begin(cell)
    other, begun = begin(replace(cell, scaling=scaling))
    rows = problem.parts["mesd"].test
    assert (source_model.predict(problem.X[rows]) == begun.predict(other.X[rows])).float().mean() > 0.98
