"""Tuning: twelve trials for everybody, validation only, the choice by hand."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from small_world import small_source, small_world

from sequifi_lite.follow import follow
from sequifi_lite.methods import METHODS
from sequifi_lite.methods.vanilla import Vanilla
from sequifi_lite.metrics import confusion, uar
from sequifi_lite.tuning import TRIALS, sweep, trials, tune

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


def test_the_choice_is_the_best_mean_over_pairs_on_pooled_validation_and_never_looks_at_test():
    pairs = [[(WORLDS[0], SOURCES[0]), (WORLDS[1], SOURCES[1])], [(WORLDS[1], SOURCES[1])]]
    table = tune(Shrunk, pairs)
    assert len(table) == TRIALS and table["chosen"].sum() == 1
    for _, row in table.iterrows():
        scores = []
        for replicates in pairs:
            pooled = np.zeros((2, 4, 4))
            for r, (world, source) in enumerate(replicates):
                *_, last = follow(Shrunk(row["value"]), world, source, seeds=[r], steps=row["T"], lr=row["lr"])
                for j, part in enumerate(world.parts.values()):
                    said = last.model.predict(world.X[part.valid]).numpy()[0]
                    pooled[j] += confusion(world.labels[part.valid], said, 4)
            scores.append(100 * uar(pooled))
        np.testing.assert_allclose([row["source"], row["target"]], np.mean(scores, axis=0))
        assert row["both"] == pytest.approx(np.mean(scores))
    assert table["both"][table["chosen"]].item() == table["both"].max() > table["both"].min()

    def scrambled(world):  # other test labels, same choice
        y = world.y.clone()
        for part in world.parts.values():
            y[part.test] = (y[part.test] + 1) % 4
        return replace(world, y=y)

    other = tune(Shrunk, [[(scrambled(world), source) for world, source in replicates] for replicates in pairs])
    assert other.equals(table)


def test_without_a_knob_rate_and_length_are_tried():
    table = tune(Vanilla, [[(WORLDS[0], SOURCES[0])]])
    assert table["knob"].eq("").all() and set(table["T"]) == {50, 100, 200} and table["lr"].nunique() == 4
