"""Temperatures against a search on a grid, the calibration error against a loop, wrong input told."""

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from sequifi_lite.errors import ArgumentError
from sequifi_lite.evaluation.calibration import RANGE, calibration_error, temperature


def drawn(scale, n=400, K=4, seed=0):
    """Scores that are right as often as they say, made too sure or too unsure by a factor."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, 1.5, (n, K))
    truth = np.array([rng.choice(K, p=p) for p in softmax(scores, -1)])
    return scores * scale, truth


@pytest.mark.parametrize("scale", [0.2, 1.0, 5.0, 300.0])
def test_the_temperature_is_that_of_least_loss_on_a_fine_grid(scale):
    scores, truth = drawn(scale)
    grid = scale * np.exp(np.linspace(-1, 1, 4001))
    losses = [-log_softmax(scores / T, -1)[np.arange(len(truth)), truth].mean() for T in grid]
    assert temperature(scores, truth) == pytest.approx(grid[int(np.argmin(losses))], rel=1e-3)
    assert temperature(scores, truth) == pytest.approx(scale, rel=0.25)  # it finds what it was made with


def test_weights_count_as_copies_and_runs_alike():
    scores, truth = drawn(3.0, n=60)
    weights = np.arange(60) % 3 + 1
    often = np.repeat(np.arange(60), weights)
    assert temperature(scores, truth, weights) == pytest.approx(
        temperature(scores[often], truth[often]), rel=1e-3
    )
    runs = np.stack([scores, 2 * scores])
    both = temperature(np.concatenate(list(runs)), np.tile(truth, 2))
    assert temperature(runs, truth) == pytest.approx(both, rel=1e-3)


def test_where_all_is_right_or_a_class_is_impossible_it_stays_in_its_range():
    sure = np.array([[9.0, 0.0], [0.0, 9.0]])
    assert temperature(sure, np.array([0, 1])) == pytest.approx(RANGE[0], rel=0.5)
    assert temperature(sure, np.array([1, 0])) == pytest.approx(RANGE[1], rel=0.5)
    never = np.array([[1.0, 0.5, -np.inf], [0.2, 0.5, -np.inf], [0.9, 0.1, -np.inf]])
    assert RANGE[0] <= temperature(never, np.array([0, 1, 1])) <= RANGE[1] * 1.001


def test_the_calibration_error_is_that_of_a_loop_over_bins():
    scores, truth = drawn(4.0)
    shares = softmax(scores, -1)
    wanted = 0.0
    for b in range(10):
        inside = [
            i for i, p in enumerate(shares) if b / 10 <= p.max() < (b + 1) / 10 or (b == 9 and p.max() == 1)
        ]
        if inside:
            said = np.mean([shares[i].max() for i in inside])
            right = np.mean([shares[i].argmax() == truth[i] for i in inside])
            wanted += len(inside) / len(truth) * abs(said - right)
    assert calibration_error(shares, truth) == pytest.approx(wanted)
    T = temperature(scores, truth)
    assert calibration_error(softmax(scores / T, -1), truth) < calibration_error(shares, truth)


@pytest.mark.parametrize("function", [temperature, calibration_error])
@pytest.mark.parametrize("truth", [np.zeros(3, int), np.zeros(0, int), np.full(2, 7), np.zeros(2)])
def test_what_does_not_fit_is_told(function, truth):
    with pytest.raises(ArgumentError):
        function(np.zeros((2, 4)), truth)
