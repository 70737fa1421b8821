"""Exercises of the chapter on weight averaging."""

from functools import reduce

import numpy as np

from ._tools import Answer, agree, mistakes, refuse


def moving_average(answer: Answer) -> None:
    """Ask for the exponential moving average of weights at the end of a path.

    - Start with the first row, and take in the other rows one after the other.
    - The average so far keeps the share beta, the new row gets the rest.
    """
    generator = np.random.default_rng(0)
    for beta, steps in ((0.9, 2), (0.99, 200), (0.5, 3), (0.0, 4), (0.9, 1)):
        w = generator.normal(size=(steps + 1, 3))
        shares = np.array([beta**steps] + [(1 - beta) * beta ** (steps - t) for t in range(1, steps + 1)])
        case, kept, got = f"for beta = {beta} and {steps} steps", shares[0], answer(w.copy(), beta)
        all_steps, corrected = np.shape(got) in (w.shape, w[1:].shape), shares[1:] @ w[1:] / (1 - kept)
        ends, last_two = (beta * w[k] + (1 - beta) * w[-1] for k in (0, -2))
        two_rows = kept * w[0] + (1 - kept) * w[-1]
        known = {
            f"{case} it returns the average after every step; the one at the end was asked for.": all_steps,
            f"{case} it gives every row the same share; a moving average gives the latest the "
            "largest.": w.mean(0),
            f"{case} it mixes the first and the last row alone; every row has a share.": ends,
            f"{case} it leaves out the rows between the first and the last.": two_rows,
            f"{case} it divides the share of the first row out again, as Adam does.": corrected,
            f"{case} it mixes the last two rows; beta belongs to the average so far.": last_two,
            f"{case} the first row, the weights before the first step, has lost its share of "
            f"{kept:.3f}.": shares[1:] @ w[1:],
            "beta is the share of the old average, and 1 - beta that of the new weights: they have changed "
            "places.": reduce(lambda old, new, beta=beta: (1 - beta) * old + beta * new, w),
        }
        mistakes(got, shares @ w, case, known)


def one_over_t(answer: Answer) -> None:
    """Ask for training task after task with ever smaller shares of what is new.

    - Keep one theta. Train from it, then move only a part of the way to where the training has led.
    - The source is task 1, so the task with index 0 has eta = 1/2.
    - What is kept is where the next training starts. The share falls with the number of the task, counted
      from the source.
    """
    for tasks in (1, 2, 4):
        generator = np.random.default_rng(tasks)
        source, moves = generator.normal(size=5), generator.normal(size=(tasks, 5))

        def train(theta, task, moves=moves):
            return 0.5 * np.asarray(theta) + moves[task]

        def walked(new, old=None, tasks=tasks, train=train, source=source):
            """Collect every theta on the way, if a task gives these shares to new and old weights."""
            path = [source]
            for task in range(tasks):
                kept = 1 - new(task) if old is None else old(task)
                path.append(kept * path[-1] + new(task) * train(path[-1], task))
            return path

        starts: list[np.ndarray] = []

        def recorded(theta, task, train=train, starts=starts):
            starts.append(np.array(theta))
            return train(theta, task)

        got = answer(source.copy(), recorded, tasks)
        *right_starts, right = walked(lambda task: 1 / (task + 2))
        etas = (lambda task: 1 / (task + 3), lambda task: 0.5, lambda task, n=tasks: 1 / (n + 1))
        small, constant, smallest = (walked(eta)[-1] for eta in etas)
        turned = walked(lambda task: 1 - 1 / (task + 2))[-1]
        added = walked(lambda task: 1 / (task + 2), lambda task: 1)[-1]
        case, whole = f"for {tasks} task{'s' * (tasks > 1)} after the source", np.shape(got) == (5,)
        calls = f"{case} train should be called {tasks} times, and is called {len(starts)} times."
        refuse(whole and len(starts) != tasks, calls)
        at_source = whole and tasks > 1 and np.allclose(starts, source)
        elsewhere = whole and np.allclose(starts[0], source) and not np.allclose(starts, right_starts)
        known = {
            "the source counts as the first task: with one more the share of the new weights is a half, not "
            "all.": tasks == 1 and agree(got, train(source, 0)),
            f"{case} the new weights get too small a share: the first task after the source has 1/2.": small,
            f"{case} the share of the new weights stays at 1/2; it should fall with every task.": constant,
            f"{case} every task gets the share of the last one; eta depends on the task.": smallest,
            f"{case} the shares have changed places: eta is the share of the new weights, 1 - eta that of "
            "the old ones.": turned,
            f"{case} the old weights keep all of their share; they have 1 - eta.": added,
            f"{case} every training starts from the source; it should start from the average so "
            "far.": at_source,
            f"{case} a training does not start from the average of what was there before.": elsewhere,
        }
        mistakes(got, right, case, known)
