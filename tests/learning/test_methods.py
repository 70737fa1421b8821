"""What every method promises, whatever it does.

Independent runs, its neutral strength, its docstring, one screen.
"""

import copy
import inspect
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from one_thread import one_thread as one_thread
from small_problem import small_problem, small_source

from sequifi_lite.learning.methods import METHODS
from sequifi_lite.learning.methods.vanilla import Vanilla
from sequifi_lite.learning.sequence import accuracy_matrix, train_sequence

WORLD = small_problem()
SOURCE = small_source(WORLD)
ROWS = torch.arange(0, len(WORLD.X), 3)
TRAINED = dict(steps=24, lr=1e-2)


def trail(method, seeds, problem=WORLD, source=SOURCE, **options):
    """What every run says at every stop: logits where the model has them, predictions where not."""
    out = []
    for stop in train_sequence(
        method, problem, source.select([0] * len(seeds)), seeds=seeds, **{**TRAINED, **options}
    ):
        x = problem.X[ROWS]
        out.append(stop.model(x).detach() if callable(stop.model) else stop.model.predict(x))
    return torch.stack(out, 1)  # (R, stops, ...)


@pytest.mark.parametrize("name", METHODS)
def test_runs_together_equal_runs_alone_bit_for_bit(name):
    seeds = [0, 1, 2, 3, 4]
    together = trail(METHODS[name](), seeds)
    for group in ([2], [4, 0], [3, 1, 2]):
        assert torch.equal(together[group], trail(METHODS[name](), [seeds[i] for i in group]))


@pytest.mark.parametrize("name", METHODS)
def test_what_was_learnt_later_does_not_change_the_model_of_a_stop(name):
    at_once = trail(METHODS[name](), [0])
    stops = list(train_sequence(METHODS[name](), WORLD, SOURCE, seeds=[0], **TRAINED))
    x = WORLD.X[ROWS]
    later = [stop.model(x).detach() if callable(stop.model) else stop.model.predict(x) for stop in stops]
    assert torch.equal(at_once, torch.stack(later, 1))


@pytest.mark.parametrize(
    "name", [name for name, cls in METHODS.items() if cls.strength and cls.strength_per_run]
)
def test_a_knob_per_run_is_the_knob_alone(name):
    cls = METHODS[name]
    values = cls.grid[:3]
    together = trail(cls(**{cls.strength: torch.tensor(values)}), [0] * len(values))
    for run, value in enumerate(values):
        assert torch.equal(together[[run]], trail(cls(**{cls.strength: value}), [0]))


@pytest.mark.parametrize("name", [name for name, cls in METHODS.items() if cls.neutral is not None])
def test_at_its_neutral_knob_a_method_is_vanilla_bit_for_bit(name):
    cls = METHODS[name]
    assert torch.equal(trail(cls(**{cls.strength: cls.neutral}), [0, 1]), trail(Vanilla(), [0, 1]))


@pytest.mark.parametrize("name", [name for name, cls in METHODS.items() if cls is not Vanilla])
def test_its_default_is_not_vanilla(name):
    mine, plain = trail(METHODS[name](), [0]), trail(Vanilla(), [0])
    assert mine.shape != plain.shape or not torch.equal(mine[:, 1:], plain[:, 1:])


@pytest.mark.parametrize("name", METHODS)
def test_a_call_to_follow_leaves_source_and_data_alone(name):
    before = [p.detach().clone() for p in SOURCE.parameters()], WORLD.X.clone()
    trail(METHODS[name](), [0])
    assert all(torch.equal(p, q) for p, q in zip(SOURCE.parameters(), before[0])) and torch.equal(
        WORLD.X, before[1]
    )


@pytest.mark.parametrize("name", METHODS)
def test_float64_says_the_same(name):
    double = replace(WORLD, X=WORLD.X.double())
    single = trail(METHODS[name](), [0], lr=1e-3)
    exact = trail(METHODS[name](), [0], problem=double, source=copy.deepcopy(SOURCE).double(), lr=1e-3)
    torch.testing.assert_close(single.double(), exact.double(), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("name", METHODS)
def test_two_threads_say_the_same(name):
    few = dict(lr=1e-3, steps=4)  # two threads cost tens of times as much as one for nets this small
    one = trail(METHODS[name](), [0], **few)
    torch.set_num_threads(2)
    torch.testing.assert_close(trail(METHODS[name](), [0], **few), one, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("name", METHODS)
def test_one_screen_and_a_docstring_that_says_what_it_is(name):
    cls = METHODS[name]
    assert cls.name == name
    assert len(Path(inspect.getfile(cls)).read_text().splitlines()) <= 100
    text = " ".join(inspect.getdoc(cls).split())
    for needed in ("Reference:", "Differs from the paper in:", "Cost:", "Verified against:"):
        assert needed in text, f"{name} says nothing on {needed}"


def test_an_accuracy_matrix_by_hand():
    matrix = accuracy_matrix(train_sequence(Vanilla(), WORLD, SOURCE.select([0, 0]), **TRAINED), WORLD)
    assert matrix.shape == (2, 3, 3)
    stops = list(train_sequence(Vanilla(), WORLD, SOURCE.select([0, 0]), **TRAINED))
    for i, stop in enumerate(stops):
        for j, part in enumerate(WORLD.parts.values()):
            said = stop.model.predict(WORLD.X[part.test])
            hits = [(said[1][WORLD.y[part.test] == k] == k).float().mean().item() for k in range(4)]
            assert np.isclose(matrix[1, i, j], np.mean(hits))
    assert matrix[:, 0, 0].min() > 0.95 > matrix[:, 2, 0].max() + 0.1  # here is something to forget


def test_no_method_is_missing_from_the_table():
    """The tests above go through METHODS, so a method that is not in it would be tested by none of them."""
    named = """vanilla zero-shot majority target-only joint cumulative gdumb l2-sp ewc si mas lwf er er-ace
        gem a-gem der der++ interpolation one-over-t ema swa soup greedy-soup per-class-soup ncm slda ranpac
        router bias-correction weight-alignment logit-adjustment"""
    assert set(named.split()) <= set(METHODS) and all(cls.name == name for name, cls in METHODS.items())
