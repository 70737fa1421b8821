"""Exercises of chapter 15, weight averaging: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _moving_average(function: Callable) -> None:
    generator = np.random.default_rng(0)
    for beta, steps in ((0.9, 2), (0.99, 200), (0.5, 3), (0.0, 4), (0.9, 1)):
        weights = generator.normal(size=(steps + 1, 3))
        shares = np.array([beta**steps] + [(1 - beta) * beta ** (steps - t) for t in range(1, steps + 1)])
        case = f"for beta = {beta} and {steps} steps"
        got = function(weights.copy(), beta)
        if np.shape(got) in (weights.shape, weights[1:].shape):
            raise Wrong(f"{case} it returns the average after every step; the one at the end was asked for.")
        if np.shape(got) == (3,):
            for wrong, reason in (
                (
                    weights.mean(0),
                    "it gives every row the same share; a moving average gives the latest the largest.",
                ),
                (
                    beta * weights[0] + (1 - beta) * weights[-1],
                    "it mixes the first and the last row alone; every row has a share.",
                ),
                (
                    shares[0] * weights[0] + (1 - shares[0]) * weights[-1],
                    "it leaves out the rows between the first and the last.",
                ),
                (
                    (shares[1:] @ weights[1:]) / (1 - shares[0]),
                    "it divides the share of the first row out again, as Adam does.",
                ),
                (
                    beta * weights[-2] + (1 - beta) * weights[-1],
                    "it mixes the last two rows; beta belongs to the average so far.",
                ),
            ):
                if np.allclose(got, wrong) and not np.allclose(wrong, shares @ weights):
                    raise Wrong(f"{case} {reason}")
            if np.allclose(got, shares[1:] @ weights[1:]) and not np.allclose(weights[0] * shares[0], 0):
                raise Wrong(
                    f"{case} the first row, the weights before the first step, has lost its share of {shares[0]:.3f}."
                )
            mixed_up = weights[0]
            for w in weights[1:]:
                mixed_up = (1 - beta) * mixed_up + beta * w
            if np.allclose(got, mixed_up) and not np.isclose(beta, 0.5):
                raise Wrong(
                    "beta is the share of the old average, and 1 - beta that of the new weights: they have changed places."
                )
        same(got, shares @ weights, case)


def _one_over_t(function: Callable) -> None:
    """The reader's function gets a `train` of ours that records where each training starts."""
    for tasks in (1, 2, 4):
        generator = np.random.default_rng(tasks)
        source, moves = generator.normal(size=5), generator.normal(size=(tasks, 5))
        starts: list[np.ndarray] = []

        def train(theta, task, starts=starts, moves=moves):
            starts.append(np.array(theta))
            return 0.5 * np.asarray(theta) + moves[task]

        theta, expected_starts = source, []
        for task in range(tasks):
            expected_starts.append(theta)
            eta = 1 / (task + 2)
            theta = (1 - eta) * theta + eta * (0.5 * theta + moves[task])

        def walked(new, old=None, source=source, moves=moves):
            theta = source
            for task, move in enumerate(moves):
                eta = new(task)
                theta = (1 - eta if old is None else old(task)) * theta + eta * (0.5 * theta + move)
            return theta

        got = function(source.copy(), train, tasks)
        case = f"for {tasks} task{'s' * (tasks > 1)} after the source"
        if np.shape(got) == (5,):
            if len(starts) != tasks:
                raise Wrong(
                    f"{case} train should be called {tasks} times, and is called {len(starts)} times."
                )
            if tasks == 1 and np.allclose(got, 0.5 * source + moves[0]):
                raise Wrong(
                    "the source counts as the first task: with one more the share of the new weights is a half, not all."
                )
            for wrong, reason in (
                (
                    walked(lambda task: 1 / (task + 3)),
                    "the new weights get too small a share: the first task after the source has 1/2.",
                ),
                (
                    walked(lambda task: 0.5),
                    "the share of the new weights stays at 1/2; it should fall with every task.",
                ),
                (
                    walked(lambda task, n=tasks: 1 / (n + 1)),
                    "every task gets the share of the last one; eta depends on the task.",
                ),
                (
                    walked(lambda task: 1 - 1 / (task + 2)),
                    "the shares have changed places: eta is the share of the new weights, 1 - eta that of the old ones.",
                ),
                (
                    walked(lambda task: 1 / (task + 2), lambda task: 1),
                    "the old weights keep all of their share; they have 1 - eta.",
                ),
            ):
                if np.allclose(got, wrong) and not np.allclose(wrong, theta):
                    raise Wrong(f"{case} {reason}")
            if tasks > 1 and np.allclose(starts, [source] * tasks):
                raise Wrong(
                    f"{case} every training starts from the source; it should start from the average so far."
                )
            if np.allclose(starts[0], source) and not np.allclose(starts, expected_starts):
                raise Wrong(f"{case} a training does not start from the average of what was there before.")
        same(got, theta, case)


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "moving_average": (
        _moving_average,
        (
            "Start with the first row, and take in the other rows one after the other.",
            "At every step: average = beta * average + (1 - beta) * row.",
        ),
    ),
    "one_over_t": (
        _one_over_t,
        (
            "Keep one theta. Train from it, then move only a part of the way to where the training has led.",
            "The source is task 1, so the task with index 0 has eta = 1/2.",
            "adapted = train(theta, task), then theta = (1 - eta) * theta + eta * adapted with eta = 1 / (task + 2), in a loop.",
        ),
    ),
}
