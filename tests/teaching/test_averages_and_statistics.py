"""The checks of chapters 16 and 17 say no, with the reason, to the mistakes that suggest themselves."""

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from sequifi_lite.teaching.exercises import check


def moving_average(weights, beta, old=None, new=None):
    old, new = (beta, 1 - beta) if old is None else (old, new)
    average = weights[0]
    for w in weights[1:]:
        average = old * average + new * w
    return average


def turned(weights, beta):
    return moving_average(weights, beta, 1 - beta, beta)


def from_zero(weights, beta):
    return moving_average(np.concatenate([np.zeros_like(weights[:1]), weights[1:]]), beta)


def one_over_t(theta, train, tasks, first=2):
    for task in range(tasks):
        eta = 1 / (task + first)
        theta = (1 - eta) * theta + eta * train(theta, task)
    return theta


def with_share(theta, train, tasks, share):
    for task in range(tasks):
        theta = (1 - share(task)) * theta + share(task) * train(theta, task)
    return theta


def added(theta, train, tasks):
    for task in range(tasks):
        theta = theta + train(theta, task) / (task + 2)
    return theta


def from_the_source(source, train, tasks):
    theta = source
    for task in range(tasks):
        eta = 1 / (task + 2)
        theta = (1 - eta) * theta + eta * train(source, task)
    return theta


def no_feedback(theta, train, tasks):
    adapted = [theta]
    for task in range(tasks):
        adapted.append(train(adapted[-1], task))
    return np.mean(adapted, axis=0)


def update_means(means, counts, features, labels, mean_of_means=False, skip=True):
    means, counts = means.astype(float).copy(), counts.copy()
    for k in range(len(means)):
        new = features[labels == k]
        if skip and not len(new):
            continue
        if mean_of_means:
            means[k] = (means[k] + new.mean(0)) / 2
        else:
            means[k] = (counts[k] * means[k] + new.sum(0)) / np.float64(counts[k] + len(new))
        counts[k] += len(new)
    return means, counts


def old_counts(means, counts, features, labels):
    return update_means(means, counts, features, labels)[0], counts


WRONG = [
    ("moving_average", lambda w, b: None, "nothing so far"),
    ("moving_average", turned, "changed places"),
    ("moving_average", from_zero, "has lost its share"),
    ("moving_average", lambda w, b: w.mean(0), "the same share"),
    ("moving_average", lambda w, b: b * w[0] + (1 - b) * w[-1], "first and the last row alone"),
    (
        "moving_average",
        lambda w, b: b ** (len(w) - 1) * w[0] + (1 - b ** (len(w) - 1)) * w[-1],
        "leaves out the rows between",
    ),
    ("moving_average", lambda w, b: from_zero(w, b) / (1 - b ** (len(w) - 1)), "as Adam does"),
    ("moving_average", lambda w, b: b * w[-2] + (1 - b) * w[-1], "the last two rows"),
    (
        "moving_average",
        lambda w, b: np.array([moving_average(w[: i + 1], b) for i in range(len(w))]),
        "after every step",
    ),
    ("one_over_t", lambda theta, train, tasks: None, "nothing so far"),
    ("one_over_t", lambda theta, train, tasks: one_over_t(theta, train, tasks, first=1), "the source counts"),
    ("one_over_t", no_feedback, "does not start from the average"),
    ("one_over_t", lambda theta, train, tasks: theta, "called 1 times, and is called 0 times"),
    ("one_over_t", lambda theta, train, tasks: one_over_t(theta, train, tasks, first=3), "too small a share"),
    (
        "one_over_t",
        lambda theta, train, tasks: with_share(theta, train, tasks, lambda task: 0.5),
        "stays at 1/2",
    ),
    (
        "one_over_t",
        lambda theta, train, tasks: with_share(theta, train, tasks, lambda task: 1 / (tasks + 1)),
        "share of the last",
    ),
    (
        "one_over_t",
        lambda theta, train, tasks: with_share(theta, train, tasks, lambda task: 1 - 1 / (task + 2)),
        "changed places",
    ),
    ("one_over_t", lambda theta, train, tasks: added(theta, train, tasks), "keep all of their share"),
    (
        "one_over_t",
        lambda theta, train, tasks: from_the_source(theta, train, tasks),
        "starts from the source",
    ),
    ("update_means", lambda m, c, x, y: None, "nothing so far"),
    ("update_means", lambda m, c, x, y: m, "two things"),
    ("update_means", lambda *a: update_means(*a, mean_of_means=True), "the mean of the old mean"),
    ("update_means", lambda *a: update_means(*a, skip=False), "NaN"),
    ("update_means", old_counts, "the counts are those of before"),
    ("adjust", lambda train, test, tau: None, "nothing so far"),
    ("adjust", lambda train, test, tau: test + tau * np.log(softmax(train, 1).mean(0)), "sign is turned"),
    ("adjust", lambda train, test, tau: test - tau * log_softmax(train, 1).mean(0), "mean of the logarithms"),
    ("adjust", lambda train, test, tau: test - tau * np.log(softmax(test, 1).mean(0)), "training rows"),
    ("adjust", lambda train, test, tau: test - np.log(softmax(train, 1).mean(0)), "tau plays no part"),
]


@pytest.mark.parametrize("name, function, said", WRONG)
def test_what_is_wrong_is_refused_with_the_reason(name, function, said, capsys):
    with np.errstate(all="ignore"):
        assert check(name, function) is False
    assert said in capsys.readouterr().out


def test_what_is_right_passes():
    assert check("moving_average", moving_average) and check("one_over_t", one_over_t)
    assert check("update_means", update_means)
    assert check("adjust", lambda train, test, tau: test - tau * np.log(softmax(train, 1).mean(0)))
