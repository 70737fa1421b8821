"""Tuning: twelve trials for everybody, and a sweep that is each value alone."""

import numpy as np
import pytest
import torch
from small_world import small_source, small_world

from sequifi_lite.evaluation.metrics import confusion
from sequifi_lite.learning.methods import METHODS
from sequifi_lite.learning.methods.vanilla import Vanilla
from sequifi_lite.learning.sequence import follow
from sequifi_lite.studies.tuning import TRIALS, sweep, trials

WORLDS = [small_world(2, seed=seed) for seed in range(2)]
SOURCES = [small_source(world) for world in WORLDS]


class Shrunk(Vanilla):
    """Steps towards zero: a method with a knob, for these tests."""

    name, knob, grid, neutral = "shrunk", "gamma", (0.0, 0.01, 0.1, 0.5, 0.9, 1.0), 0.0

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
    knobs, rates, lengths = (len(set(column)) for column in zip(*found))
    assert (knobs, rates, lengths) == ((6, 2, 1) if METHODS[name].knob else (1, 4, 3))


@pytest.mark.parametrize("per_run", [True, False])
def test_a_sweep_is_each_value_alone(per_run, monkeypatch):
    monkeypatch.setattr(Shrunk, "knob_per_run", per_run)
    world = WORLDS[0]
    found = sweep(Shrunk, Shrunk.grid, world, SOURCES[0], 5, steps=8, lr=1e-2)
    assert found.shape == (2, 6, 4, 4)
    for i, gamma in enumerate(Shrunk.grid):
        *_, last = follow(Shrunk(gamma), world, SOURCES[0], seeds=[5], steps=8, lr=1e-2)
        for j, part in enumerate(world.parts.values()):
            said = last.model.predict(world.X[part.valid]).numpy()
            assert np.array_equal(found[j, i], confusion(world.labels[part.valid], said, 4)[0])
