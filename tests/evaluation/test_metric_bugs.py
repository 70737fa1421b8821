"""Mistakes of measuring: each gives a number that looks right, and a case where it is not."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from small_problem import small_problem, small_source

from sequifi_lite.evaluation.metrics import forgetting
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.loop import Evaluator, train
from sequifi_lite.learning.methods.slda import SLDA
from sequifi_lite.learning.schedule import joint
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.teaching.bugs.forgetting_mistakes import (
    last_task_counted,
    never_negative_forgetting,
    string_sorted_forgetting,
)
from sequifi_lite.teaching.bugs.one_initialisation import one_initialisation
from sequifi_lite.teaching.bugs.stage_ends_only import worst_at_stage_ends
from sequifi_lite.teaching.bugs.total_count_slda import TotalCountSLDA

# Learnt: a, b, c. The last corpus brings a up from 0.6 to 0.8 and costs b 0.1.
R = np.array([[0.7, 0.3, 0.2], [0.6, 0.9, 0.3], [0.8, 0.8, 0.9]])


def test_what_got_better_at_the_end_is_negative_forgetting():
    assert forgetting(R) == pytest.approx(((0.7 - 0.8) + (0.9 - 0.8)) / 2)
    assert never_negative_forgetting(R) == pytest.approx((0.0 + 0.1) / 2)
    only_better = np.array([[0.5, 0.2], [0.625, 0.7]])
    assert forgetting(only_better) == pytest.approx(-0.125) and never_negative_forgetting(only_better) == 0
    random = np.random.default_rng(0).random((200, 4, 4))
    assert (never_negative_forgetting(random) >= 0).all() and (forgetting(random) < 0).any()
    falling = np.sort(random, axis=1)[:, ::-1]  # where all only gets worse, both agree
    np.testing.assert_allclose(never_negative_forgetting(falling), forgetting(falling))


def test_the_last_corpus_has_nothing_to_forget():
    fallen = np.array([[0.9, 0.2], [0.5, 0.8]])
    assert forgetting(fallen) == pytest.approx(0.4) and last_task_counted(fallen) == pytest.approx(0.2)
    drops = [fallen[j:, j].max() - fallen[-1, j] for j in range(2)]
    assert drops[1] == 0 and np.mean(drops) == pytest.approx(last_task_counted(fallen))


def test_columns_stay_in_the_order_of_learning():
    T = 12
    names = [str(i) for i in range(T)]
    table = np.full((T, T), 0.25)
    for j in range(T):
        table[j:, j] = 0.9 - 0.02 * np.arange(
            T - j
        )  # learnt at 0.9, then 0.02 lost with every further corpus
    expected = np.mean([0.02 * (T - 1 - j) for j in range(T - 1)])
    assert forgetting(table) == pytest.approx(expected)
    assert string_sorted_forgetting(table, names) != pytest.approx(expected, abs=0.003)
    assert string_sorted_forgetting(table, [f"{i:02d}" for i in range(T)]) == pytest.approx(expected)


def test_the_gap_lies_between_the_ends():
    steps, ends = np.array([0, 5, 10, 15, 20]), np.array([10, 20])
    scores = np.array([[0.9, 0.9], [0.4, 0.9], [0.8, 0.7], [0.6, 0.3], [0.9, 0.8]])
    assert worst_at_stage_ends(steps, scores, ends).tolist() == [0.8, 0.7]
    assert scores.min(0).tolist() == [0.4, 0.3]
    assert worst_at_stage_ends(
        steps, scores[::-1] - 0.4 * (steps == 0)[:, None], ends
    ).min() == pytest.approx(0.4)
    problem = small_problem(2)
    source, rows = small_source(problem), {"source": problem.parts["corpus0"].test}
    evaluator = Evaluator(subsets=rows, points=100)
    both = joint(
        problem.parts["corpus0"].train, problem.parts["corpus1"].train, 50, [0]
    )  # the past is there again, so it comes back
    record = train(source, problem.X, problem.y, both, lr=0.1, evaluator=evaluator)
    curve = np.stack([np.trace(c, axis1=1, axis2=2) / c.sum((1, 2)) for c in record.curve("source")])
    assert curve.min() < worst_at_stage_ends(record.steps, curve, [100]).min() - 0.02


def test_five_seeds_are_five_initial_weights():
    right, wrong = MLP(range(5), 6, 3, 2), one_initialisation(range(5), 6, 3, 2)
    assert len({tuple(w.flatten().tolist()) for w in right.W1}) == 5
    assert len({tuple(w.flatten().tolist()) for w in wrong.W1}) == 1
    assert torch.equal(wrong.W1[0], right.W1[0]) and wrong.runs == right.runs == 5


def by_the_letter(X, y, K):
    """The update of Deep SLDA as it is published: one clip at a time, t clips of all classes before it."""
    mu, count, Sigma, t = np.zeros((K, X.shape[1])), np.zeros(K), np.zeros((X.shape[1],) * 2), 0
    for z, k in zip(X, y):
        Delta = t * np.outer(z - mu[k], z - mu[k]) / (t + 1)
        Sigma = (t * Sigma + Delta) / (t + 1)
        mu[k] += (z - mu[k]) / (count[k] + 1)
        count[k], t = count[k] + 1, t + 1
    return Sigma


def test_the_count_of_all_clips_makes_slda_depend_on_their_order():
    problem = small_problem(2)
    far = replace(problem, X=problem.X + 10)
    found = {}
    for order in ("mixed", "by class"):
        parts = {
            name: replace(
                p,
                train=p.train
                if order == "mixed"
                else p.train[np.argsort(problem.labels[p.train], kind="stable")],
            )
            for name, p in problem.parts.items()
        }
        for cls in (SLDA, TotalCountSLDA):
            method = cls()
            list(train_sequence(method, replace(far, parts=parts), small_source(problem)))
            found[cls, order] = method.Sigma[0].numpy()
            rows = np.concatenate([p.train for p in parts.values()])
            if cls is TotalCountSLDA:
                np.testing.assert_allclose(
                    found[cls, order], by_the_letter(far.X[rows].double().numpy(), far.labels[rows], 4)
                )
    np.testing.assert_allclose(found[SLDA, "mixed"], found[SLDA, "by class"])
    gap = np.abs(found[TotalCountSLDA, "mixed"] - found[TotalCountSLDA, "by class"]).max()
    assert gap > 0.1 and np.trace(found[TotalCountSLDA, "by class"]) > 1.1 * np.trace(found[SLDA, "mixed"])
