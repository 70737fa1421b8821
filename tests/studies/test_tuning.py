"""Tuning: twelve trials for everybody, and a sweep that is each value alone."""

import numpy as np
import pytest
import torch
from small_problem import small_problem, small_source

from sequifi_lite.evaluation.metrics import confusion
from sequifi_lite.learning.methods import METHODS
from sequifi_lite.learning.methods.method import Method
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.studies.tuning import TRIALS, sweep, trials

WORLDS = [small_problem(2, seed=seed) for seed in range(2)]
SOURCES = [small_source(problem) for problem in WORLDS]


class Shrunk(Method):
    """Steps towards zero: a method with a strength, for these tests."""

    name, strength, grid, neutral = "shrunk", "gamma", (0.0, 0.01, 0.1, 0.5, 0.9, 1.0), 0.0

    def __init__(self, gamma=0.1):
        self.gamma = gamma

    def step(self, step, head, lr):
        with torch.no_grad():
            for p in head.parameters():
                p.mul_(1 - torch.as_tensor(self.gamma).reshape(-1, 1, 1))


@pytest.mark.parametrize("name", METHODS)
def test_every_method_has_the_same_number_of_trials(name):
    found = trials(METHODS[name])
    assert len(found) == len(set(found)) == TRIALS
    strengths, rates, lengths = (len(set(column)) for column in zip(*found))
    assert (strengths, rates, lengths) == ((6, 2, 1) if METHODS[name].strength else (1, 4, 3))


@pytest.mark.parametrize("per_run", [True, False])
def test_a_sweep_is_each_value_alone(per_run, monkeypatch):
    monkeypatch.setattr(Shrunk, "strength_per_run", per_run)
    problem = WORLDS[0]
    found = sweep(Shrunk, Shrunk.grid, problem, SOURCES[0], 5, steps=8, lr=1e-2)
    assert found.shape == (2, 6, 4, 4)
    for i, gamma in enumerate(Shrunk.grid):
        *_, last = train_sequence(Shrunk(gamma), problem, SOURCES[0], seeds=[5], steps=8, lr=1e-2)
        for j, part in enumerate(problem.parts.values()):
            said = last.model.predict(problem.X[part.valid]).numpy()
            assert np.array_equal(found[j, i], confusion(problem.labels[part.valid], said, 4)[0])
